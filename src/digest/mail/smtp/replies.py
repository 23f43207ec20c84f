"""Decide from the words and codes of a refusal (RFC 3463, RFC 5248) whether it concerns the reader, the sender, the server or the time.

A refusal is booked on a reader only where it says so: an unknown or full mailbox, a domain that takes no mail. Everything else, however
permanent its code, is about us, and another try may help. Words come first, as many servers give the code of an unknown mailbox to a quota.
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
_ENHANCED = re.compile(r"\b[45]\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\s*(\d{3})\b")

# About the sender, for all recipients through this server.
_SERVER = (
    r"relay(?:ing)?\b.*(?:denied|not permitted|not allowed|prohibited|refused|restricted)|(?:unable to|not|cannot|can't|don't) relay",
    r"relay access|not (?:a )?relay|open relay|we do not relay|not permitted to relay|relaying",
    r"authenticat\w+.*(?:required|fail|unsuccessful|disabled|first|needed|invalid|denied)|auth(?:entication)? (?:required|failed)",
    r"(?:must|need to|please) (?:first )?(?:authenticate|log ?in|issue a starttls)|smtp auth|log ?in (?:failed|denied|disabled|required)",
    r"username and password not accepted|invalid (?:login|credentials)|application-specific password|bad username or password",
    r"starttls|must use (?:tls|ssl)|encryption (?:is )?required|session encryption|tls (?:is )?required|secure connection",
    r"(?:sender|from)\b.*not (?:owned|authori[sz]ed|allowed|permitted|verified)|not owned by user|sendasdenied|send as",
    r"(?:email address|identity|domain|sender|from address)\b.*(?:is )?not verified|unverified|single sender",
    r"(?:daily|hourly|monthly|weekly)\b.*(?:limit|quota)|(?:sending|send|message|mail|email|outgoing|relay|submission|recipient) (?:rate|limit|quota)\b",
    r"(?:limit|quota|maximum|max)\b.*(?:emails?|messages|mails|recipients) (?:per|a|for|in|sent)|max(?:imum)? (?:emails|defers|messages|number of)",
    r"exceeded (?:the|your|its|their)?\s*(?:max|maximum|allowed|sending|daily|hourly|monthly|account|plan|quota for)|sending (?:limit|quota)",
    r"too many (?:messages|emails|mails|connections|concurrent|requests|errors|hops|recipients|failures|auth|sessions)",
    r"rate[- ]?limit|throttl|too fast|too quickly|frequency limit|slow down|mail rate|message rate|sending too|unusual (?:rate|sending)|sending (?:is )?(?:suspended|paused|disabled)",
    r"(?:account|user|sender|plan|service|subscription)\b.{0,40}(?:suspended|on hold|paused|restricted|blocked|billing|expired|cannot send|not allowed to send)",
    r"\b(?:helo|ehlo)\b|hello command|valid hostname|fully[- ]qualified host",
    r"sender address rejected|sender (?:domain|verify|verification)|invalid sender|return[- ]path|envelope from|mail from\b",
    r"probation|sandbox|trial account|payment",
)
# About the sender, at this recipient's server or because of the content.
_SENDER = (
    r"spam|spf\b|dkim|dmarc|\bptr\b|reverse dns|rdns|r?dns ?(?:bl|wl)\b|block ?list|black ?list|suppress|denylist|rbl\b|reputation|blocked|banned",
    r"receiving mail|can receive|prohibition|policy|content|virus|malware|phish|attachment|unsolicited|bulk|junk|abuse|complain|prohibited|rejected due to|security",
    r"(?:too (?:large|big|long)|message size|size (?:limit|exceed)|exceed(?:s|ed)?.{0,40}(?:message )?size|maximum (?:message )?size|maxsize)",
    r"not accepted (?:for|from|by)|access denied|connection (?:refused|denied|rejected)|your (?:ip|server|host|network|mail server|domain)",
    r"(?:client|sending|originating) (?:host|ip|server)|ip address|bounce attack|not allowed to (?:send|post)|restricted|not authori[sz]ed",
    r"requires? (?:that )?(?:all )?senders|sender (?:not|is not)|authenticated for group|only (?:accepts|members)|not a member|moderat",
    r"greylist|graylist|gr[ea]ylisted|challenge|whitelist|header|rfc ?5322|rfc ?2822|rfc ?822|bare (?:lf|cr)|line length|8-?bit|smtputf8",
    r"syntax|unrecogni[sz]ed command|command (?:not|unrecogni|reject|out of)|sequence of commands|pipelin|protocol|local error|parameter",
    r"hop count|mail loop|loop detected|loops back|loop|configuration error|misconfigur",
)
# Temporary problems that look permanent.
_LATER = (
    r"try (?:again|later|back)|retry (?:later|in|after)|later\b|temporar|deferred|come back|in a few|busy|overload|unavailable at this time",
    r"insufficient (?:system )?(?:storage|resources|disk)|system (?:is )?(?:full|storage|resources)|resources|internal (?:server )?error|lookup (?:fail|error)",
    r"shutting down|maintenance|out of memory|disk (?:full|space)|unable to (?:connect|verify|process)|timeout|timed out|service (?:not available|unavailable)",
)
# About the reader: a missing, moved, full or disabled mailbox, or a domain that accepts no mail.
_READER = (
    (
        r"(?:user|mailbox|recipient|account|address|addressee|alias|person|local part|destination|inbox|rcpt|id|name)\b[^.;:]{0,60}"
        r"(?:unknown|does(?: not|n['’]?t) (?:exist|have)|not (?:found|exist|known|listed|active|valid|available|a valid|hosted)|no longer|"
        r"disabled|inactive|invalid|deactivated|discontinued|closed|deleted|terminated|unavailable|is full|full\b|over ?quota|over its|"
        r"(?:has )?exceeded (?:its|the|their|storage|mailbox|his|disk) ?(?:quota|storage|mailbox|limit)?|expired|unrouteable|undeliverable|moved)"
    ),
    (
        r"(?:unknown|no such|invalid|bad|unrouteable|non-?existent|unresolvable|undeliverable|inactive|disabled|not a valid|unavailable)"
        r"(?: or \w+)?(?: local| virtual| destination| final| email| e-mail| mail| relay)*[ -](?:user|mailbox|recipient|account|address|person|domain|alias|rcpt|local)"
    ),
    r"no (?:such )?(?:mailbox|user|account|recipient|person)\b|not our customer|here by that name|have an? [\w.]+ account|isn['’]?t (?:a|in)",
    r"mailbox (?:quota|size|storage)? ?(?:is )?(?:full|exceeded|over)|quota exceeded|over ?quota|mailbox.{0,30}quota|storage (?:limit|quota)|out of (?:storage|space)",
    r"user(?:name)? (?:unknown|doesn)|unknown user|recipient (?:address )?rejected: (?:access denied|unknown|user|undeliverable|invalid|mailbox)",
    r"(?:host|domain)\b[^;]{0,60}(?:not found|does not exist|no mx|nullmx|does not accept mail|not exist|has no|doesn['’]?t receive|not hosted)|null ?mx|nxdomain|no mx",
    r"recipnotfound|recipientnotfound|recipient not found|mailbox not found|adr\.exrecipnotfound|5\.1\.10",
    r"requested (?:mail )?action (?:not taken|aborted)[:,]? ?mailbox (?:unavailable|not found|not available)|mailbox unavailable|unknown address",
    r"this (?:user|account|mailbox|address)\b.{0,40}(?:not|no longer|over|inactive|disabled|suspended|doesn)",
)
# Words about a reader's own mailbox that resemble those about the sender, such as limits or suspension.
_SURELY_READER = re.compile(
    r"\b5\.2\.[12]\b(?!.*(?:receiving mail|rate|too (?:fast|quickly)))|\b5\.1\.(?:1|2|6|10)\b(?!.*(?:daily|hourly|per hour|sending limit|relay|policy|"
    r"too many|spam|block|reputation|later|suppress))|recipient address rejected: access denied|"
    r"(?:mailbox|recipient|inbox|user)['’]?s?[^.]{0,40}(?:over ?quota|quota (?:is )?exceeded|is full|exceeded (?:its|their|the) (?:storage|quota|mailbox))|"
    r"no such user|user unknown|unknown user|user (?:does|doesn)|account that you tried to reach",
    re.IGNORECASE,
)

# Of a number of messages, not of a mailbox.
_COUNTED = re.compile(r"sending (?:quota|limit)|per (?:hour|day|minute)|daily|hourly", re.IGNORECASE)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_RULES: tuple[tuple[About, re.Pattern[str]], ...] = (
    ("reader", _SURELY_READER),
    ("server", _any(_SERVER)),
    ("sender", _any(_SENDER)),
    ("later", _any(_LATER)),
    ("reader", _any(_READER)),
)
# By the subject and detail of an enhanced code, if the words are inconclusive.
_BY_SUBJECT: dict[str, About] = {"1": "reader", "2": "reader", "3": "later", "4": "later"}
_BY_DETAIL: dict[tuple[str, str], About] = {
    ("1", "7"): "server",
    ("1", "8"): "server",
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
        addressed: whether a recipient had been named by then; before, nothing is a reader's.
        named: whether the answer is to one recipient's name, so that a bare code means them.
    """
    text = reply[:LONGEST]
    rules = _RULES[1:] if _COUNTED.search(text) else _RULES
    found = next((one for one, pattern in rules if pattern.search(text)), None) or _by_code(text, named=named)
    return "server" if found == "reader" and not addressed else found


def ends_session(reply: str) -> bool:
    """Whether a reply limits only this connection, so that a new one may accept the same message."""
    return _OVER.search(reply) is not None


def _by_code(text: str, *, named: bool) -> About:
    code = found[1] if (found := _CODE.match(text)) else ""
    if code in _LOGIN:
        return "server"
    if enhanced := _ENHANCED.search(text):
        subject, detail = enhanced[1], enhanced[2]
        return _BY_DETAIL.get((subject, detail)) or _BY_SUBJECT.get(subject, "sender")
    return "reader" if named and code in _ADDRESS else "sender"
