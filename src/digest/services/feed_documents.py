"""What surrounds the documents of a feed: its headers, what another newsletter fetched, older pages, and errors that say which feed to list.

Headers of `auth_env` and `headers_env` come from the environment; nothing of them is stored or shown. Several newsletters may have a feed:
one of them fetches its document, and the others take it from there. Each still reads it for itself, and remembers by itself what it has
seen. What is fetched with secrets is never shared.
"""

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from digest.config import Feed
from digest.errors import FeedError
from digest.feeds.parsing import WEB_PAGE
from digest.fetch.policy import Answer, Request
from digest.model import Document
from digest.services.intake import Arrived
from digest.text.secrets import public

MOST = 10  # pages of one feed in one collect, the first among them
_KEPT = ("url", "status", "content_type", "etag", "last_modified", "moved_to", "max_age")  # of an answer
LONGEST = 8_000  # characters of a header's value


def headers_of(feed: Feed, environ: Mapping[str, str]) -> dict[str, str]:
    """The headers to send to the feed's own server.

    Raises:
        FeedError: a variable is not set, or its value fits into no header.
    """
    headers = {name: _value(feed, variable, environ) for name, variable in feed.headers_env.items()}
    if feed.auth_env:
        headers["Authorization"] = _authorization(_value(feed, feed.auth_env, environ))
    return headers


def _value(feed: Feed, variable: str, environ: Mapping[str, str]) -> str:
    value = environ.get(variable, "").strip()
    if not value:
        raise FeedError(public(feed.url), f"needs the environment variable {variable}, which is not set")
    if len(value) > LONGEST or any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise FeedError(
            public(feed.url), f"the value of the environment variable {variable} does not fit into a header"
        )
    return value


def _authorization(value: str) -> str:
    """`user:password` as Basic (RFC 7617, in UTF-8); a value that names its scheme, as in `Bearer TOKEN`, as it is."""
    scheme, _, rest = value.partition(" ")
    if rest and scheme.isalnum():
        return value
    return "Basic " + base64.b64encode(value.encode()).decode("ascii") if ":" in value else f"Bearer {value}"


def explained(parsed: Document | FeedError, answer: Answer) -> Document | FeedError:
    """The parsed document or error. If the answer is a web page, the error says which feed to list instead."""
    if not isinstance(parsed, FeedError) or parsed.cause != WEB_PAGE:
        return parsed
    from digest.feeds.subscriptions import discovery  # noqa: PLC0415  (few collects need the parser of pages)

    announced = [public(url) for url in discovery.announced(answer.body, answer.url)]
    remedy = (
        f"it announces {announced[0]}" if announced else f"`digest feeds add {public(answer.url)}` looks for its feed"
    )
    return FeedError(parsed.subject, f"{WEB_PAGE}; {remedy}")


class Documents(Protocol):
    """A store of documents: each with the hash of its body, the body, if it is known, and the fields of the answer."""

    def document(self, key: str, *, since: datetime) -> tuple[str, bytes | None, str] | None: ...

    def keep_document(self, key: str, known: str, body: bytes | None, fields: str) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """The documents of the feeds in `shared`, as far as they were fetched at `since` or later.

    Newsletters that may fetch from private addresses share documents with each other only.
    """

    documents: Documents
    shared: AbstractSet[str]
    since: datetime
    private: bool

    def recall(self, request: Request) -> Answer | None:
        """The answer that another newsletter got; None if the feed must be fetched."""
        kept = self.documents.document(self._key(request), since=self.since) if self._may(request) else None
        if kept is None:
            return None
        known, body, fields = kept
        answer = Answer(feed=request.feed, outcome="unchanged", body_hash=known, **json.loads(fields))
        if known == request.body_hash:
            return answer
        return None if body is None else replace(answer, outcome="body", body=zlib.decompress(body))

    def keep(self, request: Request, answer: Answer) -> None:
        """Store what was fetched for the others."""
        known = answer.body_hash or request.body_hash
        if self._may(request) and known and answer.outcome in ("body", "unchanged"):
            body = zlib.compress(answer.body) if answer.outcome == "body" else None
            fields = json.dumps({name: getattr(answer, name) for name in _KEPT})
            self.documents.keep_document(self._key(request), known, body, fields)

    def _may(self, request: Request) -> bool:
        return request.feed in self.shared and not request.headers and "@" not in urlsplit(request.feed).netloc

    def _key(self, request: Request) -> str:
        return f"{'private ' if self.private else ''}{request.url}"


@dataclass(slots=True)
class Pages:
    """The first page of a feed with its answer, and its older pages (RFC 5005, JSON Feed's `next_url`), as far as they may hold new entries.

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
