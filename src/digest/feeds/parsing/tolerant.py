"""Parse any XML feed, however irregular, with feedparser. Texts are sanitised by keeping only the words."""

import re
from collections.abc import Iterator
from typing import Any

import feedparser

from digest.errors import FeedError
from digest.feeds.parsing import NO_ENTRIES, WEB_PAGE, signals
from digest.feeds.parsing.links import Link, older_page, page_link
from digest.model import Document, Entry
from digest.text.charset import as_utf8, decode
from digest.text.dates import read_date
from digest.text.markup import NAME_CHARS, SUMMARY_CHARS, TITLE_CHARS, doi, from_html, hours, minutes, plain, web_link

_CLOSED = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_OPENING = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSING = re.compile(rb"</(?:item|entry)\s*>", re.IGNORECASE)
_EMAIL = re.compile(r"^\S+@\S+\s*\((.+)\)$")
_DAY = re.compile(r"<day>\s*(\w+)\s*</day>", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<skipDays>(.*?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d+)\s*</hour>", re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours>(.*?)</skipHours>", re.IGNORECASE | re.DOTALL)
_HEAD = 20_000  # the first bytes of a document, in which skipDays and skipHours are looked for
_FIRST = re.compile(
    r"(?:\s|\ufeff|<\?.{0,2000}?\?>|<!--.{0,5000}?-->|<!DOCTYPE[^\[>]{0,500}(?:\[[^\]]{0,5000}\])?[^>]{0,100}>)*<([\w:.-]+)",
    re.DOTALL | re.IGNORECASE,
)
_SITEMAP = "a sitemap, not a feed"
_OTHERS = {
    "opml": "a list of feeds, not a feed; `digest feeds import` takes it",
    "urlset": _SITEMAP,
    "sitemapindex": _SITEMAP,
}
_HARMLESS = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def parse(body: bytes, *, url: str, content_type: str) -> Document:
    """Parse an XML feed.

    Raises:
        FeedError: it is not a feed.
    """
    text, note = decode(body, content_type)
    body = as_utf8(text)
    if _is_page(text):
        raise FeedError(url, WEB_PAGE)
    parsed = feedparser.parse(body, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise FeedError(url, _what_it_is(body))
    damaged = _cut_off(body) if parsed.bozo else 0
    whole = parsed.entries[: len(parsed.entries) - damaged]
    if parsed.bozo and not whole and not _CLOSED.search(body):
        raise FeedError(url, "the document is cut off before its first entry ends")
    links = [_link(each) for each in parsed.feed.get("links") or ()]
    page = page_link(links, base=url)
    return Document(
        page=page,
        older=older_page(links, base=url),
        title=_words(parsed.feed, "title", TITLE_CHARS),
        entries=tuple(_entry(raw, url, page) for raw in whole),
        damaged=damaged,
        notes=tuple(_notes(parsed, damaged, note)),
        skip_days=_skipped(body, _SKIP_DAYS, _DAY),
        skip_hours=hours(_skipped(body, _SKIP_HOURS, _HOUR)),
        ttl=minutes(parsed.feed.get("ttl")),
    )


def _is_page(text: str) -> bool:
    """Whether its first element is that of a web page, which may contain `<item>` elements of its own."""
    found = _FIRST.match(text[:_HEAD])
    return found is not None and found[1].lower() in ("html", "head", "body")


def _skipped(body: bytes, block: re.Pattern[str], unit: re.Pattern[str]) -> tuple[str, ...]:
    """The values in RSS 2.0's `skipDays` or `skipHours`, which feedparser ignores."""
    found = block.search(body[:_HEAD].decode("latin-1"))
    return tuple(unit.findall(found[1])) if found else ()


def _entry(raw: Any, url: str, page: str) -> Entry:
    guid = plain(str(dict.get(raw, "id") or ""), chars=2000)
    media = (str(each.get("url") or "") for each in dict.get(raw, "media_content") or ())
    dates = (read_date(dict.get(raw, name)) for name in ("published", "updated"))
    return Entry(
        guid=guid,
        link=page_link(
            [*_own_links(raw), *(_link(each) for each in dict.get(raw, "links") or ())],
            base=_base(raw, url),
            enclosures=list(media),
            permalink=guid if dict.get(raw, "guidislink") or "://" in guid else "",
            page=page,
        ),
        title=_words(raw, "title", TITLE_CHARS),
        summary=_summary(raw),
        authors=tuple(_authors(raw)),
        published=next((date for date in dates if date), None),
        doi=next((doi(str(dict.get(raw, key) or "")) for key in _DOI_KEYS if doi(str(dict.get(raw, key) or ""))), ""),
        announce=plain(str(dict.get(raw, "arxiv_announce_type") or ""), chars=40).lower(),
        signals=(
            *signals.count("comments", str(dict.get(raw, "slash_comments") or "")),
            *signals.accepted(str(dict.get(raw, "arxiv_comment") or "")),
        ),
        links=signals.links(_markup(raw), url=url),
    )


def _link(raw: Any) -> Link:
    return Link(href=str(raw.get("href") or ""), rel=str(raw.get("rel") or ""), type=str(raw.get("type") or ""))


def _own_links(raw: Any) -> Iterator[Link]:
    """The article's own address, where a service put one of its own, which counts clicks, in its place."""
    for name in ("feedburner_origlink", "pheedo_origlink"):
        if address := str(dict.get(raw, name) or ""):
            yield Link(href=address, type="text/html")


_DOI_KEYS = ("prism_doi", "arxiv_doi", "dc_identifier")


def _base(raw: Any, url: str) -> str:
    """The base URL of an entry's relative links: its xml:base, otherwise the document's URL."""
    detail = dict.get(raw, "title_detail") or dict.get(raw, "summary_detail") or {}
    base = str(detail.get("base") or "")
    return web_link(base, base=url) or url


def _words(raw: Any, key: str, chars: int) -> str:
    """A text construct as plain text. Its type says whether it is markup."""
    value = str(dict.get(raw, key) or "")
    detail = dict.get(raw, f"{key}_detail") or {}
    is_markup = "html" in str(detail.get("type") or "")
    return from_html(value, chars=chars) if is_markup else plain(value, chars=chars)


def _summary(raw: Any) -> str:
    # Without a detail, the summary is feedparser's copy of the content, which has lost its type.
    told = _words(raw, "summary", SUMMARY_CHARS) if dict.get(raw, "summary_detail") else ""
    contents = dict.get(raw, "content") or ()
    longest: Any = max(contents, key=lambda each: len(str(each.get("value") or "")), default={})
    text = str(longest.get("value") or "")
    is_markup = "html" in str(longest.get("type") or "")
    return told or (from_html(text, chars=SUMMARY_CHARS) if is_markup else plain(text, chars=SUMMARY_CHARS))


def _markup(raw: Any) -> Iterator[str]:
    yield str(dict.get(raw, "summary") or "")
    for content in dict.get(raw, "content") or ():
        yield str(content.get("value") or "")


def _authors(raw: Any) -> Iterator[str]:
    for author in dict.get(raw, "authors") or ():
        name = plain(str(author.get("name") or ""), chars=NAME_CHARS * 20)
        found = _EMAIL.match(name)
        if found or name:
            yield found[1] if found else name


def _notes(parsed: Any, damaged: int, note: str) -> Iterator[str]:
    if damaged:
        yield f"the document is cut off; its first {len(parsed.entries) - damaged} entries were read"
    elif note:
        yield note
    elif parsed.bozo and not isinstance(parsed.bozo_exception, _HARMLESS):
        yield f"not well-formed ({' '.join(str(parsed.bozo_exception).split())[:100]}); parsed as far as possible"
    if not parsed.entries:
        yield NO_ENTRIES


def _cut_off(body: bytes) -> int:
    """1 if the document ends inside an entry, otherwise 0."""
    opened = [found.start() for found in _OPENING.finditer(body)]
    closed = [found.start() for found in _CLOSING.finditer(body)]
    return int(bool(opened) and not _CLOSED.search(body[opened[-1] :]) and (not closed or closed[-1] < opened[-1]))


def _what_it_is(body: bytes) -> str:
    first = _FIRST.match(body[:_HEAD].decode("utf-8", "replace"))
    if first and (known := _OTHERS.get(first[1].rpartition(":")[2].lower())):
        return known
    head = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<head" in head or b"<body" in head:
        return WEB_PAGE
    if head.startswith((b"{", b"[")):
        return "JSON, but not a JSON Feed"
    return "not a feed in a known format"
