"""Convert the values in feeds to plain text, absolute links and aware dates, whatever the feed format."""

import html
import html.entities
import re
from calendar import timegm
from collections.abc import Iterable
from datetime import UTC, datetime
from time import struct_time
from urllib.parse import urljoin, urlsplit

import nh3

TITLE_CHARS = 500
SUMMARY_CHARS = 20_000
NAME_CHARS = 200
_RAW_CHARS = 200_000  # characters of markup used for a summary

_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|li|h[1-6]|tr|td|th|ul|ol|dl|dt|dd|blockquote|pre|table|hr|figure)\b)", re.IGNORECASE
)
# Controls, lone surrogates, noncharacters, byte order marks, and what turns the direction of the text around it; all of it is
# what Python calls not printable, beside what it calls white space.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKUP = re.compile(r"</\w+>|&#?\w+;")
_TAG = re.compile(r"</?(\w+)")
_ENTITY = re.compile(r"&(\w+);")
# HTML's elements, as feedparser knows them.
_ELEMENTS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "area",
        "article",
        "aside",
        "audio",
        "b",
        "big",
        "blockquote",
        "br",
        "button",
        "canvas",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "command",
        "datagrid",
        "datalist",
        "dd",
        "del",
        "details",
        "dfn",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "em",
        "event-source",
        "fieldset",
        "figcaption",
        "figure",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "keygen",
        "label",
        "legend",
        "li",
        "m",
        "map",
        "menu",
        "meter",
        "multicol",
        "nav",
        "nextid",
        "noscript",
        "ol",
        "optgroup",
        "option",
        "output",
        "p",
        "pre",
        "progress",
        "q",
        "s",
        "samp",
        "section",
        "select",
        "small",
        "sound",
        "source",
        "spacer",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "video",
    ]
)
_DOI = re.compile(r"^(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)
_WORDS = nh3.Cleaner(tags=set(), attributes={})
# A URL that joining with a base and parsing would not change.
_WHOLE = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?(?:/[\w./~%+,=:@!$&'()*-]*)?(?:\?[\w./~%+,=:@!$&'()*?-]+)?"
    r"(?:#[\w./~%+,=:@!$&'()*?-]+)?",
    re.ASCII,
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def plain(text: str, *, chars: int) -> str:
    """Plain text as one line of at most this many characters, without invisible characters and with single spaces."""
    line = text
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        line = " ".join(text.split())
        if not line.isprintable():
            line = " ".join(_UNSEEN.sub("", line).split())
    return line if len(line) <= chars else line[: chars - 1].rstrip() + "…"


def from_html(markup: str, *, chars: int) -> str:
    """The text of a piece of HTML as one line, without scripts and styles."""
    words = markup[:_RAW_CHARS]
    if "<" in words:
        words = _WORDS.clean(_BLOCK.sub(" <", words))
    return plain(html.unescape(words), chars=chars)


def is_markup(text: str) -> bool:
    """Whether a text of unknown type is markup. Guessed like in feedparser: by a closing tag or an entity.

    All tags, and all named entities, must be those of HTML.
    """
    if not _MARKUP.search(text):
        return False
    known = all(tag.lower() in _ELEMENTS for tag in _TAG.findall(text))
    return known and all(entity in html.entities.entitydefs for entity in _ENTITY.findall(text))


def web_link(link: str, *, base: str) -> str:
    """The link as an absolute http(s) URL, or the empty string."""
    if _WHOLE.fullmatch(link):
        return link
    try:
        absolute = urljoin(base, _UNSEEN.sub("", link).strip())
        parts = urlsplit(absolute)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return absolute.replace(" ", "%20") if usable and not any(char in absolute for char in '\n\r\t<>"') else ""


def from_struct(value: struct_time | None) -> datetime | None:
    """A parsed date in UTC; None if there is none, or it is absurd."""
    try:
        return believable(datetime.fromtimestamp(timegm(value), UTC)) if value else None
    except (ValueError, OverflowError, OSError):
        return None


def from_iso(text: object) -> datetime | None:
    """An RFC 3339 date in UTC, or None."""
    try:
        read = datetime.fromisoformat(text.strip()) if isinstance(text, str) else None
        return believable((read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)) if read else None
    except (ValueError, OverflowError):
        return None


def believable(date: datetime) -> datetime | None:
    """The date, or None if its year is absurd."""
    return date if _FIRST_YEAR <= date.year <= _LAST_YEAR else None


def doi(text: str) -> str:
    """The DOI in a text that is one, without its prefix; or the empty string."""
    found = _DOI.match(text.strip())
    return found[1] if found else ""


def minutes(text: object) -> int:
    """The minutes of a `ttl`; 0 if it has none."""
    number = str(text or "").strip()
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 0


def hours(texts: Iterable[str]) -> tuple[int, ...]:
    """The hours of the day in these texts. 24 means midnight, as in older versions of RSS."""
    named = (text.strip() for text in texts)
    return tuple(int(text) % 24 for text in named if text.isascii() and text.isdecimal() and int(text[:3]) <= 24)
