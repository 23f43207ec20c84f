"""R20: the text part contains every headline and every link of the HTML, in lines of allowed length."""

import re
from collections.abc import Iterator
from html import unescape

from digest.lint.mail import MESSAGE, TEXT, Hit, Mail, inline, line_of, squeezed, words_of

LINE = 998  # bytes, RFC 5322 section 2.1.1
_ADDRESS = re.compile(r"https?://\S+|mailto:\S+")


def complete(mail: Mail) -> Iterator[Hit]:
    """R20."""
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
        url = unescape(link.get("href") or "")
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
_SHORTEST, _LONGEST = 40, 130  # characters that inboxes show
_FILLER = "\u034f"
_ENOUGH = 20


def preheader(mail: Mail) -> Iterator[Hit]:
    """R16."""
    first = next(iter(mail.speakers), None)
    if first is None or inline(first).get("display") != "none":
        message = "the first words of the mail are no hidden preheader, so that an inbox shows the masthead twice"
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
    told = text.partition(_FILLER)[0].strip()
    if not _SHORTEST <= len(told) <= _LONGEST:
        message = f"the preheader has {len(told)} characters, and inboxes show {_SHORTEST} to {_LONGEST}"
        yield Hit(line=line, message=message, remedy="tell what the issue holds", severity="warning")
    if text.count(_FILLER) < _ENOUGH:
        message = "nothing fills the line after the preheader, so that an inbox goes on with the masthead"
        yield Hit(line=line, message=message, remedy="follow it with &#847;&zwnj;&nbsp; some forty times")
