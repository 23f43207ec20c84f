"""R15, R17: links that lead somewhere in every client, and say where."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from digest.lint.mail import HTML, TEXT, Hit, Mail, line_of, squeezed, words_of

_SAYS_NOTHING = {"here", "click here", "read more", "more", "link", "this", "this link", "continue", "learn more"}
_SHORTENERS = {"bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "buff.ly", "is.gd", "lnkd.in", "rebrand.ly", "t.ly"}


def anchors(mail: Mail) -> Iterator[Hit]:
    """R15: Gmail and Outlook go to `<a name>`, not to an id."""
    names = {each.get("name") for each in mail.elements if each.tag == "a"}
    ids = {each.get("id") for each in mail.elements}
    for link in mail.links:
        target = (link.get("href") or "").removeprefix("#")
        if not (link.get("href") or "").startswith("#") or target in names:
            continue
        cause = "has an id and no name, which Gmail needs" if target in ids else "is nowhere in the mail"
        yield Hit(
            line=line_of(link), message=f"the anchor #{target} {cause}", remedy=f'write <a name="{target}"></a> there'
        )


def addresses(mail: Mail) -> Iterator[Hit]:
    """R17: links have words and lead to a whole address."""
    for link in mail.links:
        url, line = (link.get("href") or "").strip(), line_of(link)
        words = words_of(link)
        if not url or url == "#":
            yield Hit(line=line, message=f"the link {words[:40]!r} has no address", remedy="leave the link out")
        elif not url.lower().startswith(("https://", "http://", "mailto:", "#")):
            message = f"the link {words[:40]!r} leads to {url[:60]!r}, which is nowhere in a mail"
            yield Hit(line=line, message=message, remedy="write the whole https address")
        if not words and link.find("img") is None:
            yield Hit(line=line, message=f"the link to {url[:60]!r} has no words", remedy="say where it leads")
        yield from _said_by_feeds(url, words, line)


def _said_by_feeds(url: str, words: str, line: int) -> Iterator[Hit]:
    if words.casefold().strip(" .…»→") in _SAYS_NOTHING:
        message = f"the link {words!r} does not say where it leads"
        yield Hit(line=line, message=message, remedy="name what is behind it", severity="warning")
    if (_host(url) or "") in _SHORTENERS:
        message = f"{url[:60]} hides where it leads, and spam filters mind"
        yield Hit(line=line, message=message, remedy="link to the page itself", severity="warning")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


_MARKS = re.compile(
    r"\{\{[-\s]{0,2}[\w.]{0,20}|\}\}|\{%[-\s]{0,2}\w{0,20}|%\}|\{# ?\w{0,20}|\[object \w+\]|\bTK\b|\bLorem ipsum\b"
)
_ALONE = re.compile(r"(?<=[>;,:·(])\s*(None|nan|NaN|undefined|null|True|False)\s*(?=[<;,·)])")
_ALONE_IN_TEXT = re.compile(r"^\W*(None|nan|NaN|undefined|null|True|False)\W*$", re.MULTILINE)
_RAW = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_CONTROLS = {HTML: re.compile(_RAW + "|&#(?:x0*[89][0-9a-f]|0*1[2-5][0-9]);", re.IGNORECASE), TEXT: re.compile(_RAW)}
_REPLACEMENT = "\ufffd"
_HIDDEN = re.compile(r"<style.*?</style>|<!--.*?-->", re.DOTALL)


def marks(mail: Mail) -> Iterator[Hit]:
    """R18: nothing is left over from a template."""
    html = _HIDDEN.sub(lambda found: "\n" * found[0].count("\n"), mail.html)
    for file, text, alone in ((HTML, html, _ALONE), (TEXT, mail.text, _ALONE_IN_TEXT)):
        found = [*_MARKS.finditer(text), *alone.finditer(text)]
        for one in found:
            if not _said_by_a_feed(one[0], mail):
                message = f"{one[0].strip()[:40]!r} is what a template left over"
                line = text.count("\n", 0, one.end()) + 1
                yield Hit(file=file, line=line, message=message, remedy="mend the template or the variable it shows")


def _said_by_a_feed(text: str, mail: Mail) -> bool:
    said = squeezed(unescape(text))
    return bool(said) and (said in mail.told or said[:2] in mail.told_last)


def characters(mail: Mail) -> Iterator[Hit]:
    """R23: control characters, and characters that could not be decoded."""
    for file, text in ((HTML, mail.html), (TEXT, mail.text)):
        for one in _CONTROLS[file].finditer(text):
            message = f"the control character {one[0]!r}, after which Gmail has cut mails"
            line = text.count("\n", 0, one.start()) + 1
            yield Hit(file=file, line=line, message=message, remedy="leave it out")
        place = text.find(_REPLACEMENT)
        if place >= 0 and _REPLACEMENT not in mail.told:
            message = "a character that could not be decoded (U+FFFD)"
            line = text.count("\n", 0, place) + 1
            yield Hit(file=file, line=line, message=message, remedy="save the template as UTF-8")


_SHOWN = (".png", ".jpg", ".jpeg", ".gif")


def unsafe(mail: Mail) -> Iterator[Hit]:
    """R9: pictures have a text, a width and a secure address."""
    for image in (each for each in mail.elements if each.tag == "img"):
        line, src = line_of(image), image.get("src") or ""
        if image.get("alt") is None:
            yield Hit(
                line=line, message="a picture without alt", remedy='write what it says, or alt="" for an ornament'
            )
        if not (image.get("width") or "").isdigit():
            yield Hit(
                line=line,
                message="a picture without a width in pixels, which Outlook shows at its full size",
                remedy='write width="…" on the element',
            )
        if not src.startswith("https://"):
            yield Hit(
                line=line, message=f"the picture {src[:40]!r} has no https address", remedy="serve it from the archive"
            )
        elif not urlsplit(src).path.lower().endswith(_SHOWN):
            yield Hit(line=line, message=f"the picture {src[:80]!r} is not a PNG, JPEG or GIF", remedy="convert it")
