"""R18, R23: marks that a template left in what readers see, and characters that are none. A feed's own words are no marks."""

import re
from collections.abc import Iterator
from html import unescape

from digest.check.finding import HTML, TEXT, Hit
from digest.check.mail import Mail, squeezed

_MARKS = re.compile(
    r"\{\{[-\s]{0,2}[\w.]{0,20}|\}\}|\{%[-\s]{0,2}\w{0,20}|%\}|\{# ?\w{0,20}|\[object \w+\]|\bTK\b|\bLorem ipsum\b"
)
_ALONE = re.compile(r"(?<=[>;,:·(])\s*(None|nan|NaN|undefined|null|True|False)\s*(?=[<;,·)])")
_ALONE_IN_TEXT = re.compile(r"^\W*(None|nan|NaN|undefined|null|True|False)\W*$", re.MULTILINE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|&#(?:x0*[89][0-9a-f]|0*1[2-5][0-9]);", re.IGNORECASE)
_REPLACEMENT = "\ufffd"
_HIDDEN = re.compile(r"<style.*?</style>|<!--.*?-->", re.DOTALL)


def marks(mail: Mail) -> Iterator[Hit]:
    """R18."""
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
    """R23."""
    for file, text in ((HTML, mail.html), (TEXT, mail.text)):
        for one in _CONTROLS.finditer(text):
            message = f"the control character {one[0]!r}, after which Gmail has cut mails"
            line = text.count("\n", 0, one.start()) + 1
            yield Hit(file=file, line=line, message=message, remedy="leave it out")
        place = text.find(_REPLACEMENT)
        if place >= 0 and _REPLACEMENT not in mail.told:
            message = "a character that could not be decoded (U+FFFD)"
            line = text.count("\n", 0, place) + 1
            yield Hit(file=file, line=line, message=message, remedy="save the template as UTF-8")
