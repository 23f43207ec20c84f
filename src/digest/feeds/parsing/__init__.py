"""Parse a feed document into a `Document` with plain text, absolute links and aware dates.

In: the bytes and headers of an answer. Out: a `Document`, or a `FeedError` that says why there is none. Never fetches or stores.

bytes -> JSON Feed | regular XML, as one strict tree | any other XML, as feedparser reads it -> plain entries
      -> what is missing is derived -> arXiv's own ways
"""

import re
from dataclasses import replace

from digest.errors import FeedError
from digest.feeds.parsing import arxiv, jsonfeed, signals
from digest.model import Document, Entry
from digest.text.clean import cut

__all__ = ["parse", "parse_regular"]

# What the parsers say of a document in the same words.
WEB_PAGE = "a web page, not a feed"
NO_ENTRIES = "the feed contains no entries"

DERIVED_CHARS = 100  # characters of a title made of a post's first words
_LONG_TAG = re.compile(rb"<[^!?<>][^<>]{200000}")
_SENTENCE = re.compile(r"(.{20,}?[.!?。])(?:\s|$)")


def parse(body: bytes, *, url: str, content_type: str) -> Document:
    """Parse RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed, and arXiv's records in OAI-PMH. A hostile document may need much time and memory.

    Args:
        body: the document, decompressed.
        url: where it came from; relative links are resolved against it.
        content_type: the HTTP header, which may contain the charset; may be empty.

    Raises:
        FeedError: it is not a feed.
    """
    if not body.strip():
        raise FeedError(url, "an empty document")
    if not jsonfeed.looks_like(body) and _LONG_TAG.search(body):
        raise FeedError(url, "one of its tags is longer than 200,000 characters")
    return _complete(_read(body, url, content_type), url)


def parse_regular(body: bytes, *, url: str, content_type: str) -> Document | None:
    """Parse a regular document in bounded time and memory; None if it is not regular.

    Raises:
        FeedError: it is an error message in the form of a feed, or JSON that is not a feed.
    """
    if jsonfeed.looks_like(body):
        document = jsonfeed.parse(body, url=url, content_type=content_type) if jsonfeed.is_small(body) else None
    elif arxiv.is_records(body):
        document = arxiv.parse_records(body, url=url)
    else:
        from digest.feeds.parsing import fast  # noqa: PLC0415  (a run in which nothing has changed reads no document)

        document = fast.parse(body, url=url, content_type=content_type)
    return _complete(document, url) if document else None


def _read(body: bytes, url: str, content_type: str) -> Document:
    if jsonfeed.looks_like(body):
        return jsonfeed.parse(body, url=url, content_type=content_type)
    if arxiv.is_records(body):
        return arxiv.parse_records(body, url=url)
    from digest.feeds.parsing import fast, tolerant  # noqa: PLC0415  (most documents never come to feedparser)

    regular = fast.parse(body, url=url, content_type=content_type, limit=len(body))
    return regular or tolerant.parse(body, url=url, content_type=content_type)


def _complete(document: Document, url: str) -> Document:
    """The document with normalised arXiv entries and vote counts, and with a title for each entry that has text."""
    document = signals.tidy(arxiv.tidy(document, url))
    if all(entry.title for entry in document.entries):
        return document
    return replace(document, entries=tuple(map(_titled, document.entries)))


def _titled(entry: Entry) -> Entry:
    """The entry. A post without a title gets its first sentence, or its first words, as the title."""
    if entry.title or not entry.summary:
        return entry
    first = _SENTENCE.match(entry.summary[: DERIVED_CHARS * 2])
    return replace(entry, title=cut(first[1] if first else entry.summary, DERIVED_CHARS))
