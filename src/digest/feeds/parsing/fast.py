"""Parse regular documents from one strict tree. All others are left to feedparser (`tolerant`).

What it takes is bounded in size, depth and attributes, and holds no entities.
"""

from collections.abc import Mapping

from lxml import etree

from digest.feeds.parsing import NO_ENTRIES, signals
from digest.feeds.parsing.links import Link, older_page, only_link, page_link
from digest.feeds.parsing.regular import (
    ANNOUNCE,
    ATOM,
    COMMENT,
    COMMENTS,
    CONTENT,
    CREATOR,
    DOIS,
    LIMIT,
    Parts,
    Tree,
    tree,
)
from digest.model import Document, Entry, Signal
from digest.text.dates import read_date
from digest.text.markup import (
    NAME_CHARS,
    SUMMARY_CHARS,
    TITLE_CHARS,
    doi,
    from_html,
    hours,
    is_markup,
    minutes,
    plain,
)


def parse(body: bytes, *, url: str, content_type: str, limit: int = LIMIT) -> Document | None:
    """Parse a regular RSS or Atom document, with the same result as feedparser; None if only feedparser can parse it.

    It may run in the program's own process up to `LIMIT` bytes.
    """
    read = tree(body, content_type, limit=limit)
    if read is None:
        return None
    return Document(
        page=_page(read, url),
        older=older_page(_links(read), base=url),
        title=_words(read.channel.find(ATOM + "title" if read.atom else "title"), TITLE_CHARS),
        entries=tuple(_entry(parts, read, url) for parts in read.entries),
        notes=() if read.entries else (NO_ENTRIES,),
        skip_days=tuple((day.text or "").strip() for day in read.channel.iterfind("skipDays/day")),
        skip_hours=hours(hour.text or "" for hour in read.channel.iterfind("skipHours/hour")),
        ttl=minutes(read.channel.findtext("ttl")),
    )


def _page(read: Tree, url: str) -> str:
    """The feed's own page."""
    if not read.atom:
        return page_link([Link(href=each.text or "") for each in read.channel.iterfind("link")][-1:], base=url)
    return page_link(_links(read), base=url)


def _links(read: Tree) -> list[Link]:
    """The feed's own links in Atom's form, which RSS has too."""
    links = read.channel.iterfind(ATOM + "link")
    return [Link(href=each.get("href") or "", rel=each.get("rel") or "", type=each.get("type") or "") for each in links]


def _entry(parts: Parts, read: Tree, url: str) -> Entry:
    texts = parts.texts
    dates = (read_date(texts[name]) for name in (_DATES if read.atom else ("pubDate",)) if name in texts)
    authors = parts.authors if read.atom else (texts.get("author") or texts.get(CREATOR, ""),)
    announce = texts.get(ANNOUNCE)
    return Entry(
        guid=plain(texts.get(ATOM + "id" if read.atom else "guid", ""), chars=2000),
        link=only_link(parts.link, base=url),
        title=_text(parts, ATOM + "title" if read.atom else "title", TITLE_CHARS),
        summary=_summary(parts, read),
        authors=tuple([named for name in authors if name and (named := plain(name, chars=NAME_CHARS * 20))]),
        published=next((date for date in dates if date), None),
        doi=next((found for name in DOIS if name in texts and (found := doi(texts[name]))), ""),
        announce=plain(announce, chars=40).lower() if announce else "",
        signals=_signals(texts),
        links=signals.links([texts[name] for name in _MARKUP if name in texts], url=url),
    )


def _signals(texts: Mapping[str, str]) -> tuple[Signal, ...]:
    if COMMENTS not in texts and COMMENT not in texts:
        return ()
    return (*signals.count("comments", texts.get(COMMENTS)), *signals.accepted(texts.get(COMMENT)))


def _summary(parts: Parts, read: Tree) -> str:
    """The summary (an RSS item's description), or otherwise the content."""
    if read.atom:
        return _text(parts, ATOM + "summary", SUMMARY_CHARS) or _text(parts, ATOM + "content", SUMMARY_CHARS)
    texts = (parts.texts.get(name, "") for name in ("description", CONTENT))
    return next((words for text in texts if text and (words := from_html(text, chars=SUMMARY_CHARS))), "")


_MARKUP = ("description", CONTENT, ATOM + "summary", ATOM + "content")
_DATES = (ATOM + "published", ATOM + "updated")


def _text(parts: Parts, name: str, chars: int) -> str:
    """A text construct of an Atom entry as plain text."""
    text = parts.texts.get(name)
    if not text:
        return ""
    return from_html(text, chars=chars) if name in parts.markup else plain(text, chars=chars)


def _words(construct: etree._Element | None, chars: int) -> str:
    """A feed's title as plain text. In Atom its type says whether it is markup; in RSS that is guessed from the text."""
    if construct is None:
        return ""
    text = construct.text or ""
    markup = construct.get("type") == "html" if construct.tag == ATOM + "title" else is_markup(text)
    return from_html(text, chars=chars) if markup else plain(text, chars=chars)
