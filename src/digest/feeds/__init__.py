"""A feed document's bytes -> `Document`: plain text, absolute links, aware dates. Fetches nothing, stores nothing.

bytes -> JSON Feed | XML, as feedparser reads it -> plain entries
"""

from digest.errors import FeedError
from digest.feeds import arxiv, jsonfeed, judge
from digest.model import Document

__all__ = ["parse"]


def parse(body: bytes, *, url: str, content_type: str) -> Document:
    """Read RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed.

    Args:
        body: the document, decompressed.
        url: where it came from; relative links are resolved against it.
        content_type: the HTTP header, which may name the charset; may be empty.

    Raises:
        FeedError: it is no feed.
    """
    if not body.strip():
        raise FeedError(url, "an empty document")
    document = _read(body, url, content_type)
    return arxiv.tidy(document, url)


def _read(body: bytes, url: str, content_type: str) -> Document:
    if jsonfeed.looks_like(body):
        return jsonfeed.parse(body, url=url)
    return judge.parse(body, url=url, content_type=content_type)
