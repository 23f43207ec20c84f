"""A feed document's bytes -> `Document`: plain text, absolute links, aware dates. Fetches nothing, stores nothing.

bytes -> JSON Feed | regular XML, as fastfeedparser reads it | any other XML, as feedparser reads it -> plain entries
"""

from digest.errors import FeedError
from digest.feeds.parsing import arxiv, jsonfeed
from digest.model import Document

__all__ = ["parse", "parse_regular"]


def parse(body: bytes, *, url: str, content_type: str) -> Document:
    """Read RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. A hostile document may take long, and much memory.

    Args:
        body: the document, decompressed.
        url: where it came from; relative links are resolved against it.
        content_type: the HTTP header, which may name the charset; may be empty.

    Raises:
        FeedError: it is no feed.
    """
    if not body.strip():
        raise FeedError(url, "an empty document")
    return arxiv.tidy(_read(body, url, content_type), url)


def parse_regular(body: bytes, *, url: str, content_type: str) -> Document | None:
    """Read a regular document in bounded time and memory; None where it is not regular.

    Raises:
        FeedError: it is an error in the form of a feed, or JSON that is no feed.
    """
    if jsonfeed.looks_like(body):
        document = jsonfeed.parse(body, url=url) if jsonfeed.is_small(body) else None
    else:
        from digest.feeds.parsing import fast  # noqa: PLC0415  (a run in which nothing has changed reads no document)

        document = fast.parse(body, url=url, content_type=content_type)
    return arxiv.tidy(document, url) if document else None


def _read(body: bytes, url: str, content_type: str) -> Document:
    if jsonfeed.looks_like(body):
        return jsonfeed.parse(body, url=url)
    from digest.feeds.parsing import fast, tolerant  # noqa: PLC0415  (most documents never come to the judge)

    return fast.parse(body, url=url, content_type=content_type) or tolerant.parse(
        body, url=url, content_type=content_type
    )
