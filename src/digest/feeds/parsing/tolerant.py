"""Parse any XML feed, however irregular, with feedparser. Texts are sanitised by keeping only the words."""

import re
from collections.abc import Iterator
from typing import Any

import feedparser

from digest.errors import FeedError
from digest.feeds.parsing import signals
from digest.model import Document, Entry
from digest.text.markup import (
    NAME_CHARS,
    SUMMARY_CHARS,
    TITLE_CHARS,
    doi,
    from_html,
    from_struct,
    hours,
    minutes,
    plain,
    web_link,
)

_CLOSED = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_OPENING = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSING = re.compile(rb"</(?:item|entry)\s*>", re.IGNORECASE)
_EMAIL = re.compile(r"^\S+@\S+\s*\((.+)\)$")
_DAY = re.compile(r"<day>\s*(\w+)\s*</day>", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<skipDays>(.*?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d+)\s*</hour>", re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours>(.*?)</skipHours>", re.IGNORECASE | re.DOTALL)
_HEAD = 20_000  # the first bytes of a document, in which skipDays and skipHours are looked for
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
# The charsets for which UTF-8 is most often mistaken. Real text in one of them is not valid UTF-8 unless it is ASCII.
_MISTAKEN = frozenset(
    {"iso-8859-1", "iso-8859-15", "iso8859-1", "latin1", "latin-1", "us-ascii", "windows-1252", "cp1252"}
)


def parse(body: bytes, *, url: str, content_type: str) -> Document:
    """Parse an XML feed.

    Raises:
        FeedError: it is not a feed.
    """
    mistaken = _is_mistaken(body, content_type)
    headers = {"content-type": "application/xml; charset=utf-8" if mistaken else content_type or "application/xml"}
    parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.version and not parsed.entries:
        raise FeedError(url, _what_it_is(body))
    damaged = _cut_off(body) if parsed.bozo else 0
    whole = parsed.entries[: len(parsed.entries) - damaged]
    if parsed.bozo and not whole and not _CLOSED.search(body):
        raise FeedError(url, "the document is cut off before its first entry ends")
    return Document(
        title=_words(parsed.feed, "title", TITLE_CHARS),
        entries=tuple(_entry(raw, url) for raw in whole),
        damaged=damaged,
        notes=tuple(_notes(parsed, damaged, mistaken=mistaken)),
        skip_days=_skipped(body, _SKIP_DAYS, _DAY),
        skip_hours=hours(_skipped(body, _SKIP_HOURS, _HOUR)),
        ttl=minutes(parsed.feed.get("ttl")),
    )


def _is_mistaken(body: bytes, content_type: str) -> bool:
    """Whether this is UTF-8 that is declared as another charset."""
    header, declared = _CHARSET.search(content_type), _DECLARED.match(body[:200])
    named = header[1] if header else declared[1].decode() if declared else ""
    if named.lower() not in _MISTAKEN or body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _skipped(body: bytes, block: re.Pattern[str], unit: re.Pattern[str]) -> tuple[str, ...]:
    """The values in RSS 2.0's `skipDays` or `skipHours`, which feedparser ignores."""
    found = block.search(body[:_HEAD].decode("latin-1"))
    return tuple(unit.findall(found[1])) if found else ()


def _entry(raw: Any, url: str) -> Entry:
    guid = plain(str(dict.get(raw, "id") or ""), chars=2000)
    link = str(dict.get(raw, "link") or "")
    # feedparser uses a permalink guid as the link, even if it is not a URL.
    meant = link if link != guid or "://" in link else ""
    return Entry(
        guid=guid,
        link=web_link(meant, base=_base(raw, url)) if meant.strip() else "",
        title=_words(raw, "title", TITLE_CHARS),
        summary=_summary(raw),
        authors=tuple(_authors(raw)),
        published=from_struct(dict.get(raw, "published_parsed") or dict.get(raw, "updated_parsed")),
        doi=next((doi(str(dict.get(raw, key) or "")) for key in _DOI_KEYS if doi(str(dict.get(raw, key) or ""))), ""),
        announce=plain(str(dict.get(raw, "arxiv_announce_type") or ""), chars=40).lower(),
        signals=(
            *signals.count("comments", str(dict.get(raw, "slash_comments") or "")),
            *signals.accepted(str(dict.get(raw, "arxiv_comment") or "")),
        ),
        links=signals.links(_markup(raw), url=url),
    )


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
    longest = max((str(each.get("value") or "") for each in contents), key=len, default="")
    return told or from_html(longest, chars=SUMMARY_CHARS)


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


def _notes(parsed: Any, damaged: int, *, mistaken: bool) -> Iterator[str]:
    if damaged:
        yield f"the document is cut off; its first {len(parsed.entries) - damaged} entries were read"
    elif mistaken:
        yield "the declared charset is wrong; read as utf-8"
    elif parsed.bozo and isinstance(parsed.bozo_exception, feedparser.CharacterEncodingOverride):
        yield f"the declared charset is wrong; read as {parsed.encoding}"
    elif parsed.bozo and not isinstance(parsed.bozo_exception, feedparser.NonXMLContentType):
        yield f"not well-formed ({' '.join(str(parsed.bozo_exception).split())[:100]}); parsed as far as possible"
    if not parsed.entries:
        yield "the feed contains no entries"


def _cut_off(body: bytes) -> int:
    """1 if the document ends inside an entry, otherwise 0."""
    opened = [found.start() for found in _OPENING.finditer(body)]
    closed = [found.start() for found in _CLOSING.finditer(body)]
    return int(bool(opened) and not _CLOSED.search(body[opened[-1] :]) and (not closed or closed[-1] < opened[-1]))


def _what_it_is(body: bytes) -> str:
    head = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<head" in head or b"<body" in head:
        return "a web page, not a feed"
    if head.startswith((b"{", b"[")):
        return "JSON, but not a JSON Feed"
    return "not a feed in a known format"
