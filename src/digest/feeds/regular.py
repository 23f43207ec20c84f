"""Is a document regular? Its bytes -> a tree in which each entry can be read in one way only, or None. Reads no entry.

What is not regular goes to the judge. The cheap checks come first, so that nothing hostile reaches a parser in this process:
size, charset, document types (entities), and libxml2's own limits on depth and on the length of a text.
"""

import re
from collections import Counter
from dataclasses import dataclass

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ANNOUNCE = "{http://arxiv.org/schemas/atom}announce_type"
LIMIT = 4_000_000  # bytes: a tree of this size is built in tens of milliseconds

_DECLARED = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
# Entities, bases, and C1 controls, which feedparser takes for Windows characters.
_REFUSED = re.compile(
    rb"<!DOCTYPE|<!ENTITY|xml:base|\x00|\xc2[\x80-\x9f]|&#(?:12[89]|1[345][0-9]|x[89][0-9a-f]);", re.IGNORECASE
)
_MARKUP = re.compile(r"</\w+>|&#?\w+;")
_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    r" [012]\d:\d\d:[0-5]\d (?:[+-]\d{4}|GMT|UTC)"
    r"|\d{4}-\d\d-\d\dT[012]\d:\d\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)",
    re.ASCII,
)
_RSS = frozenset({"title", "link", "guid", "description", "pubDate", "author", CREATOR, CONTENT})
_ATOM = frozenset(
    ATOM + name for name in ("title", "link", "id", "summary", "content", "published", "updated", "author")
)
_PEOPLE = (ATOM + "author", ATOM + "contributor")
# What a reader might take for one of the above in another vocabulary.
_MEANT = frozenset(
    [
        "title",
        "link",
        "guid",
        "id",
        "description",
        "summary",
        "subtitle",
        "tagline",
        "abstract",
        "content",
        "encoded",
        "body",
        "fullitem",
        "pubdate",
        "date",
        "published",
        "updated",
        "modified",
        "created",
        "issued",
        "author",
        "creator",
        "name",
        "publisher",
        "contributor",
        "doi",
        "identifier",
        "origlink",
        "group",
    ]
)
_HARMLESS = frozenset(
    f"{{{namespace}}}{name}"
    for namespace, names in (
        ("http://search.yahoo.com/mrss/", "thumbnail content"),
        ("http://www.w3.org/2005/Atom", "contributor"),
    )
    for name in names.split()
)


@dataclass(frozen=True, slots=True)
class Tree:
    """A regular document: its channel (or feed) and its entries."""

    atom: bool
    channel: etree._Element
    entries: tuple[etree._Element, ...]


def tree(body: bytes, content_type: str) -> Tree | None:
    """The document, if it is regular."""
    if not _plain_utf8(body, content_type):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    read = _rss(root) if root.tag == "rss" else _atom(root) if root.tag == ATOM + "feed" else None
    return read if read and read.entries and not _looks_like_markup(read) else None


def _plain_utf8(body: bytes, content_type: str) -> bool:
    declared, charset = _DECLARED.match(body[:200]), _CHARSET.search(content_type)
    named = [found[1] for found in (declared,) if found] + ([charset[1].encode()] if charset else [])
    if len(body) > LIMIT or not body.startswith(b"<") or any(name.lower() != b"utf-8" for name in named):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not _REFUSED.search(body)


def _rss(root: etree._Element) -> Tree | None:
    channels = list(root)
    if len(channels) != 1 or channels[0].tag != "channel" or root.get("version") not in ("2.0", "0.92", "0.91"):
        return None
    entries = tuple(channels[0].iterfind("item"))
    return Tree(False, channels[0], entries) if all(map(_regular_item, entries)) else None


def _atom(root: etree._Element) -> Tree | None:
    entries = tuple(root.iterfind(ATOM + "entry"))
    return Tree(True, root, entries) if all(map(_regular_entry, entries)) else None


def _regular_item(item: etree._Element) -> bool:
    """One guid, one link, at most one of everything else that is read, and nothing that might be meant for it."""
    counts = Counter(child.tag for child in item)
    return (
        counts["guid"] == counts["link"] == 1
        and _single(counts, _RSS)
        and not (counts["author"] and counts[CREATOR])
        and _address(item.findtext("link"))
        and bool((item.findtext("guid") or "").strip())
        and _dates(item.findtext("pubDate"))
        and "@" not in (item.findtext("author") or item.findtext(CREATOR) or "")
        and not any(child.tag in _RSS or _meant(inner.tag) for child in item for inner in child)
    )


def _regular_entry(entry: etree._Element) -> bool:
    counts = Counter(child.tag for child in entry)
    links = [link for link in entry.iterfind(ATOM + "link") if link.get("rel", "alternate") == "alternate"]
    counts[ATOM + "link"] = len(links)
    return (
        len(links) == counts[ATOM + "id"] == counts[ATOM + "title"] == 1
        and _single(counts, _ATOM)
        and _address(links[0].get("href"))
        and bool((entry.findtext(ATOM + "id") or "").strip())
        and _dates(entry.findtext(ATOM + "published"), entry.findtext(ATOM + "updated"))
        and all(child.get("type", "text") in ("text", "html") and not len(child) for child in entry if _is_text(child))
        and not any(_meant(inner.tag) for child in entry if child.tag not in _PEOPLE for inner in child)
        and [each.tag for each in entry.iterfind(ATOM + "author/*") if each.tag == ATOM + "name"]
        == [ATOM + "name"] * counts[ATOM + "author"]
    )


def _is_text(child: etree._Element) -> bool:
    return child.tag in (ATOM + "title", ATOM + "summary", ATOM + "content")


def _single(counts: Counter[str], read: frozenset[str]) -> bool:
    return all(
        count == 1 if tag in read else tag == ANNOUNCE or tag in _HARMLESS or not _meant(tag)
        for tag, count in counts.items()
        if count
    )


def _meant(tag: str) -> bool:
    return tag.rpartition("}")[2].lower() in _MEANT


def _address(text: str | None) -> bool:
    """An absolute address that every parser takes as it stands."""
    address = (text or "").strip()
    return address.startswith(("http://", "https://")) and not re.search(r"[\s\\<>\"]", address)


def _dates(*texts: str | None) -> bool:
    return all(_DATE.fullmatch(text.strip()) for text in texts if text is not None)


def _looks_like_markup(read: Tree) -> bool:
    """Might one of the titles be markup? Atom says so; of RSS titles only the judge's guess is taken."""
    name = ATOM + "title" if read.atom else "title"
    titles = [each.find(name) for each in (read.channel, *read.entries)]
    return any(
        title is not None and (len(title) > 0 or (not read.atom and _MARKUP.search(title.text or "") is not None))
        for title in titles
    )
