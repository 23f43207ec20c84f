"""Decide from the words and codes of a refusal (RFC 3463, RFC 5248) whether it concerns the reader, the sender, the server or the time.

A refusal counts against a reader only if it says so: an unknown or full mailbox, or a domain that takes no mail. Everything else, however
permanent its code, is about us, and another try may help. Words come first, as many servers give the code of an unknown mailbox to a quota,
to a content filter or to "try later". Addresses and links do not count as words: `spam@example.org` may be an unknown mailbox like any other.
"""

import re
from typing import Literal

About = Literal[
    "reader",  # this mailbox or its domain, permanently
    "sender",  # the sender, at this recipient's server or with this content: reputation, policy, size
    "server",  # the sender, for all recipients: login, relaying, quota, rate
    "later",  # a temporary problem, whatever the code says
]

_OVER = re.compile(
    r"\b4\.4\.2\b|idle|time[- ]?out (?:exceeded|waiting)|timed out waiting|too many (?:messages|mails|transactions|recipients)\b.*"
    r"(?:session|connection)|(?:session|connection)\b.*(?:limit|too many messages)|per (?:session|connection)|^421\b|closing",
    re.IGNORECASE,
)
_ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"\s*(\d{3})\b")
_NO_WORDS = re.compile(r"https?://\S+|<[^<>\s]*>|[^\s<>:,;\[\]()]*@[^\s<>:,;\[\]()]*")

# Said of nobody else's mailbox.
_FULL = r"(?<!your )\b(?:mailbox|inbox) (?:is )?(?:full\b|size|storage|quota|over ?quota)|(?<!your )\b(?:mailbox|account|user|recipient)\b.{0,40}\binactiv"
# The recipient's own limits, and the message's size: about the sender, but only here.
_HERE = (
    r"receiving (?:mail|messages) at|can receive|recipient\b.{0,30}(?:has |have )?exceeded (?:their|its|his).{0,30}(?:rate|number)",
    r"message (?:file )?too (?:large|big|long)|message size|(?:file|mail) size|size (?:limits?|exceed)",
)
# Numbers of messages and permission to send: about the sender, for all recipients, whatever else is said of users and mailboxes.
_COUNTED = (
    r"sending (?:quota|limit|rate|is|has|disabled|suspended|blocked|not)|(?:disabled|blocked|allowed|able) (?:for|to|from) send(?:ing)?\b",
    r"per[- ](?:second|minute|hour|day|week|month)|daily|hourly|monthly|\b24[- ]?h(?:ours?)?\b|in (?:one|a|1) (?:hour|day)|(?:messages|mails?|emails?) (?:allowed )?today",
    r"rate[- ]?limit|(?:message|mail|email|sending) rate|(?:recipients?|rcpt|messages?|e?-?mails?|send|sender|senders|relay|submission)(?:'s)? (?:limit|quota)",
    r"(?:sender|outgoing|outbound|your (?:account|mailbox|e?-?mail|sending|message|plan|domain))\b.{0,30}(?:quota|limit)|quota\b.{0,30}(?:sender|outgoing|outbound)",
    r"(?:quota|limit)\b.{0,20}(?:of|for) (?:sent|sending|outgoing|outbound)|your (?:account|mailbox|plan|subscription|trial)\b",
    r"(?:exceed\w*|reached) (?:your|the|its) (?:plan|account)\b|credits?\b.{0,20}(?:exhaust|exceed|left|balance|expired)|(?:no|insufficient|out of) (?:\w+ )?credits?\b",
    r"\d+ (?:messages|mails|e-?mails|recipients)\b|(?:number of|max\w*|too many) (?:\w+ )?(?:messages|mails|e-?mails|recipients)\b(?! in (?:the |this |its |their )?(?:mailbox|inbox))",
    r"tageslimit|versandlimit|(?:versand|sende)[- ]?(?:limit|kontingent|grenze)|(?:limite?s?|quota|contingent)\b.{0,20}(?:envois?|messages|destinataires|heure|jour)",
    r"l[íi]mite\b.{0,20}(?:env[íi]o|di invio|mensa|destinat|di[áa]rio|diario|hora|por d[íi]a)|quota d.envoi|verzendlimiet|limit\w* wysy",
    r"лимит|发送|發送|发信|發信|送信|频率|頻率|上限|발송|전송",
)
# The sender has not proved who it is.
_UNKNOWN_SENDER = (
    r"authenticat|not logged in|log ?in (?:first|required|failed)|\b(?:helo|ehlo)\b|(?:tls|ssl|encryption) (?:is )?required",
    r"unknown sender|sender\b.{0,30}\b(?:unknown|rejected|refused|not (?:found|exist|known|allowed))|invalid sender|relay(?:ing)? (?:\w+ )?(?:denied|prohibited)",
)
# About the sender, for all recipients through this server.
_SERVER = (
    r"relay(?:ing)?\b.*(?:denied|not permitted|not allowed|prohibited|refused|restricted)|(?:unable to|not|cannot|can't|don't) relay",
    r"relay access|not (?:a )?relay|open relay|we do not relay|not permitted to relay|relaying",
    r"authenticat\w+.*(?:required|fail|unsuccessful|disabled|first|needed|invalid|denied)|auth(?:entication)? (?:required|failed)",
    r"(?:must|need to|please) (?:first )?(?:authenticate|log ?in|issue a starttls)|smtp auth|log ?in (?:failed|denied|disabled|required)",
    r"username and password not accepted|invalid (?:login|credentials)|application-specific password|bad username or password",
    r"starttls|must use (?:tls|ssl)|encryption (?:is )?required|session encryption|tls (?:is )?required|secure connection",
    r"(?:sender|from)\b.*not (?:owned|authori[sz]ed|allowed|permitted|verified)|not owned by user|sendasdenied|send as",
    r"(?:email address|identity|domain|sender|from address)\b.*(?:is )?not verified|unverified|single sender|authori[sz]ation (?:code|user)",
    r"(?:daily|hourly|monthly|weekly)\b.*(?:limit|quota)|(?:sending|send|message|mail|email|outgoing|relay|submission|recipient) (?:rate|limit|quota)\b",
    r"(?:limit|quota|maximum|max)\b.*(?:emails?|messages|mails|recipients) (?:per|a|for|in|sent)|max(?:imum)? (?:emails|defers|messages|number of)",
    r"exceeded (?:the|your|its|their)?\s*(?:max|maximum|allowed|sending|daily|hourly|monthly|account|plan|quota for)|sending (?:limit|quota)",
    r"too many (?:messages|emails|mails|connections|concurrent|requests|errors|hops|recipients|failures|auth|sessions|bad)",
    r"rate[- ]?limit|throttl|too fast|too quickly|frequency limit|slow down|mail rate|message rate|sending too|unusual (?:rate|sending)|sending (?:is )?(?:suspended|paused|disabled)",
    (
        r"(?:account|user|sender|plan|service|subscription)\b.{0,40}(?:suspended|on hold|paused|restricted|blocked|locked|billing|expired|"
        r"cannot send|not allowed to send)"
    ),
    r"hello command|valid hostname|fully[- ]qualified host|sender (?:domain|verify|verification)|return[- ]path|envelope from|mail from\b",
    r"probation|sandbox|trial account|payment",
)
# About the sender, at this recipient's server or because of the content.
_SENDER = (
    r"spam|spf\b|dkim|dmarc|\bptr\b|reverse dns|rdns|r?dns ?(?:bl|wl)\b|block ?list|black ?list|suppress|denylist|rbl\b|r[eé]puta|blocked|banned",
    r"prohibition|policy|content|virus|malware|phish|attachment|unsolicited|bulk|junk|abuse|complain|prohibited|rejected due to|security|filter",
    r"(?:too (?:large|big|long)|exceed(?:s|ed)?.{0,40}(?:message )?size|maximum (?:message )?size|maxsize)|\bvip list",
    r"not accept(?:ed|ing)? (?:\w+ )?(?:for|from|by)|do not accept|access denied|connection (?:refused|denied|rejected)|your (?:ip|server|host|network|mail server|domain)",
    r"(?:client|sending|originating) (?:host|ip|server)|\bip\b|bounce attack|not allowed to (?:send|post)|restricted|not authori[sz]ed",
    r"requires? (?:that )?(?:all )?senders|\bsenders?\b|outbound|outgoing|authenticated for group|only (?:accepts|members)|not a member|moderat",
    r"greylist|graylist|gr[ea]ylisted|challenge|whitelist|header|rfc ?5322|rfc ?2822|rfc ?822|bare (?:lf|cr)|line length|8-?bit|smtputf8",
    r"syntax|unrecogni[sz]ed command|command (?:not|unrecogni|reject|out of)|sequence of commands|pipelin|protocol|local error|parameter",
    r"no valid recipients|hop count|mail loop|loop detected|loops back|loop|configuration error|misconfigur",
    r"(?:message|mail|e-?mail|transaction|delivery)\b (?:was |is |has been |not )?(?:rejected|refused|denied|declined|discarded|not accepted|accepted)",
    r"^(?:[\d .#-]|5\.\d\.\d)*(?:rejected|refused|denied|service refuse\w*)[.!]?(?: by\b.*)?$|(?:rejected|refused) by|service refuse|\blimit(?:s|ed)?\b",
    r"mail rejet|mail refus|unerwünscht|werbung|abgelehnt|inhalt|contenu|contenido|contenuto|conteúdo|содержим|отклонен|스팸|차단|垃圾|拒收|拒否|被拒|bloqu|bloccat|gesperrt",
    r"absender|exp[ée]diteur|remitente|mittente|remetente|afzender|отправител|발신자|发件人|發件人|差出人",
)
# Temporary problems that look permanent.
_LATER = (
    r"try (?:it )?(?:again|later|back)|try in|retry (?:later|in|after)|later\b|temporar|deferred|come back|in a few|busy|overload|unavailable at this time",
    r"insufficient (?:system )?(?:storage|resources|disk)|system (?:is )?(?:full|storage|resources)|resources|internal (?:server )?error|lookup (?:fail|error)",
    r"shutting down|maintenance|out of memory|disk (?:full|space)|unable to (?:connect|verify|process)|timeout|timed out|service (?:not available|unavailable)",
    r"später|plus tard|más tarde|più tardi|mais tarde|zeitweilig|vorübergehend|позже|временно|나중에|稍后|稍後|後ほど|一時的",
)
# About the reader: a missing, moved, full or disabled mailbox, or a domain that accepts no mail.
_SURELY_READER = (
    (
        r"(?<!sender )(?<!sending )(?<!from )(?<!\bip )\b(?:user|mailbox|recipient|account|address|addressee|alias|inbox)\b(?: \w+)?[^.;:,]{0,25}"
        r"(?:unknown|does(?: not|n['’]?t) (?:exist|have)|(?:was |is )?not (?:found|exist|known)|no longer|over ?quota|is full\b|"
        r"is (?:disabled|inactive|deactivated|closed|out of storage)|(?:storage|mailbox|disk) (?:quota|limit|size))"
    ),
    r"(?:no such|unknown|non-?existent)(?: \w+)? (?:user|mailbox|recipient|account|person)\b|user unknown|recipient unknown",
    r"(?:mailbox|inbox) (?:is )?(?:full|disabled|over ?quota|quota exceeded|not found|does)|no mailbox|no user\b|domain not found",
    r"bad destination (?:system|mailbox)|recipient address rejected: access denied|account that you tried to reach|recipnotfound|recipientnotfound",
)
_READER = (
    (
        r"(?:user|mailbox|recipient|account|address|addressee|alias|person|local part|destination|inbox|rcpt|id|name)\b[^.;:]{0,60}"
        r"(?:unknown|does(?: not|n['’]?t) (?:exist|have)|not (?:found|exist|known|listed|active|valid|available|a valid|hosted)|no longer|"
        r"disabled|inactive|invalid|deactivated|discontinued|closed|deleted|terminated|unavailable|is full|full\b|over ?quota|over its|"
        r"(?:has )?exceeded (?:its|the|their|storage|mailbox|his|disk) ?(?:quota|storage|mailbox|limit)?|expired|unrouteable|undeliverable|moved|frozen)"
    ),
    (
        r"(?:unknown|no such|invalid|bad|unrouteable|non-?existent|unresolvable|undeliverable|inactive|disabled|not a valid|unavailable)"
        r"(?: or \w+)?(?: local| virtual| destination| final| email| e-mail| mail| relay)*[ -](?:user|mailbox|recipient|account|address|person|domain|alias|rcpt|local)"
    ),
    r"no (?:such )?(?:mailbox|user|account|recipient|person)\b|not our customer|by that name|is not local|address has been retired|have an? [\w.]+ account|isn['’]?t (?:a|in)",
    r"mailbox (?:quota|size|storage)? ?(?:is )?(?:full|exceeded|over)|quota exceeded|over ?quota|mailbox.{0,30}quota|storage (?:limit|quota)|out of (?:storage|space)",
    r"user(?:name)? (?:unknown|doesn)|unknown user|recipient (?:address )?rejected: (?:access denied|unknown|user|undeliverable|invalid|mailbox)",
    r"(?:host|domain)\b[^;]{0,60}(?:not found|does not exist|no mx|nullmx|does not accept mail|not exist|has no|doesn['’]?t receive|not hosted)|null ?mx|nxdomain|no mx",
    r"recipnotfound|recipientnotfound|recipient not found|mailbox not found|adr\.exrecipnotfound",
    r"requested (?:mail )?action (?:not taken|aborted)[:,]? ?mailbox (?:unavailable|not found|not available)|mailbox unavailable|unknown address",
    r"this (?:user|account|mailbox|address)\b.{0,40}(?:not|no longer|over|inactive|disabled|suspended|doesn)",
    r"unbekannt|nicht bekannt|existiert nicht|kein solcher|inconnu|desconocid|sconosciut|onbekend|desconhecid|nieznan|okänd|ukjent|неизвест|не найден|не существует|존재하지|휴면|不存在|存在し(?:ません|ていません)|inexist|несуществ|nie ma takiego|non esiste|no existe|não existe|n.existe pas|bestaat niet",
    r"d[ée]sactiv|inv[aá]lid[oa]|not a known user",
    r"postfach.{0,20}voll|bo[iî]te.{0,30}pleine|buz[óo]n.{0,20}lleno|casella.{0,20}piena|caixa.{0,20}cheia|переполнен|가득|已满|已滿|満杯|不正な宛先",
)
# Neither of the above, but it speaks of us or of itself rather than of a mailbox: whatever its code, nothing is said about the reader.
_OF_US = r"\byour?\b|\bwe\b|\bmessages?\b|service|server|system|error|certificate|\b(?:tls|ssl|smtp|mx)\b|permission|retry|connection|postmaster"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# The first that matches decides.
_RULES: tuple[tuple[About, re.Pattern[str]], ...] = (
    ("reader", _any(_FULL)),
    ("sender", _any(*_HERE)),
    ("server", _any(*_COUNTED, *_UNKNOWN_SENDER)),
    ("reader", _any(*_SURELY_READER)),
    ("server", _any(*_SERVER)),
    ("sender", _any(*_SENDER)),
    ("later", _any(*_LATER)),
    ("reader", _any(*_READER)),
    ("sender", _any(_OF_US)),
)
# By the subject and detail of an enhanced code, if the words are inconclusive.
_BY_SUBJECT: dict[str, About] = {"1": "reader", "2": "reader", "3": "later", "4": "later"}
_BY_DETAIL: dict[tuple[str, str], About] = {
    ("1", "7"): "server",
    ("1", "8"): "server",
    ("2", "0"): "sender",
    ("2", "3"): "sender",
    ("2", "4"): "sender",
    ("3", "4"): "sender",
    ("4", "1"): "reader",
    ("4", "4"): "reader",
    ("4", "5"): "server",
    ("7", "0"): "sender",
}
_LOGIN = {"530", "534", "535", "538"}
_ADDRESS = {"550", "551", "553", "521", "556"}  # without an enhanced code, at RCPT
LONGEST = 500  # characters of a reply that are used


def about(reply: str, *, addressed: bool = True, named: bool = True) -> About:
    """What a permanent refusal concerns.

    Args:
        reply: the server's answer, its code in front, or a report's diagnostic.
        addressed: whether a recipient had been named by then; before that, no refusal can concern a reader.
        named: whether the answer is to the command that names one recipient, so that a bare code concerns them.
    """
    text = reply[:LONGEST]
    words = _NO_WORDS.sub(" ", text)
    found = next((one for one, pattern in _RULES if pattern.search(words)), None) or _by_code(text, named=named)
    if found == "reader":
        if not addressed:
            return "server"
        if any(kind == "4" for kind, *_ in _ENHANCED.findall(text)):  # the server takes its own 5xx back
            return "later"
    return found


def ends_session(reply: str) -> bool:
    """Whether a reply limits only this connection, so that a new one may accept the same message."""
    return _OVER.search(reply) is not None


def _by_code(text: str, *, named: bool) -> About:
    """Codes that contradict each other say nothing about a reader: a gateway's 5.1.1 in front of another server's 5.7.1."""
    code = found[1] if (found := _CODE.match(text)) else ""
    if code in _LOGIN:
        return "server"
    meant = [_enhanced(subject, detail) for _, subject, detail in _ENHANCED.findall(text) if subject != "0"]
    if meant:
        return next((one for one in meant if one != "reader"), "reader")
    if _ENHANCED.search(text):
        return "sender"
    return "reader" if named and code in _ADDRESS else "sender"


def _enhanced(subject: str, detail: str) -> About:
    return _BY_DETAIL.get((subject, detail)) or _BY_SUBJECT.get(subject, "sender")
