"""R19, R21: the subject, and the headers that a newsletter needs (RFC 5322, 2369, 2919, 3834, 8058)."""

import re
from collections.abc import Iterator

from digest.lint.mail import HTML, MESSAGE, Hit, Mail
from digest.render import UNSUBSCRIBE_URL

_SHORTEST, _LONGEST = 10, 78
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_REQUIRED = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Id", "Auto-Submitted")
_FOR_UNSUBSCRIBING = ("List-Unsubscribe", "List-Unsubscribe-Post")


def subject(mail: Mail) -> Iterator[Hit]:
    """R19: the subject of the message and the title of the HTML, from which it is taken."""
    subjects = {HTML: (mail.tree.findtext("head/title") or "").strip()}
    if mail.message is not None:
        subjects[MESSAGE] = str(mail.message["Subject"] or "")
    for file, told in subjects.items():
        if _HARMFUL.search(told):
            message = f"the subject {told!r} has control characters or ones that turn the reading direction"
            yield Hit(file=file, message=message, remedy="leave them out of digest.title")
        if told and not _SHORTEST <= len(told) <= _LONGEST:
            message = f"the subject has {len(told)} characters; inboxes show {_SHORTEST} to {_LONGEST}"
            yield Hit(file=file, message=message, remedy="change digest.title in feeds.yaml", severity="warning")


def required(mail: Mail) -> Iterator[Hit]:
    """R21."""
    if mail.message is None:
        return
    wanted = (*_REQUIRED, *(_FOR_UNSUBSCRIBING if mail.base_url else ()))
    for name in wanted:
        if not mail.message[name]:
            yield Hit(file=MESSAGE, message=f"there is no {name}", remedy="let `digest` build the message")
    if mail.message["Bcc"]:
        yield Hit(file=MESSAGE, message="Bcc shows one reader the others", remedy="send one message to each")
    if len(str(mail.message["To"] or "").split(",")) > 1:
        yield Hit(file=MESSAGE, message="more than one address in To", remedy="send one message to each")
    if mail.base_url and "<https://" not in str(mail.message["List-Unsubscribe"] or "<https://"):
        message = "List-Unsubscribe has no https address, which one click needs (RFC 8058)"
        yield Hit(file=MESSAGE, message=message, remedy="give delivery.base_url an https address")


LIMIT = 102_400  # bytes
COMFORT = 80_000
_REACH = 92_160  # the position before which the required links must come
_LINK = {
    "unsubscribe": "link to issue.unsubscribe_url",
    "view-online": "`digest render KEY`, if delivery.base_url is new; else link to issue.view_url",
}
_SMALLER = "let the template show fewer items or shorter summaries"


def clipped(mail: Mail) -> Iterator[Hit]:
    """R1."""
    html = mail.html.encode()
    if len(html) > LIMIT:
        yield Hit(message=f"{len(html)} bytes of HTML, and Gmail hides what is beyond {LIMIT}", remedy=_SMALLER)
    elif len(html) > COMFORT:
        message = f"{len(html)} bytes of HTML, close to the {LIMIT} that Gmail shows"
        yield Hit(message=message, remedy=_SMALLER, severity="warning")
    wanted = {"unsubscribe": UNSUBSCRIBE_URL} | ({"view-online": mail.base_url} if mail.base_url else {})
    for name, url in wanted.items():
        place = html.find(b'href="' + url.encode())
        if place < 0:
            yield Hit(message=f"there is no {name} link", remedy=_LINK[name])
        elif place > _REACH:
            yield Hit(
                message=f"the {name} link comes after {place} bytes, where Gmail may have cut the mail", remedy=_SMALLER
            )


def not_inlined(mail: Mail) -> Iterator[Hit]:
    """R2."""
    for rule in mail.rules:
        if rule.selector and not rule.at and rule.selector != ":root" and ":" not in rule.selector:
            yield Hit(
                line=rule.line,
                message=f"the rule {rule.selector!r} stands in a style block and not on its elements",
                remedy="keep it in the first style block of the template, which is inlined",
            )
