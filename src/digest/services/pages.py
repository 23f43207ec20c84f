"""Follow a feed to its older pages (RFC 5005, JSON Feed's `next_url`), as far as they may hold entries that are new. Stores nothing."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from digest.config import Feed
from digest.errors import FeedError
from digest.feeds.identity import keys as identity_keys
from digest.fetch.policy import Answer, Request
from digest.model import Document
from digest.storage.db import Store

PAGES = 10  # of one feed in one collect, the first among them


@dataclass(slots=True)
class Reading:
    """The first page of a feed with its answer, and the older pages that were fetched after it."""

    request: Request
    answer: Answer
    parsed: Document | FeedError | None
    _visited: set[str] = field(default_factory=set)
    _last: Document | None = None
    _pages: int = 1

    def __post_init__(self) -> None:
        self._last = self.parsed if isinstance(self.parsed, Document) else None
        self._visited |= {self.request.url, self.answer.url}

    def add(self, answer: Answer, parsed: Document | FeedError | None) -> None:
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

    def older(self, feed: Feed, store: Store, *, since: datetime, new_feed: bool) -> Request | None:
        """The request for the next older page, if the last one gives no sign that all older entries are known or too old.

        Args:
            feed: the feed.
            store: what the feed has shown before.
            since: entries from before this instant are too old.
            new_feed: whether this feed has never been read before. Then only dates say where to stop.
        """
        page = self._last
        if page is None or not page.older or self._pages >= PAGES or not page.entries:
            return None
        if page.older in self._visited or not _same_host(page.older, self.answer.url):
            return None
        dates = [entry.published for entry in page.entries]
        if any(date is not None and date < since for date in dates) or (new_feed and None in dates):
            return None
        known = store.items.shown(feed.url, identity_keys(page.entries, feed.url, page=page.page))
        if any(known):
            return None
        self._visited.add(page.older)
        self._pages += 1
        return Request(feed=feed.url, url=page.older, headers=self.request.headers)


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower()
