"""A regular document -> `Document`, as fastfeedparser reads it; None for every other one, which is the judge's.

It may run in the program's own process: what it takes is bounded in size and depth and holds no entities.
"""

from typing import Any

from lxml import etree

from digest.feeds.regular import ANNOUNCE, ATOM, CONTENT, Tree, tree
from digest.feeds.text import (
    NAME_CHARS,
    SUMMARY_CHARS,
    TITLE_CHARS,
    from_html,
    from_iso,
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
        entries=tuple(_entry(raw, seen, read, url) for raw, seen in zip(parsed.entries, read.entries, strict=True)),
        skip_days=tuple((day.text or "").strip() for day in read.channel.iterfind("skipDays/day")),
        ttl=minutes(read.channel.findtext("ttl")),
    )


def _entry(raw: Any, seen: etree._Element, read: Tree, url: str) -> Entry:
    published = from_iso(raw.get("published") or raw.get("updated"))
    return Entry(
        guid=plain(raw["id"], chars=2000),
        link=web_link(raw["link"], base=url),
        title=_words(seen.find(ATOM + "title"), TITLE_CHARS) if read.atom else plain(raw["title"], chars=TITLE_CHARS),
        summary=_summary(raw, seen, read),
        authors=tuple(filter(None, (plain(raw.get("author") or "", chars=NAME_CHARS * 20),))),
        published=published and published.replace(microsecond=0),
        announce=plain(seen.findtext(ANNOUNCE) or "", chars=40).lower(),
    )


def _summary(raw: Any, seen: etree._Element, read: Tree) -> str:
    """The summary, or else the content. Of an RSS item's description and content, the first is the summary."""
    if read.atom:
        told = (_words(seen.find(ATOM + name), SUMMARY_CHARS) for name in ("summary", "content"))
        return next(filter(None, told), "")
    first = next((child for child in seen if child.tag in ("description", CONTENT)), None)
    content = from_html(raw["content"][0]["value"], chars=SUMMARY_CHARS) if raw.get("content") else ""
    return (from_html(first.text or "", chars=SUMMARY_CHARS) if first is not None else "") or content


def _words(construct: etree._Element | None, chars: int) -> str:
    """A text construct as plain words: in Atom, its type says whether it is markup."""
    if construct is None:
        return ""
    text = construct.text or ""
    return from_html(text, chars=chars) if construct.get("type") == "html" else plain(text, chars=chars)
