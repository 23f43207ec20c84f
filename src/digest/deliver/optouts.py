"""A mail that somebody wrote -> their wish to get no more, if it is one. Judges no token, stops nothing.

It is what the `mailto:` of a message's List-Unsubscribe makes (RFC 2369): the subject is `unsubscribe TOKEN`.
"""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from digest.deliver import addresses

_WISH = re.compile(r"(?:\w{2,3}: ?)*unsubscribe(?: (?P<token>\S+))?", re.IGNORECASE)  # replied to or forwarded, too


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOut:
    """One such mail. `token` may be empty or forged, as may `sender`, which is fit to be shown."""

    id: str
    token: str
    sender: str


def parse(message: Message, *, id_: str) -> OptOut | None:
    """One message; None where it wishes for something else, or only reports that another did not arrive."""
    if message.get_content_type() == "multipart/report":
        return None
    found = _WISH.fullmatch(_subject(message))
    if found is None:
        return None
    sender = addresses.shown(" ".join(str(message.get("From", "nobody")).split()))
    return OptOut(id=id_, token=found["token"] or "", sender=sender)


def _subject(message: Message) -> str:
    raw = str(message.get("Subject", ""))
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    return " ".join(text.split())
