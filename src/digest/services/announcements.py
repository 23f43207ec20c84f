"""Complete a feed of arXiv's announcements: compare its day with the listing pages, and fetch what it did not show by OAI-PMH.

the feed's document -> is its day new, or is it older than today? -> the listing of each category: which day, how many papers
    -> days or papers are missing -> the records of each category since then, page by page -> the papers that the document has not

It decides what to request next, and stores nothing. A request that fails costs one note; days that could not be fetched are
requested again at the next collect.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from digest.errors import FeedError
from digest.feeds import announcements as arxiv
from digest.feeds.announcements import Listing, Places
from digest.fetch.policy import Answer, Request
from digest.model import Document, Entry
from digest.services.intake import Arrived
from digest.text.charset import decode
from digest.text.formatting import count

PAGES = 40  # of records in one collect
_BLOCKED = (401, 403, 429, 503)
NONE_TODAY = "no announcement today"


@dataclass(slots=True)
class Announcements:
    """One feed of announcements in one collect.

    Args:
        answer: the feed's answer.
        parsed: its document; None if the server says that it is unchanged.
        categories: those of the feed.
        covered: the last day whose announcement is stored; None if there is none.
        now: the clock.
        places: where arXiv tells its announcements.
    """

    answer: Answer
    parsed: Document | FeedError | None
    categories: tuple[str, ...]
    covered: date | None
    now: datetime
    places: Places
    quiet: bool = False  # there is no announcement
    _listings: list[Listing] = field(default_factory=list)
    _records: list[Entry] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _pending: list[str] = field(default_factory=list)
    _since: date | None = None  # from which day on records are fetched
    _failed: bool = False
    _pages: int = 0

    def __post_init__(self) -> None:
        if self.answer.outcome not in ("body", "unchanged") or isinstance(self.parsed, FeedError):
            return
        if (self._day and (self.covered is None or self._day > self.covered)) or (
            self.covered and self.covered < arxiv.today(self.now)
        ):
            self._ask_listings()
        elif self._is_empty:
            self._say_none()

    @property
    def _document(self) -> Document:
        return self.parsed if isinstance(self.parsed, Document) else Document(title="", entries=())

    @property
    def _day(self) -> date | None:
        return arxiv.announced(self._document)

    @property
    def _is_empty(self) -> bool:
        return isinstance(self.parsed, Document) and not self.parsed.entries

    @property
    def _told(self) -> date | None:
        """The last day that has an announcement, according to any source."""
        return max(filter(None, (self._day, self.covered, *(one.day for one in self._listings))), default=None)

    def following(self) -> Request | None:
        """The next request, or None if nothing is left to ask."""
        if not self._pending:
            return None
        return Request(feed=self.answer.feed, url=self._pending[0])

    @property
    def lists(self) -> bool:
        """Whether the next answer is a listing page."""
        return bool(self._pending) and self._since is None

    def add(self, answer: Answer, body: bytes, parsed: Document | FeedError | None) -> None:
        """Process the answer to the last request of `following`."""
        self._pending.pop(0)
        if self._since is None:
            self._add_listing(answer, body)
            if not self._pending:
                self._compare()
        else:
            self._add_records(answer, parsed)

    def _ask_listings(self) -> None:
        self._pending = [arxiv.listing_page(category, self.places) for category in self.categories]

    def _add_listing(self, answer: Answer, body: bytes) -> None:
        found = arxiv.listing(decode(body, answer.content_type)[0]) if answer.outcome == "body" else None
        if found is not None:
            self._listings.append(found)
            return
        self._notes.append(f"the listing page could not be read: {answer.reason or 'it has no date'}")
        self._pending = []

    def _compare(self) -> None:
        """Decide whether records are to be fetched, now that the listings are known or could not be read."""
        day, told, covered = self._day, self._told, self.covered
        if told is None:
            return
        lacking = arxiv.lacking(self._document, [one for one in self._listings if one.day == day]) if day else 0
        if covered is None or (day and day > covered):
            if lacking:
                self._notes.append(f"the feed lacks {count(lacking, 'paper')} of the listing page")
            if day and told > day:
                self._notes.append(f"stale: shows {day:%-d %B}, arXiv has announced {told:%-d %B}")
            gap = covered is not None and day is not None and arxiv.skipped(covered, day)
            self._harvest(covered if gap else day if lacking or told != day else None)
        elif told > covered:
            shows = f"shows {day:%-d %B}" if day else "shows nothing new"
            self._notes.append(f"stale: {shows}, arXiv has announced {told:%-d %B}")
            self._harvest(covered)
        elif self._listings:
            self._say_none()

    def _say_none(self) -> None:
        self._notes.append(NONE_TODAY)
        self.quiet = True

    def _harvest(self, since: date | None) -> None:
        self._since, until = since, self._told
        if since is not None and until is not None:
            since = max(since, until - arxiv.LONGEST)
            self._pending = [
                arxiv.harvest(category, since=since, until=until, places=self.places) for category in self.categories
            ]

    def _add_records(self, answer: Answer, parsed: Document | FeedError | None) -> None:
        self._pages += 1
        if isinstance(parsed, Document):
            self._records += parsed.entries
            if parsed.older and self._pages < PAGES:
                self._pending.insert(0, parsed.older)
            return
        why = parsed.cause if parsed else answer.reason
        self._notes.append(f"missed papers could not be fetched: {why}; they are requested again")
        self._pending, self._failed = [], True

    def arrived(self) -> Arrived:
        """The feed's answer and document with what was found, and the papers that the feed did not show."""
        answer, parsed = self.answer, self.parsed
        if answer.outcome == "failed" and answer.status in _BLOCKED:
            answer = replace(answer, reason=f"blocked: {answer.reason}")
        elif isinstance(parsed, Document):
            before = () if self._is_empty and self._notes else parsed.notes  # says only that the document is empty
            parsed = replace(parsed, notes=(*before, *self._notes))
        else:
            answer = replace(answer, reason="; ".join(filter(None, (answer.reason, *self._notes))))
        return Arrived(
            answer=answer,
            parsed=parsed,
            missed=arxiv.missed(self._records, self._document, since=self._since) if self._since else (),
            covered=self.covered if self._failed else self._told,
            quiet=self.quiet,
        )
