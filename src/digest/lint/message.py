"""R1, R2, R16, R19, R20, R21: size, preheader, subject, text part and headers (RFC 5322, 2369, 2919, 3834, 8058)."""

import re
from collections.abc import Iterator

from digest.lint.mail import HTML, MESSAGE, TEXT, Hit, Mail, inline, line_of, squeezed, words_of
from digest.render import UNSUBSCRIBE_URL
from digest.render.links import PREFERENCES_URL, TEACH

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
    """R21: the headers that a mailing needs, and one recipient per message."""
    one_click = mail.base_url.startswith("https:")
    if mail.base_url and not one_click:
        message = "mail programs offer one click to unsubscribe (RFC 8058) for an https address only"
        yield Hit(message=message, remedy="give delivery.base_url an https address", severity="warning")
    if mail.message is None:
        return
    wanted = (*_REQUIRED, *(_FOR_UNSUBSCRIBING if one_click else ()))
    for name in wanted:
        if not mail.message[name]:
            yield Hit(file=MESSAGE, message=f"there is no {name}", remedy="let `digest` build the message")
    if mail.message["Bcc"]:
        yield Hit(file=MESSAGE, message="Bcc shows one reader the others", remedy="send one message to each")
    if len(str(mail.message["To"] or "").split(",")) > 1:
        yield Hit(file=MESSAGE, message="more than one address in To", remedy="send one message to each")
    if one_click and "<https://" not in str(mail.message["List-Unsubscribe"] or "<https://"):
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
    """R1: the size at which Gmail cuts a mail, and the links that must come before it."""
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
    """R2: rules stand on their elements, because some clients drop style blocks."""
    for rule in mail.rules:
        if rule.selector and not rule.at and rule.selector != ":root" and ":" not in rule.selector:
            yield Hit(
                line=rule.line,
                message=f"the rule {rule.selector!r} stands in a style block and not on its elements",
                remedy="keep it in the first style block of the template, which is inlined",
            )


LINE = 998  # bytes, RFC 5322 section 2.1.1
_ADDRESS = re.compile(r"https?://\S+|mailto:\S+")


def complete(mail: Mail) -> Iterator[Hit]:
    """R20: the text part has every headline and link of the HTML."""
    if not mail.text.strip():
        yield Hit(file=TEXT, message="there is no text part", remedy="render email.txt.j2")
        return
    there = squeezed(mail.text).upper()  # the text part may show headlines in capitals
    for heading in (each for each in mail.elements if each.tag in ("h1", "h2", "h3")):
        words = words_of(heading)
        if squeezed(words).upper() not in there:
            message = f"the headline {words[:60]!r} of the HTML is missing"
            yield Hit(file=TEXT, message=message, remedy="show it in email.txt.j2 too")
    known = {found[0].rstrip(".,;") for found in _ADDRESS.finditer(mail.text)}
    for link in mail.links:
        url = link.get("href") or ""
        if url.startswith(PREFERENCES_URL + TEACH):  # who reads the text asks for more or less by answering
            continue
        if url.startswith(("http", "mailto:")) and url.rstrip(".,;") not in known and url not in mail.text:
            yield Hit(
                file=TEXT, message=f"the link {url[:80]} of the HTML is missing", remedy="list it in email.txt.j2 too"
            )
    for number, line in enumerate(mail.text.split("\n"), start=1):
        if len(line.encode(errors="replace")) > LINE and not _ADDRESS.search(line):
            message = f"a line of more than {LINE} bytes, which mail servers cut"
            yield Hit(file=TEXT, line=number, message=message, remedy="pass it through the filter `wrap`")
    yield from _alternatives(mail)


def _alternatives(mail: Mail) -> Iterator[Hit]:
    """The parts of the message: text first, then HTML, both encoded so that no server has to change them."""
    if mail.message is None:
        return
    parts = [part.get_content_type() for part in mail.message.walk() if not part.is_multipart()]
    if parts[:2] != ["text/plain", "text/html"]:
        message = f"the parts are {', '.join(parts)}, and readers show the last they know"
        yield Hit(file=MESSAGE, message=message, remedy="send multipart/alternative: text/plain, then text/html")
    for number, line in enumerate(mail.source.splitlines(), start=1):
        if len(line.encode(errors="replace")) > LINE:
            message = f"a line of more than {LINE} bytes"
            yield Hit(
                file=MESSAGE, line=number, message=message, remedy="encode the part as quoted-printable or base64"
            )


_HIDDEN = {"display": "none", "max-height": "0", "overflow": "hidden", "mso-hide": "all"}
_SHORTEST_PREHEADER, _LONGEST_PREHEADER = 40, 130  # characters that inboxes show
_FILLER = "\u034f"
_ENOUGH = 20


def preheader(mail: Mail) -> Iterator[Hit]:
    """R16: a hidden preheader of the right length comes first, and fills its line."""
    first = next(iter(mail.speakers), None)
    if first is None or inline(first).get("display") != "none":
        message = "the mail does not begin with a hidden preheader, so inboxes show the masthead twice"
        yield Hit(
            line=0 if first is None else line_of(first), message=message, remedy="begin the body with issue.preheader"
        )
        return
    line, styles = line_of(first), inline(first)
    missing = [f"{name}: {value}" for name, value in _HIDDEN.items() if styles.get(name) != value]
    if missing:
        message = f"the preheader is hidden without {', '.join(missing)}, which some clients need"
        yield Hit(line=line, message=message, remedy="hide it in all these ways")
    text = "".join(first.itertext())
    words = text.partition(_FILLER)[0].strip()
    if not _SHORTEST_PREHEADER <= len(words) <= _LONGEST_PREHEADER:
        message = (
            f"the preheader has {len(words)} characters, and inboxes show {_SHORTEST_PREHEADER} to {_LONGEST_PREHEADER}"
        )
        yield Hit(line=line, message=message, remedy="tell what the issue holds", severity="warning")
    if text.count(_FILLER) < _ENOUGH:
        message = "nothing fills the line after the preheader, so that an inbox goes on with the masthead"
        yield Hit(line=line, message=message, remedy="follow it with &#847;&zwnj;&nbsp; some forty times")
