"""Parse regular documents with fastfeedparser. All others are left to `tolerant`.

This may run in the main process, because regular documents are limited in size and depth and contain no entities.
"""

from typing import Any

from lxml import etree

from digest.feeds.parsing import signals
from digest.feeds.parsing.regular import ANNOUNCE, ATOM, COMMENT, COMMENTS, CONTENT, DOIS, Parts, Tree, tree
from digest.model import Document, Entry
from digest.text.markup import (
    NAME_CHARS,
    SUMMARY_CHARS,
    TITLE_CHARS,
    doi,
    from_html,
    from_iso,
    hours,
    is_markup,
    minutes,
    plain,
    web_link,
)


def parse(body: bytes, *, url: str, content_type: str) -> Document | None:
    """Parse a regular RSS or Atom document, with the same result as `tolerant`; None if only that can parse it."""
    read = tree(body, content_type)
    if read is None:
        return None
    import fastfeedparser  # noqa: PLC0415  (a quarter of a second that most runs need not pay)

    try:
        parsed = fastfeedparser.parse(body, include_tags=False, include_media=False, include_enclosures=False)
    except ValueError:
        return None
    if len(parsed.entries) != len(read.entries):
        return None
    return Document(
        title=_words(read.channel.find(ATOM + "title" if read.atom else "title"), TITLE_CHARS),
        entries=tuple(_entry(raw, parts, read, url) for raw, parts in zip(parsed.entries, read.entries, strict=True)),
        skip_days=tuple((day.text or "").strip() for day in read.channel.iterfind("skipDays/day")),
        skip_hours=hours(hour.text or "" for hour in read.channel.iterfind("skipHours/hour")),
        ttl=minutes(read.channel.findtext("ttl")),
    )


def _entry(raw: Any, parts: Parts, read: Tree, url: str) -> Entry:
    texts = parts.texts
    # fastfeedparser dates an entry without a date by any number that it finds in it.
    dated = not _DATES.isdisjoint(texts)
    published = from_iso(raw.get("published") or raw.get("updated")) if dated else None
    authors = parts.authors if read.atom else (raw.get("author") or "",)
    announce = texts.get(ANNOUNCE)
    return Entry(
        guid=plain(raw["id"], chars=2000) if read.atom or "guid" in texts else "",
        link=web_link(raw["link"], base=url),
        title=_text(parts, ATOM + "title" if read.atom else "title", TITLE_CHARS),
        summary=_summary(parts, read),
        authors=tuple([named for name in authors if name and (named := plain(name, chars=NAME_CHARS * 20))]),
        published=published.replace(microsecond=0) if published and published.microsecond else published,
        doi=next((found for name in DOIS if name in texts and (found := doi(texts[name]))), ""),
        announce=plain(announce, chars=40).lower() if announce else "",
        signals=(*signals.count("comments", texts.get(COMMENTS)), *signals.accepted(texts.get(COMMENT))),
        links=signals.links((texts[name] for name in _MARKUP if name in texts), url=url),
    )


def _summary(parts: Parts, read: Tree) -> str:
    """The summary, or otherwise the content. Of an RSS item's description and content, the first is the summary."""
    if read.atom:
        return _text(parts, ATOM + "summary", SUMMARY_CHARS) or _text(parts, ATOM + "content", SUMMARY_CHARS)
    for name, text in parts.texts.items():
        if name in _SUMMARIES and (told := from_html(text, chars=SUMMARY_CHARS)):
            return told
    return ""


_DATES = frozenset({"pubDate", ATOM + "published", ATOM + "updated"})
_MARKUP = ("description", CONTENT, ATOM + "summary", ATOM + "content")
_SUMMARIES = frozenset({"description", CONTENT})


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
