"""R20: the text part says what the HTML says: every headline and every link, in lines that mail may carry."""

import re
from collections.abc import Iterator
from html import unescape

from digest.check.finding import MESSAGE, TEXT, Hit
from digest.check.mail import Mail, squeezed, words_of

LINE = 998  # bytes, RFC 5322 section 2.1.1
_ADDRESS = re.compile(r"https?://\S+|mailto:\S+")


def complete(mail: Mail) -> Iterator[Hit]:
    """R20."""
    if not mail.text.strip():
        yield Hit(file=TEXT, message="there is no text part", remedy="render email.txt.j2")
        return
    there = squeezed(mail.text).upper()  # the text part may set headlines in capitals
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
    """Of the whole message: text first, then HTML, and both encoded so that no server needs to touch them."""
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
