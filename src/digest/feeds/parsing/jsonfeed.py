"""Parse a JSON Feed (1.0 or 1.1) into a `Document`. A member of the wrong type counts as missing."""

import json
from typing import Any

from digest.errors import FeedError
from digest.feeds.parsing import signals
from digest.feeds.parsing.links import Link, older_page, page_link
from digest.model import Document, Entry
from digest.text.charset import decode
from digest.text.dates import read_date
from digest.text.markup import NAME_CHARS, SUMMARY_CHARS, TITLE_CHARS, from_html, plain

LIMIT, PARTS = 4_000_000, 20_000  # bytes, and objects plus lists, that are parsed within tens of milliseconds
_BOM = b"\xef\xbb\xbf"


def looks_like(body: bytes) -> bool:
    """Whether the document begins like JSON."""
    return body[:64].removeprefix(_BOM).replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n")[:1] == b"{"


def is_small(body: bytes) -> bool:
    """Whether parsing takes little time and memory, whatever it contains. Python's JSON parser limits the depth itself."""
    return len(body) <= LIMIT and body.count(b"{") + body.count(b"[") <= PARTS


def parse(body: bytes, *, url: str, content_type: str = "") -> Document:
    """Parse a JSON Feed.

    Raises:
        FeedError: it is not JSON, or not a JSON Feed.
    """
    try:
        text, note = decode(body, content_type)
        data = json.loads(text.removeprefix("\ufeff"), strict=False, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise FeedError(url, f"broken JSON ({error})") from error
    items = data.get("items")
    home = _text(data, "home_page_url")
    if "jsonfeed.org/version/" not in _text(data, "version") or not isinstance(items, list):
        raise FeedError(url, "JSON, but not a JSON Feed")
    entries = tuple(_entry(item, url, home) for item in items if isinstance(item, dict))
    return Document(
        page=page_link([Link(href=home)], base=url),
        older=older_page([Link(href=_text(data, "next_url"), rel="next")], base=url),
        title=plain(_text(data, "title"), chars=TITLE_CHARS),
        entries=entries,
        damaged=len(items) - len(entries),
        notes=tuple(filter(None, (note, "" if items else "the feed contains no entries"))),
    )


def _entry(item: dict[str, Any], url: str, home: str) -> Entry:
    markup = _text(item, "content_html")
    text = _text(item, "summary") or _text(item, "content_text")
    links = [Link(href=_text(item, name)) for name in ("url", "external_url")]
    attached = item.get("attachments")
    enclosures = [_text(one, "url") for one in attached if isinstance(one, dict)] if isinstance(attached, list) else []
    guid = plain(_text(item, "id"), chars=2000)
    dates = (read_date(_text(item, name)) for name in ("date_published", "date_modified"))
    return Entry(
        guid=guid,
        link=page_link(links, base=url, enclosures=enclosures, permalink=guid, page=home),
        title=plain(_text(item, "title"), chars=TITLE_CHARS),
        summary=plain(text, chars=SUMMARY_CHARS) or from_html(markup, chars=SUMMARY_CHARS),
        authors=_authors(item),
        published=next((date for date in dates if date), None),
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
