"""A regular document -> `Document`, as fastfeedparser reads it; None for every other one, which is the judge's.

It may run in the program's own process: what it takes is bounded in size and depth and holds no entities.
"""

from typing import Any

from lxml import etree

from digest.feeds.regular import ANNOUNCE, ATOM, CONTENT, DOIS, Parts, Tree, tree
from digest.feeds.text import (
    NAME_CHARS,
    SUMMARY_CHARS,
    TITLE_CHARS,
    doi,
    from_html,
    from_iso,
    hours,
    minutes,
    plain,
    web_link,
)
from digest.model import Document, Entry


def parse(body: bytes, *, url: str, content_type: str) -> Document | None:
    """Read a regular RSS or Atom document, as the judge would; None where only the judge can say what it means."""
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
    published = from_iso(raw.get("published") or raw.get("updated"))
    title = parts.by_name.get(ATOM + "title") if read.atom else None
    authors = parts.authors if read.atom else (raw.get("author") or "",)
    return Entry(
        guid=plain(raw["id"], chars=2000) if read.atom or "guid" in parts.by_name else "",
        link=web_link(raw["link"], base=url),
        title=_words(title, TITLE_CHARS) if read.atom else plain(raw.get("title") or "", chars=TITLE_CHARS),
        summary=_summary(parts, read),
        authors=tuple(filter(None, (plain(name, chars=NAME_CHARS * 20) for name in authors))),
        published=published and published.replace(microsecond=0),
        doi=next(filter(None, (doi(parts.text(name)) for name in DOIS if name in parts.by_name)), ""),
        announce=plain(parts.text(ANNOUNCE), chars=40).lower(),
    )


def _summary(parts: Parts, read: Tree) -> str:
    """The summary, or else the content. Of an RSS item's description and content, the first is the summary."""
    if read.atom:
        told = (_words(parts.by_name.get(ATOM + name), SUMMARY_CHARS) for name in ("summary", "content"))
    else:
        texts = (part.text or "" for name, part in parts.by_name.items() if name in ("description", CONTENT))
        told = (from_html(text, chars=SUMMARY_CHARS) for text in texts)
    return next(filter(None, told), "")


def _words(construct: etree._Element | None, chars: int) -> str:
    """A text construct as plain words: in Atom, its type says whether it is markup."""
    if construct is None:
        return ""
    text = construct.text or ""
    return from_html(text, chars=chars) if construct.get("type") == "html" else plain(text, chars=chars)
