"""Read incoming mail: which addresses bounced, permanently or temporarily, and who wants to unsubscribe.

Anyone can send such mail, so a subscriber is identified only by what was sent only to them: a token of their links, or the id of their
message. Reports are read by their fields (RFC 3464, RFC 6533), or else by flufl.bounce (the dialects of many servers). Mailboxes are only read.
"""

import email
import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote_plus

from digest.errors import WorkspaceError
from digest.subscribers import mailboxes
from digest.subscribers.mailboxes import LARGEST
from digest.text.clean import one_line

LARGEST_HEAD = 60_000  # bytes of its headers, all together
LONGEST_HEADER = 2_000  # characters of a header that are used
MOST_MARKS = 50
MOST_PARTS = 500
MOST_LINES = 2_000  # of a report in an unknown format: flufl.bounce looks for each of its patterns in each line
REPORTS = ("message/delivery-status", "message/global-delivery-status")
_TOKEN = re.compile(r"(?<![\w.-])[A-Za-z0-9_-]{2,90}\.[A-Za-z0-9_-]{43}(?![^\W_]|\.\w)")
_STUCK = re.compile(
    r"(?<=[_-])(?=[IMNO])|(?<=20|3D)(?=[IMNO])"
)  # "unsubscribe_TOKEN", "=20TOKEN": an encoding that was left as it is
_MESSAGE_ID = re.compile(r"(?<![\w.-])((?:\d{4}-[\dW-]{2,6}|letters-\w{15,30})\.[0-9a-f]{32})@")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_FOLD = re.compile(r"=?\r?\n[ \t>]*")
_WISH = re.compile(
    r"unsub|opt.?out|remove me|stop|abmeld|abbestell|austrag|d[ée]sabonn|d[ée]sinscri|cancelar|baja|cancella|disiscri|uitschrijv|afmeld|"
    r"wypisz|rezygn|отпис|отказ|退订|取消订阅|配信停止|解除|수신 ?거부|구독 ?(?:취소|해지)|해지",
    re.IGNORECASE,
)
_TEACHES = re.compile(r"(?P<way>more|less|더 많이|더 적게|더|덜)\s*:?\s+(?P<what>\S.{0,99})", re.IGNORECASE)
_MORE = ("more", "더", "더 많이")
MOST_WISHES = 10  # lines of one mail
_POLITE = re.compile(r"(?:please|pls|kindly|bitte|por favor|s'il vous plaît|per favore|graag)\W+", re.IGNORECASE)
_AUTOMATIC = re.compile(
    r"auto(?:matic|matische|mático|matica)?[ -]?(?:reply|response|antwort|respuesta|risposta|resposta)|out of (?:the )?office|abwesen|absence|away from|"
    r"(?:réponse|respuesta|risposta|resposta|antwort|antwoord) autom|automatisch\w* (?:antwo|svar)|automatyczn|autosvar|автоответ|автоматический ответ|"
    r"on (?:vacation|holiday|leave)|vacation (?:reply|response|message)|fuera de la oficina|absen[ct]|urlaub|自动回复|自動回覆|自動返信|自動応答|不在|자동 ?(?:회신|응답|답장)|부재",
    re.IGNORECASE,
)
_DIAGNOSTIC = re.compile(r"(?:\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b).*")


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOut:
    """A request to unsubscribe. `tokens`, `messages` and `sender` may be forged; `sender` is fit for display."""

    id: str
    tokens: tuple[str, ...]
    messages: tuple[str, ...]  # ids of our messages that it replies to, without domains
    sender: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Taught:
    """A request for more or less of something, as `OptOut`. Each wish is a name, and whether more of it is asked for."""

    id: str
    tokens: tuple[str, ...]
    messages: tuple[str, ...]
    wishes: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A bounce report. `id` does not change between readings; `date` is the report's own."""

    id: str
    date: datetime | None
    hard: tuple[str, ...]
    soft: tuple[str, ...]
    reasons: tuple[str, ...]  # the servers' replies, with their codes
    tokens: tuple[str, ...]
    messages: tuple[str, ...]


Returned = Report | OptOut | Taught | None


def read(path: Path) -> Iterator[Returned]:
    """The messages of a Maildir, an mbox or a file with one message; None for those of other kinds.

    Raises:
        WorkspaceError: it cannot be read.
    """
    try:
        yield from map(parse, mailboxes.messages(path))
    except OSError as error:
        raise WorkspaceError(str(path), f"cannot be read ({error})", "name a Maildir, an mbox or a message") from error


def parse(content: bytes) -> Returned:
    """Parse one message; None if it is neither a bounce nor a request of a reader, is an automatic reply, or cannot be parsed."""
    head = re.search(rb"\r?\n\r?\n", content[: LARGEST_HEAD + 4])
    odd = (head is None and len(content) > LARGEST_HEAD) or content.count(b"\n--") > MOST_PARTS
    if odd or not content.strip():
        return None
    try:
        message = email.message_from_bytes(content[:LARGEST])
        return _report(message, content) or _opt_out(message, content) or _taught(message, content)
    except Exception:  # noqa: BLE001  (the parsers raise what they like on mail that lies; one report, never a run)
        return None


def _report(message: Message, content: bytes) -> Report | None:
    soft, hard, reasons = _fields(message)
    if not (soft or hard):
        if _is_wish(message):
            return None
        from flufl.bounce import all_failures  # noqa: PLC0415  (60 ms, for this only)

        logging.getLogger("flufl.bounce").disabled = True  # a detector that stumbles over odd mail is no news
        beginning = b"\n".join(content[:LARGEST].split(b"\n", MOST_LINES)[:MOST_LINES])
        later, failed = all_failures(email.message_from_bytes(beginning))
        soft, hard = set(_texts(later)), set(_texts(failed))
        reasons = list(_told(message))
    if not (soft or hard):
        return None
    text = _whole(message, content)
    return Report(
        id=_id(message, content),
        date=_date(message),
        hard=tuple(sorted(hard)),
        soft=tuple(sorted(soft - hard)),
        reasons=tuple(reasons),
        tokens=_tokens(text),
        messages=_message_ids(text),
    )


def _fields(message: Message) -> tuple[set[str], set[str], list[str]]:
    """The addresses that failed temporarily and permanently by the fields of a report, and the diagnostics."""
    soft, hard, reasons = set[str](), set[str](), list[str]()
    for part in message.walk():
        if part.get_content_type() not in REPORTS:
            continue
        for block in _blocks(part):
            address = _address(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
            action, status = str(block.get("Action", "")).strip().lower(), str(block.get("Status", "")).strip()
            if not address or action not in ("failed", "delayed"):
                continue
            (hard if action == "failed" and not status.startswith("4") else soft).add(address)
            reasons.append(" ".join(f"{status} {_value(block, 'Diagnostic-Code').partition(';')[2]}".split()))
    return soft, hard, reasons


def _blocks(part: Message) -> Iterator[Message]:
    """The fields of a report, one block per recipient. The standard library parses only the older type."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, Message))
        if payload and isinstance(payload[0], Message) and "Action" not in str(payload):
            yield from _parted_blocks("\n\n".join(str(one) for one in payload))
        return
    yield from _parted_blocks(_decoded(part))


def _parted_blocks(text: str) -> Iterator[Message]:
    for block in re.split(r"\r?\n[ \t]*\r?\n", text):
        yield email.message_from_string(block.strip() + "\n\n")


def _address(field: str) -> str:
    """`utf-8; ada@example.org` or `rfc822; <ada@example.org>` as the address."""
    return str(field).rpartition(";")[2].strip().strip("<>").lower()


def _told(message: Message) -> Iterator[str]:
    """Lines of a report in an unknown format that look like a server's reply, or else its beginning."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            text = _decoded(part)
            replies = [found[0][:500] for line in text.splitlines() if (found := _DIAGNOSTIC.search(line))]
            yield from replies[:5] or [" ".join(text[:LONGEST_HEADER].split())[:500]]
            return


def _opt_out(message: Message, content: bytes) -> OptOut | None:
    """A request to unsubscribe: our token in the subject, or words for it together with a token or an id of ours."""
    if message.get_content_type() == "multipart/report" or not _is_wish(message):
        return None
    text = _whole(message, content)
    subject = _subject(message)
    broken = "".join(re.split("unsubscribe", subject, maxsplit=1, flags=re.IGNORECASE)[-1].split())
    found = _tokens(subject) or _tokens(broken) or _tokens(text)
    sender = one_line(_value(message, "From") or "nobody", 200)
    return OptOut(id=_id(message, content), tokens=found, messages=_message_ids(text), sender=sender)


def _taught(message: Message, content: bytes) -> Taught | None:
    """A request for more or less: such lines at its top, in a mail that holds a token or an id of ours."""
    if message.get_content_type() == "multipart/report" or _is_automatic(message):
        return None
    found = takewhile(bool, map(_TEACHES.fullmatch, _own_lines(message)))
    wishes = tuple((one["what"], one["way"].lower() in _MORE) for one in found if one is not None)
    text = _whole(message, content)
    tokens, messages = _tokens(text), _message_ids(text)
    if not wishes or not (tokens or messages):
        return None
    return Taught(id=_id(message, content), tokens=tokens, messages=messages, wishes=wishes[:MOST_WISHES])


def _own_lines(message: Message) -> list[str]:
    """The first lines of a mail's text up to an empty one, a quotation or a signature."""
    part = next((one for one in message.walk() if one.get_content_type() == "text/plain"), None)
    lines: list[str] = []
    for line in (_decoded(part) if part is not None else "").lstrip().splitlines()[:MOST_LINES]:
        tidy = " ".join(line.split())
        if not tidy or tidy.startswith(">") or tidy == "--":
            break
        lines.append(tidy)
    return lines


def _is_wish(message: Message) -> bool:
    subject = _subject(message)
    if _tokens(subject):
        return True
    if _is_automatic(message):
        return False
    return _WISH.search(subject) is not None or _only_word(message)


def _is_automatic(message: Message) -> bool:
    """Whether a program wrote it, or it is one of a list's own mails."""
    said = _value(message, "Auto-Submitted").lower()
    answered = said.startswith("auto-") or _AUTOMATIC.search(_subject(message))
    bulk = _value(message, "Precedence").lower() in ("auto_reply", "bulk", "junk", "list")
    marks = ("List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply")
    return bool(answered) or bulk or any(message.get(mark) for mark in marks)


def _only_word(message: Message) -> bool:
    """Whether the text above the quotation consists of one such word."""
    if message.is_multipart() or message.get_content_type() != "text/plain":
        part = next((one for one in message.walk() if one.get_content_type() == "text/plain"), None)
    else:
        part = message
    if part is None:
        return False
    own = [line.strip() for line in _decoded(part).splitlines()[:5] if line.strip() and not line.startswith(">")]
    asked = _POLITE.sub("", own[0], count=1) if own else ""
    return len(asked) <= 30 and _WISH.match(asked) is not None


def _subject(message: Message) -> str:
    raw = _value(message, "Subject")
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    return unquote_plus(" ".join(_INVISIBLE.sub("", text).split()))


def _value(message: Message, name: str) -> str:
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    text = (
        raw[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    )  # UTF-8 as it is (RFC 6532)
    return " ".join(text.split())


def _whole(message: Message, content: bytes) -> str:
    """The complete content of a mail, raw and decoded, with folded lines joined."""
    raw = content[:LARGEST].decode("latin-1")
    parts = [raw, _FOLD.sub("", raw)]
    for part in message.walk():
        if not part.is_multipart() and part.get("Content-Transfer-Encoding", "7bit").lower() not in ("7bit", "8bit"):
            text = _decoded(part)
            parts += [text, _FOLD.sub("", text)]
    return unquote_plus("\n".join(parts).replace("+", "%2B"))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(part.get_payload())


def _tokens(text: str) -> tuple[str, ...]:
    found = [match[0] for match in _TOKEN.finditer(text)][:MOST_MARKS]
    return tuple(dict.fromkeys([*found, *(one[at.start() :] for one in found for at in _STUCK.finditer(one))]))


def _message_ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[1] for found in _MESSAGE_ID.finditer(text)))[:MOST_MARKS]


def _id(message: Message, content: bytes) -> str:
    """An id from the Message-ID, so that two copies of one message count once."""
    own = _value(message, "Message-ID").encode("utf-8", "replace")
    return hashlib.blake2b(own or content, digest_size=16).hexdigest()


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_value(message, "Date"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _texts(found: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(sorted(one.decode("utf-8", "replace").lower() for one in found))
