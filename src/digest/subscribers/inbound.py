"""Read incoming mail: which addresses bounced, permanently or temporarily, and who wants to unsubscribe.

Bounce reports are interpreted by flufl.bounce (RFC 3464 and the dialects of many servers). Mailboxes are only read.
"""

import email
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from digest.errors import WorkspaceError
from digest.text.clean import one_line

_WISH = re.compile(
    r"(?:\w{2,3}: ?)*unsubscribe(?: (?P<token>\S+))?", re.IGNORECASE
)  # also in a reply or a forwarded mail


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOut:
    """A request to unsubscribe. `token` and `sender` may be forged; `sender` is fit for display."""

    id: str
    token: str
    sender: str


def parse_opt_out(message: Message, *, id_: str) -> OptOut | None:
    """The request to unsubscribe in a message; None if it is another message, or a bounce report."""
    if message.get_content_type() == "multipart/report":
        return None
    found = _WISH.fullmatch(_subject(message))
    if found is None:
        return None
    sender = one_line(" ".join(str(message.get("From", "nobody")).split()))
    return OptOut(id=id_, token=found["token"] or "", sender=sender)


def _subject(message: Message) -> str:
    raw = str(message.get("Subject", ""))
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    return " ".join(text.split())


LARGEST = 1_000_000  # bytes of a report that are read; the returned message is at its end


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A bounce report. `id` does not change between readings; `date` is the report's own."""

    id: str
    date: datetime | None
    hard: tuple[str, ...]
    soft: tuple[str, ...]


def read(path: Path) -> Iterator[Report | OptOut | None]:
    """The messages of a Maildir, an mbox or a file with one message; None for those of other kinds.

    Raises:
        WorkspaceError: it cannot be read.
    """
    try:
        yield from map(parse, _messages(path))
    except OSError as error:
        raise WorkspaceError(str(path), f"cannot be read ({error})", "name a Maildir, an mbox or a message") from error


def parse(content: bytes) -> Report | OptOut | None:
    """Parse one message; None if it is neither a bounce nor a request, or cannot be parsed."""
    from flufl.bounce import all_failures  # noqa: PLC0415  (60 ms, for this only)

    try:
        message = email.message_from_bytes(content[:LARGEST])
        wish = parse_opt_out(message, id_=_id(message, content))
        if wish is not None:
            return wish
        soft, hard = all_failures(message)
    except Exception:  # noqa: BLE001  (the detectors raise what they like on mail that lies; one report, never a run)
        return None
    if not (soft or hard):
        return None
    return Report(
        id=_id(message, content),
        date=_date(message),
        hard=_texts(hard),
        soft=tuple(set(_texts(soft)) - set(_texts(hard))),
    )


def _messages(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        if not (path / "new").is_dir() and not (path / "cur").is_dir():
            raise WorkspaceError(str(path), "is a folder, but not a Maildir", "name a Maildir, an mbox or a message")
        for folder in ("new", "cur"):
            for file in sorted((path / folder).glob("*")):
                yield _start(file)
        return
    if not _start(path).startswith(b"From "):
        yield _start(path)
        return
    with path.open("rb") as box:
        yield from _parted(box)


def _parted(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The messages of an mbox. The standard `mailbox` module would open it for writing."""
    message: list[bytes] = []
    for line in lines:
        if line.startswith(b"From ") and (not message or message[-1].strip() == b""):
            if message:
                yield b"".join(message)
            message = []
        else:
            message.append(line)
    yield b"".join(message)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST)


def _id(message: Message, content: bytes) -> str:
    """An id from the Message-ID, so that two copies of one message count once."""
    own = str(message.get("Message-ID", "")).strip().encode("utf-8", "replace")
    return hashlib.blake2b(own or content, digest_size=16).hexdigest()


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date", "")))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _texts(found: frozenset[bytes]) -> tuple[str, ...]:
    return tuple(sorted(one.decode("utf-8", "replace") for one in found))
