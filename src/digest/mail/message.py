"""Make the messages of an issue. The message is built once; each recipient's own parts are inserted as bytes.

It is multipart/alternative, text before HTML, both quoted-printable; without HTML it is plain text alone. A recipient's own links are on separate lines between soft
line breaks, so that any token fits without reformatting. No line begins with a dot, so that nothing needs dot-stuffing.
"""

import hashlib
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.quoprimime import body_encode
from email.utils import format_datetime
from urllib.parse import quote

from digest.errors import UsageError
from digest.mail import headers
from digest.mail.transport import Letter
from digest.render.links import PREFERENCES_URL, TEACH, UNSUBSCRIBE_URL
from digest.subscribers.tokens import Purpose, Tokens, link

BOUNDARY = "=_digest"  # cannot occur in quoted-printable text
_SLOTS: dict[str, Purpose] = {UNSUBSCRIBE_URL: "unsubscribe", PREFERENCES_URL: "preferences"}
_PLACEHOLDER = "|".join(map(re.escape, _SLOTS))
# A placeholder is a reader's own link only where it stands alone, never as a part of another address or word. Links to teach continue it.
# What stands before it is looked at last: a pattern that begins with letters is found many times faster.
_SLOT = re.compile(
    rf"(?:{_PLACEHOLDER})(?<![^\s<>(\"'](?:{_PLACEHOLDER}))(?=(?:{re.escape(TEACH)}[\w./-]{{1,80}})?(?![^\s<>)\"']))"
)
_UNSAFE_START = re.compile(rb"^(?:\.|From )", re.MULTILINE)
_LINE = 74  # characters; an escape at the start of a line still fits the limit of 76 (RFC 2045)

Signer = Callable[[bytes], bytes]  # a complete message -> the header with its signature


@dataclass(frozen=True, kw_only=True, slots=True)
class Imprint:
    """The sender's data in every message, from `delivery:`. Addresses are validated and ASCII."""

    title: str
    sender_name: str
    sender: str
    reply_to: tuple[str, str] | None
    list_id: str
    base_url: str

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    @property
    def contact(self) -> str:
        """The address for unsubscribe mails."""
        return self.reply_to[1] if self.reply_to else self.sender


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The recipient of one message. `reference` is unique within the issue; `link` identifies them in links."""

    link: str
    address: str
    name: str
    reference: str


class Message:
    """An issue's message, complete except for each recipient's own parts."""

    def __init__(
        self,
        *,
        key: str,
        subject: str,
        date: datetime,
        html_part: str,
        text_part: str,
        imprint: Imprint,
        tokens: Tokens,
    ) -> None:
        self._key = key
        self._imprint = imprint
        self._tokens = tokens
        self._fixed = _fixed_headers(key, subject, date, imprint, kind=ALTERNATIVE if html_part else PLAIN)
        self._parts = _split(text_part, html_part, imprint) if html_part else _plain(text_part, imprint)

    def letter(self, person: Person, *, secret: bytes, sign: Signer | None = None) -> Letter:
        """The finished message. The same arguments give the same bytes.

        Raises:
            DeliveryError: the address cannot be put into a message.
        """
        id_ = self._id(person, secret)
        made = {purpose: self._tokens.make(purpose, person.link).encode() for purpose in _SLOTS.values()}
        content = b"".join(
            (
                headers.mailbox("To", person.name, person.address),
                headers.structured("Message-ID", f"<{id_}>"),
                _unsubscribe(self._imprint, made["unsubscribe"].decode()),
                self._fixed,
                *(made[part] if isinstance(part, str) else part for part in self._parts),
            )
        )
        if sign is not None:
            content = sign(content) + content
        return Letter(id=id_, sender=self._imprint.sender, recipient=person.address, content=content)

    def _id(self, person: Person, secret: bytes) -> str:
        """The Message-ID. It reveals nothing about the recipient, and does not change if the message is sent again."""
        return f"{message_id(self._key, person.reference, secret)}@{self._imprint.domain}"


def message_id(key: str, reference: str, secret: bytes) -> str:
    """The id of the message to one recipient of an issue, without its domain. It identifies them only to this workspace."""
    digest = hashlib.blake2b(f"{key}\0{reference}".encode(), key=secret, digest_size=16)
    return f"{key}.{digest.hexdigest()}"


def neutral(*, key: str, subject: str, date: datetime, html_part: str, text_part: str, imprint: Imprint) -> bytes:
    """The message as it is archived: without a recipient, with placeholders for personal links."""
    own = [
        headers.structured("To", "undisclosed-recipients:;"),  # an empty recipient list (RFC 5322)
        headers.structured("Message-ID", f"<{key}.archive@{imprint.domain}>"),
    ]
    if imprint.base_url:
        own.append(headers.structured("List-Unsubscribe", f"<{UNSUBSCRIBE_URL}>"))
        own.append(headers.structured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    text, page = (_quoted(body.replace("\r\n", "\n")) + b"\r\n" for body in (text_part, html_part))
    body = (b"\r\n", _part_head("plain"), text, _part_head("html"), page, f"--{BOUNDARY}--\r\n".encode())
    return b"".join((*own, _fixed_headers(key, subject, date, imprint), *body))


def _part_head(kind: str) -> bytes:
    lines = (
        f"--{BOUNDARY}",
        f"Content-Type: text/{kind}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    )
    return "\r\n".join((*lines, "", "")).encode()


ALTERNATIVE = (headers.structured("Content-Type", "multipart/alternative;", f'boundary="{BOUNDARY}"'),)
PLAIN = (
    headers.structured("Content-Type", "text/plain; charset=utf-8"),
    headers.structured("Content-Transfer-Encoding", "quoted-printable"),
)


def _fixed_headers(
    key: str, subject: str, date: datetime, imprint: Imprint, *, kind: tuple[bytes, ...] = ALTERNATIVE
) -> bytes:
    lines = [
        headers.mailbox("From", imprint.sender_name, imprint.sender),
        headers.text("Subject", subject),
        headers.structured("Date", format_datetime(date)),
        headers.mailbox("List-Id", imprint.title, f"list@{imprint.list_id}").replace(b"<list@", b"<"),
        headers.structured("Feedback-ID", f"{key}:issue:digest:{imprint.list_id.partition('.')[0][:15]}"),
        headers.structured("Auto-Submitted", "auto-generated"),
        headers.structured("X-Auto-Response-Suppress", "OOF, AutoReply"),
        headers.structured("Precedence", "bulk"),
        headers.structured("MIME-Version", "1.0"),
        *kind,
    ]
    if imprint.reply_to is not None:
        lines.insert(1, headers.mailbox("Reply-To", *imprint.reply_to))
    if imprint.base_url:
        lines.append(headers.structured("List-Archive", f"<{imprint.base_url.rstrip('/')}/>"))
    return b"".join(lines)


def _unsubscribe(imprint: Imprint, token: str) -> bytes:
    """The List-Unsubscribe headers of RFC 2369, and of RFC 8058 if the base URL is https."""
    by_mail = f"<{_mailto(imprint, 'unsubscribe')}{token}>"
    if not imprint.base_url:
        return headers.structured("List-Unsubscribe", by_mail)
    on_the_web = f"<{link(imprint.base_url, 'unsubscribe', token)}>,"
    line = headers.structured("List-Unsubscribe", on_the_web, by_mail)
    one_click = headers.structured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    return line + one_click if imprint.base_url.startswith("https:") else line


def _split(text_part: str, html_part: str, imprint: Imprint) -> tuple[bytes | Purpose, ...]:
    """The body in parts: bytes, and a purpose wherever a token for that purpose is inserted."""
    parts: list[bytes | Purpose] = [b"\r\n"]
    for kind, body, escape in (("plain", text_part, str), ("html", html_part, html.escape)):
        parts.append(_part_head(kind))
        prefixes = {purpose: _quoted(escape(_prefix(imprint, purpose))) for purpose in _SLOTS.values()}
        parts += [*_slots(body.replace("\r\n", "\n"), prefixes), b"\r\n"]
    return (*_joined(parts), f"--{BOUNDARY}--\r\n".encode())


def _plain(text_part: str, imprint: Imprint) -> tuple[bytes | Purpose, ...]:
    """The body of a message without HTML."""
    prefixes = {purpose: _quoted(_prefix(imprint, purpose)) for purpose in _SLOTS.values()}
    return tuple(_joined([b"\r\n", *_slots(text_part.replace("\r\n", "\n"), prefixes), b"\r\n"]))


def _slots(body: str, prefixes: Mapping[Purpose, bytes]) -> list[bytes | Purpose]:
    parts: list[bytes | Purpose] = []
    end = 0
    for found in _SLOT.finditer(body):
        purpose = _SLOTS[found[0]]
        parts += [_quoted(body[end : found.start()]), b"=\r\n", prefixes[purpose], b"=\r\n", purpose, b"=\r\n"]
        end = found.end()
    return [*parts, _quoted(body[end:])]


def _joined(parts: list[bytes | Purpose]) -> list[bytes | Purpose]:
    """The parts with adjacent bytes joined."""
    joined: list[bytes | Purpose] = []
    for part in parts:
        if joined and isinstance(part, bytes) and isinstance(last := joined[-1], bytes):
            joined[-1] = last + part
        else:
            joined.append(part)
    return joined


def _quoted(body: str) -> bytes:
    """The text in quoted-printable with CRLF (RFC 2045, 6.7). Lines that servers or mailboxes would change are escaped."""
    encoded = body_encode(body.encode("utf-8", "replace").decode("latin-1"), maxlinelen=_LINE).encode("ascii")
    safe = _UNSAFE_START.sub(lambda found: f"={found[0][0]:02X}".encode() + found[0][1:], encoded)
    return safe.replace(b"\n", b"\r\n")


def _prefix(imprint: Imprint, purpose: Purpose) -> str:
    """The part of a link before the token."""
    return link(imprint.base_url, purpose, "") if imprint.base_url else _mailto(imprint, purpose)


def _mailto(imprint: Imprint, purpose: Purpose) -> str:
    return f"mailto:{quote(imprint.contact, safe='@')}?subject={purpose}%20"


_SIGNED = (
    b"from", b"from", b"to", b"subject", b"subject", b"date", b"message-id", b"reply-to", b"list-id", b"list-unsubscribe",
    b"list-unsubscribe-post", b"mime-version", b"content-type",
)  # fmt: skip


def signer(*, domain: str, selector: str, key: bytes) -> Callable[[bytes], bytes]:
    """The function that signs for `selector._domainkey.domain`.

    Raises:
        UsageError: the key is not a private key.
    """
    import dkim  # noqa: PLC0415  (only where mail is signed)

    def sign(message: bytes) -> bytes:
        header: bytes = dkim.sign(
            message,
            selector.encode(),
            domain.encode(),
            key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_SIGNED),
        )
        return header

    try:
        sign(b"From: a@example.org\r\n\r\n")
    except (dkim.DKIMException, ValueError, IndexError) as error:
        raise UsageError(
            "delivery.dkim.key_file", "does not contain a private key that can sign", "name an RSA key in PEM"
        ) from error
    return sign
