"""Check whether a document is regular: whether each of its entries can be read in one way only.

All others go to the `tolerant` parser. Cheap checks come first, so that nothing hostile reaches a parser in this process: size,
charset, document type declarations (entities), and libxml2's own limits on depth and on the length of texts.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from digest.text.markup import is_markup

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ANNOUNCE = "{http://arxiv.org/schemas/atom}announce_type"
DOIS = ("{http://arxiv.org/schemas/atom}DOI", "{http://arxiv.org/schemas/atom}doi")  # in arXiv's RSS, and in its API
COMMENT = "{http://arxiv.org/schemas/atom}comment"
COMMENTS = "{http://purl.org/rss/1.0/modules/slash/}comments"
LIMIT = 4_000_000  # bytes; a tree of this size is built within tens of milliseconds

_DECLARED = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
ATTRIBUTES = (
    200_000  # quotation marks after an equals sign; this many attributes are parsed within tens of milliseconds
)
_LONG_TAG = re.compile(rb"<[^!?<>][^<>]{20000}")
_REFUSED = (b"<!DOCTYPE", b"<!ENTITY", b"xml:base", b"\x00")
# C1 controls, which feedparser converts to Windows characters.
_CONTROLS = (re.compile(rb"\xc2[\x80-\x9f]"), re.compile(rb"&#(?:12[89]|1[345][0-9]|x[89][0-9a-fA-F]);"))
_DATE = re.compile(r"[\w .,:/+-]+")  # what neither parser changes
_REFERENCE = re.compile(r"&\w+;")  # feedparser removes the semicolon
_ADDRESS = re.compile(r"https?://[^\s\\<>\"/?#][^\s\\<>\"]*")
_SIGNALS = (COMMENT, COMMENTS)
_RSS = frozenset(
    {"title", "link", "guid", "description", "pubDate", "author", CREATOR, CONTENT, ANNOUNCE, *DOIS, *_SIGNALS}
)
_ATOM = frozenset(
    [
        *(ATOM + name for name in ("title", "id", "summary", "content", "published", "updated")),
        ANNOUNCE,
        *DOIS,
        *_SIGNALS,
    ]
)
_RELATIONS = frozenset({"alternate", "self", "edit", "replies", "related", "via", "enclosure", "license", "hub"})
_TEXTS = (ATOM + "title", ATOM + "summary", ATOM + "content")
_LINK, _AUTHOR, _NAME = ATOM + "link", ATOM + "author", ATOM + "name"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_GROUP = _MEDIA + "group"
# Elements that a parser might confuse with one of the above in another vocabulary.
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
class Parts:
    """The parts of an entry that are used: its link, texts by element name, which of them are markup, and the authors in Atom."""

    link: str
    texts: Mapping[str, str]
    markup: Collection[str] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """A regular document: its channel (or feed) element and its entries."""

    atom: bool
    channel: etree._Element
    entries: tuple[Parts, ...]


def tree(body: bytes, content_type: str, *, limit: int = LIMIT) -> Tree | None:
    """The tree of the document, or None if it is not regular, or longer than this many bytes."""
    if len(body) > limit or not _plain_utf8(body, content_type):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    return _rss(root) if root.tag == "rss" else _atom(root) if root.tag == ATOM + "feed" else None


def _plain_utf8(body: bytes, content_type: str) -> bool:
    declared, charset = _DECLARED.match(body[:200]), _CHARSET.search(content_type)
    named = [found[1].decode("latin-1") for found in (declared,) if found] + ([charset[1]] if charset else [])
    if not body.startswith(b"<") or any(name.lower() != "utf-8" for name in named):
        return False
    if len(body) > 2 * ATTRIBUTES and body.count(b'="') + body.count(b"='") > ATTRIBUTES:
        return False
    if _LONG_TAG.search(body):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(word in body for word in _REFUSED) and not any(each.search(body) for each in _CONTROLS)


def _rss(root: etree._Element) -> Tree | None:
    channels = list(root)
    if len(channels) != 1 or channels[0].tag != "channel" or root.get("version") not in ("2.0", "0.92", "0.91"):
        return None
    channel = channels[0]
    entries = tuple(map(_item, channel.iterfind("item")))
    known = all(map(_is_plain, titles := channel.findall("{*}title"))) and len(titles) < 2
    return _whole(Tree(False, channel, tuple(filter(None, entries))), entries, root) if known else None


def _atom(root: etree._Element) -> Tree | None:
    entries = tuple(map(_entry, root.iterfind(ATOM + "entry")))
    known = all(map(_is_text, titles := root.findall("{*}title"))) and len(titles) < 2
    return _whole(Tree(True, root, tuple(filter(None, entries))), entries, root) if known else None


def _whole(read: Tree, entries: tuple[Parts | None, ...], root: etree._Element) -> Tree | None:
    """The tree if all of its entries are regular, and it has entries here or none at all."""
    if not entries and any(each.tag.rpartition("}")[2].lower() in ("item", "entry") for each in root.iter()):
        return None
    return read if len(read.entries) == len(entries) else None


def _is_plain(title: etree._Element) -> bool:
    """Whether this is an RSS title, without an attribute for the type of its text."""
    return title.tag == "title" and not (len(title) or title.attrib)


def _is_text(title: etree._Element) -> bool:
    """Whether this is an Atom title of type text or html."""
    return title.tag == ATOM + "title" and not len(title) and title.get("type", "text") in ("text", "html")


def _item(item: etree._Element) -> Parts | None:
    """The parts of an RSS item that has one link, at most one of every other part, and nothing ambiguous; or None."""
    texts: dict[str, str] = {}
    for child in item:
        tag = child.tag
        if tag in _RSS:
            if tag in texts or len(child) or (tag == "title" and child.attrib):
                return None
            texts[tag] = child.text or ""
        elif not _passes(child, tag):
            return None
    author = texts.get("author") or texts.get(CREATOR, "")
    regular = (
        _is_address(texts.get("link", "").strip())
        and ("guid" not in texts or texts["guid"].strip())
        and ("pubDate" not in texts or _DATE.fullmatch(texts["pubDate"].strip()))
        and not ("author" in texts and CREATOR in texts)
        and "@" not in author
    )
    markup = ("title",) if is_markup(texts.get("title", "")) else ()
    return Parts(texts["link"].strip(), texts, markup) if regular else None


def _entry(entry: etree._Element) -> Parts | None:
    texts: dict[str, str] = {}
    links: list[tuple[str, str]] = []
    authors: list[str] = []
    groups: list[str] = []  # media groups; the description of a single one is the summary if there is no other
    markup = []
    for child in entry:
        tag = child.tag
        if tag in _ATOM:
            if tag in texts or len(child):
                return None
            texts[tag] = child.text or ""
            if tag in _TEXTS and (kind := child.get("type", "text")) != "text":
                markup.append(tag if kind == "html" else "")
        elif tag == _LINK:
            links.append((child.get("rel", "alternate"), child.get("href") or ""))
        elif tag == _AUTHOR and (name := _name(child)) is not None:
            authors.append(name)
        elif tag == _GROUP and (description := _described(child)) is not None and ATOM + "title" in texts:
            groups.append(description)
        elif tag == _AUTHOR or not _passes(child, tag):
            return None
    if groups and texts.keys().isdisjoint(_TEXTS[1:]):
        texts[_TEXTS[1]] = groups.pop()
        markup.append(_TEXTS[1])
    pages = [href.strip() for rel, href in links if rel == "alternate"]
    regular = (
        len(pages) == 1
        and all(rel in _RELATIONS for rel, _ in links)
        and _is_address(pages[0])
        and ATOM + "title" in texts
        and texts.get(ATOM + "id", "").strip()
        and all(_DATE.fullmatch(texts[name].strip()) for name in _DATES if name in texts)
        and "" not in markup
        and not any("@" in author for author in authors)
        and not groups
    )
    return Parts(pages[0], texts, markup, tuple(authors)) if regular else None


def _is_address(link: str) -> bool:
    """Whether it is an absolute URL that no parser changes."""
    return bool(_ADDRESS.fullmatch(link)) and not _REFERENCE.search(link)


def _described(group: etree._Element) -> str | None:
    """The description in a media group, as video platforms write it. Its title repeats the entry's."""
    texts: dict[str, str] = {}
    for child in group:
        tag = child.tag
        if tag in _OF_GROUP:
            if tag in texts or len(child):
                return None
            texts[tag] = child.text or ""
        elif not _passes(child, tag):
            return None
    return texts.get(_MEDIA + "description")


_OF_GROUP = frozenset(_MEDIA + name for name in ("title", "content", "description"))


def _name(author: etree._Element) -> str | None:
    """The name of an author element that has exactly one."""
    names = [each.text or "" for each in author if each.tag == _NAME]
    return names[0] if len(names) == 1 and not any(len(each) for each in author) else None


_DATES = (ATOM + "published", ATOM + "updated")


def _passes(child: etree._Element, tag: str) -> bool:
    """Whether an unused child can be ignored. Not if a parser might confuse it with one that is used."""
    if _meant(tag) and tag not in _HARMLESS:
        return False
    return (
        not len(child) or tag == ATOM + "contributor" or not any(_meant(each.tag) for each in child.iterdescendants())
    )


@lru_cache(maxsize=1024)
def _meant(tag: str) -> bool:
    return tag.rpartition("}")[2].lower() in _MEANT
