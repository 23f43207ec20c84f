"""Follow a feed to its older pages (RFC 5005, JSON Feed's `next_url`), as far as they may hold entries that are new. Stores nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from digest.errors import FeedError
from digest.fetch.policy import Answer, Request
from digest.model import Document
from digest.services.intake import Arrived

MOST = 10  # pages of one feed in one collect, the first among them


@dataclass(slots=True)
class Pages:
    """The first page of a feed with its answer, and the older pages that are fetched after it.

    Args:
        request: the feed's request.
        answer: the answer to it.
        parsed: its document.
        since: entries from before this instant are too old.
        new_feed: whether this feed has never been read before. Then only dates say where to stop.
        is_known: whether the feed has shown an entry of a page before.
    """

    request: Request
    answer: Answer
    parsed: Document | FeedError | None
    since: datetime
    new_feed: bool
    is_known: Callable[[Document], bool]
    _visited: set[str] = field(default_factory=set)
    _last: Document | None = None
    _pages: int = 1

    def __post_init__(self) -> None:
        self._last = self.parsed if isinstance(self.parsed, Document) else None
        self._visited |= {self.request.url, self.answer.url}

    def add(self, answer: Answer, body: bytes, parsed: Document | FeedError | None) -> None:  # noqa: ARG002  (already parsed)
        """Append an older page. If it could not be read, the feed's report says so."""
        assert isinstance(self.parsed, Document)
        if isinstance(parsed, Document):
            self._visited.add(answer.url)
            self.parsed = replace(
                self.parsed,
                entries=(*self.parsed.entries, *parsed.entries),
                damaged=self.parsed.damaged + parsed.damaged,
            )
        else:
            why = parsed.cause if parsed else answer.reason
            self.parsed = replace(
                self.parsed, notes=(*self.parsed.notes, f"an older page of it could not be read: {why}")
            )
        self._last = parsed if isinstance(parsed, Document) else None

    def following(self) -> Request | None:
        """The request for the next older page, if the last one gives no sign that all older entries are known or too old."""
        page = self._last
        if page is None or not page.older or self._pages >= MOST or not page.entries:
            return None
        if page.older in self._visited or not _same_host(page.older, self.answer.url):
            return None
        dates = [entry.published for entry in page.entries]
        if any(date is not None and date < self.since for date in dates) or (self.new_feed and None in dates):
            return None
        if self.is_known(page):
            return None
        self._visited.add(page.older)
        self._pages += 1
        return Request(feed=self.answer.feed, url=page.older, headers=self.request.headers)

    def arrived(self) -> Arrived:
        """All pages as one document."""
        return Arrived(answer=self.answer, parsed=self.parsed)


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower()
