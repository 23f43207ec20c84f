"""Parse a JSON Feed (1.0 or 1.1) into a `Document`. A member of the wrong type counts as missing."""

import json
from typing import Any

from digest.errors import FeedError
from digest.feeds.parsing import signals
from digest.model import Document, Entry
from digest.text.markup import NAME_CHARS, SUMMARY_CHARS, TITLE_CHARS, from_html, from_iso, plain, web_link

LIMIT, PARTS = 4_000_000, 20_000  # bytes, and objects plus lists, that are parsed within tens of milliseconds
_BOM = b"\xef\xbb\xbf"


def looks_like(body: bytes) -> bool:
    """Whether the document begins like JSON."""
    return body.removeprefix(_BOM).lstrip()[:1] == b"{"


def is_small(body: bytes) -> bool:
    """Whether parsing takes little time and memory, whatever it contains. Python's JSON parser limits the depth itself."""
    return len(body) <= LIMIT and body.count(b"{") + body.count(b"[") <= PARTS


def parse(body: bytes, *, url: str) -> Document:
    """Parse a JSON Feed.

    Raises:
        FeedError: it is not JSON, or not a JSON Feed.
    """
    try:
        data = json.loads(body.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        raise FeedError(url, f"broken JSON ({error})") from error
    items = data.get("items")
    if "jsonfeed.org/version/" not in _text(data, "version") or not isinstance(items, list):
        raise FeedError(url, "JSON, but not a JSON Feed")
    entries = tuple(_entry(item, url) for item in items if isinstance(item, dict))
    return Document(
        title=plain(_text(data, "title"), chars=TITLE_CHARS),
        entries=entries,
        damaged=len(items) - len(entries),
        notes=() if items else ("the feed contains no entries",),
    )


def _entry(item: dict[str, Any], url: str) -> Entry:
    markup = _text(item, "content_html")
    text = _text(item, "summary") or _text(item, "content_text")
    link = _text(item, "url") or _text(item, "external_url")
    return Entry(
        guid=plain(_text(item, "id"), chars=2000),
        link=web_link(link, base=url) if link else "",
        title=plain(_text(item, "title"), chars=TITLE_CHARS),
        summary=plain(text, chars=SUMMARY_CHARS) or from_html(markup, chars=SUMMARY_CHARS),
        authors=_authors(item),
        published=from_iso(item.get("date_published")) or from_iso(item.get("date_modified")),
        links=signals.links([markup], url=url),
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    several = item.get("authors")
    listed = several if isinstance(several, list) else [item.get("author")]
    names = (plain(_text(author, "name"), chars=NAME_CHARS) for author in listed if isinstance(author, dict))
    return tuple(name for name in names if name)


def _text(data: dict[str, Any], key: str) -> str:
    """A text member. Numbers are converted, because ids often are numbers."""
    value = data.get(key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
