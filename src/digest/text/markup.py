"""Convert the values in feeds to plain text, absolute links and aware dates, whatever the feed format."""

import html
import html.entities
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import nh3

from digest.text.clean import UNSEEN, visible

TITLE_CHARS = 500
SUMMARY_CHARS = 20_000
NAME_CHARS = 200
_UNSEEN_ROOM = 10  # times the kept length that is read, because the rest may be white space
_RAW_CHARS = 200_000  # characters of markup used for a summary

_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|li|h[1-6]|tr|td|th|ul|ol|dl|dt|dd|blockquote|pre|table|hr|figure)\b)", re.IGNORECASE
)
_DIGITS = 8  # digits of a numeric reference; the highest code point has seven
_LONG_REFERENCE = re.compile(r"&#([xX]?)([0-9a-fA-F]{8,});?")
_LONE_SURROGATE = re.compile(
    r"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]));?"
)
_DEEP = 1_000  # nested elements that the sanitiser processes within milliseconds
_TAGS = 20_000  # elements and lone brackets in one text
_REFERENCES = 40_000  # character references in one text that are replaced; more are no text
_LONG_TAG = re.compile(r"<[^<>]{5000}")
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>?")
_SILENT = re.compile(r"<(script|style|noscript|template|iframe|svg|math)\b", re.IGNORECASE)
_EMPTY = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "col", "embed", "param", "track"}
)
# References left after decoding once, from generators that escape twice. `&lt;` may be intended.
_TWICE = re.compile(r"&(?:#(?:\d{2,7}|[xX][0-9a-fA-F]{2,6})|amp|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip);")
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
_LINK_CHARS = 8_000
_FEED_SCHEME = "feed:"  # `feed://host/…` and `feed:https://host/…`
_HOST = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|$)", re.ASCII)  # the form of most links
_DOI = re.compile(r"^(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)
# What stands in these is no text of the page; without this, what `noscript` holds would become text with its tags.
_WORDS = nh3.Cleaner(tags=set(), attributes={}, clean_content_tags={"script", "style", "noscript", "template"})
# A URL that joining with a base and parsing would not change.
_WHOLE = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?(?:/[\w./~%+,=:@!$&'()*-]*)?(?:\?[\w./~%+,=:@!$&'()*?-]+)?"
    r"(?:#[\w./~%+,=:@!$&'()*?-]+)?",
    re.ASCII,
)


# Characters that break a line. Without them, what stands around them would make another link, so none is made.
_BROKEN_LINE = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]")


def plain(text: str, *, chars: int) -> str:
    """Plain text as one line of at most this many characters, without invisible characters and with single spaces."""
    line = visible(text[: chars * _UNSEEN_ROOM])
    if "&" in line and _TWICE.search(line):
        line = visible(_TWICE.sub(_decoded, line))
    return line if len(line) <= chars else line[: chars - 1].rstrip() + "…"


def _decoded(found: re.Match[str]) -> str:
    return html.unescape(found[0])


def from_html(markup: str, *, chars: int) -> str:
    """The text of a piece of HTML as one line, without scripts and styles."""
    words = markup[:_RAW_CHARS]
    if "<" in words:
        words = _WORDS.clean(_BLOCK.sub(" <", words)) if _is_flat(words) else _without_tags(words)
    return plain(unescape(words), chars=chars)


def _is_flat(markup: str) -> bool:
    """Whether the sanitiser needs little time, which grows with the square of the depth of elements and number of attributes."""
    if _LONG_TAG.search(markup):
        return False
    brackets = markup.count("<")
    if not _DEEP < brackets <= _TAGS:
        return brackets <= _DEEP
    depth = deepest = 0
    for found in _TAG.finditer(markup):
        depth += -1 if found[0][1] == "/" else found[1].lower() not in _EMPTY
        deepest = max(deepest, depth)
    return deepest <= _DEEP


def _without_tags(markup: str) -> str:
    """The text of pathological markup, in time proportional to its length."""
    parts = []
    place = 0
    while found := _SILENT.search(markup, place):
        parts.append(markup[place : found.start()])
        place = markup.lower().find(f"</{found[1].lower()}", found.end()) if len(parts) < _DEEP else -1
        if place < 0:
            place = len(markup)
    return _ANY_TAG.sub(" ", "".join([*parts, markup[place:]]))


def unescape(text: str) -> str:
    """The text with its character references replaced, including invalid ones."""
    if "&" not in text:
        return text
    rest = ""
    if text.count("&") > _REFERENCES:
        rest = text.split("&", _REFERENCES)[_REFERENCES]
        text = text[: len(text) - len(rest)]
    return html.unescape(bounded_references(text)) + rest


def bounded_references(text: str) -> str:
    """The text with U+FFFD for each numeric reference to an invalid character, which some parsers refuse."""
    return _LONE_SURROGATE.sub("\ufffd", _LONG_REFERENCE.sub(_shortened, text)) if "&#" in text else text


def _shortened(found: re.Match[str]) -> str:
    digits = found[2].lstrip("0") or "0"
    return f"&#{found[1]}{digits};" if len(digits) < _DIGITS else "\ufffd"


def is_markup(text: str) -> bool:
    """Whether a text of unknown type is markup. Guessed like in feedparser: by a closing tag or an entity.

    All tags, and all named entities, must be those of HTML.
    """
    if not _MARKUP.search(text):
        return False
    known = all(tag.lower() in _ELEMENTS for tag in _TAG.findall(text))
    return known and all(entity in html.entities.entitydefs for entity in _ENTITY.findall(text))


def web_link(link: str, *, base: str) -> str:
    """The link as an absolute http(s) URL without credentials, or the empty string."""
    if len(link) > _LINK_CHARS or _BROKEN_LINE.search(link.strip()):
        return ""
    if _WHOLE.fullmatch(link):
        return link
    try:
        absolute = urljoin(base, UNSEEN.sub("", link).strip())
        parts = urlsplit(absolute)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    if not usable or any(char in absolute for char in '\n\r\t<>"'):
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{absolute.partition('://')[2][len(parts.netloc) :]}".replace(" ", "%20")


def from_feed_scheme(address: str) -> str:
    """The web address in one that begins with `feed:`, as some pages and readers write it; any other as it is."""
    bare = address.strip()
    if not bare.lower().startswith(_FEED_SCHEME):
        return address
    rest = bare[len(_FEED_SCHEME) :].removeprefix("//")
    return rest if "://" in rest else f"http://{rest}"


def host_of(link: str) -> str | None:
    """The host of a web link, in lower case; None if it has none."""
    found = _HOST.match(link)
    return found[1] if found else urlsplit(link).hostname


def doi(text: str) -> str:
    """The DOI in a text that is one, without its prefix; or the empty string.

    Characters that no display shows are refused: a DOI is an item's name in every output.
    """
    found = _DOI.match(text.strip())
    return found[1] if found and found[1].isprintable() else ""


def minutes(text: object) -> int:
    """The minutes of a `ttl`; 0 if it has none."""
    number = str(text or "").strip()
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 0


def hours(texts: Iterable[str]) -> tuple[int, ...]:
    """The hours of the day in these texts. 24 means midnight, as in older versions of RSS."""
    named = (text.strip() for text in texts)
    return tuple(
        int(text) % 24 for text in named if len(text) < 4 and text.isascii() and text.isdecimal() and int(text) <= 24
    )
