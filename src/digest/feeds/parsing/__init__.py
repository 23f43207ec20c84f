"""Parse a feed document into a `Document` with plain text, absolute links and aware dates.

bytes -> JSON Feed | regular XML, as fastfeedparser reads it | any other XML, as feedparser reads it -> plain entries
"""

from digest.errors import FeedError
from digest.feeds.parsing import arxiv, jsonfeed, signals
from digest.model import Document

__all__ = ["parse", "parse_regular"]


def parse(body: bytes, *, url: str, content_type: str) -> Document:
    """Parse RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. A hostile document may need much time and memory.

    Args:
        body: the document, decompressed.
        url: where it came from; relative links are resolved against it.
        content_type: the HTTP header, which may contain the charset; may be empty.

    Raises:
        FeedError: it is not a feed.
    """
    if not body.strip():
        raise FeedError(url, "an empty document")
    return signals.tidy(arxiv.tidy(_read(body, url, content_type), url))


def parse_regular(body: bytes, *, url: str, content_type: str) -> Document | None:
    """Parse a regular document in bounded time and memory; None if it is not regular.

    Raises:
        FeedError: it is an error message in the form of a feed, or JSON that is not a feed.
    """
    if jsonfeed.looks_like(body):
        document = jsonfeed.parse(body, url=url) if jsonfeed.is_small(body) else None
    else:
        from digest.feeds.parsing import fast  # noqa: PLC0415  (a run in which nothing has changed reads no document)

        document = fast.parse(body, url=url, content_type=content_type)
    return signals.tidy(arxiv.tidy(document, url)) if document else None


def _read(body: bytes, url: str, content_type: str) -> Document:
    if jsonfeed.looks_like(body):
        return jsonfeed.parse(body, url=url)
    from digest.feeds.parsing import fast, tolerant  # noqa: PLC0415  (most documents never come to the judge)

    return fast.parse(body, url=url, content_type=content_type) or tolerant.parse(
        body, url=url, content_type=content_type
    )
