"""Collect: fetch, parse, identify, admit and store, for each feed. A bad feed costs one line of the report."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from digest.config import Feed
from digest.errors import FeedError
from digest.feeds import announcements
from digest.feeds.identity import keys as identity_keys
from digest.fetch import policy
from digest.fetch.client import OnAnswer, fetch_all
from digest.fetch.parser_pool import Parsers
from digest.fetch.policy import Answer, Request
from digest.fetch.throttle import RULES
from digest.model import Document, FeedState, Look
from digest.services.announcements import Announcements
from digest.services.context import Program
from digest.services.feed_documents import Pages, Shelf, explained, headers_of
from digest.services.feed_health import sentences
from digest.services.intake import Arrived, take
from digest.storage.db import StoreError
from digest.storage.db.feeds import Fetch
from digest.storage.files import heartbeat

# A commit costs as much as a document, so responses are stored in batches, as soon as one of these limits is reached.
ANSWERS = 128
ENTRIES = 2_000
SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """The result of one feed in one collect. `health` says what is unusual about the feed, whatever its HTTP status."""

    feed: str
    status: str
    reason: str
    entries: int
    new: int
    health: str = ""


Listener = Callable[[Fetched], None]
MUTED = "is muted in feeds.yaml"


def silent(fetched: Fetched) -> None:
    """A listener that does nothing."""


def collect(
    program: Program,
    *,
    at: datetime | None = None,
    listener: Listener = silent,
    forced: bool = True,
    feeds: Sequence[Feed] | None = None,
    shelf: Shelf | None = None,
) -> tuple[Fetched, ...]:
    """Fetch every feed that may be fetched now, and store what is new as first seen at `at` (default: the clock).

    Args:
        program: the run.
        at: the instant of the collect.
        listener: called with each feed when it is done.
        forced: a person or a slot asks for it: skip only feeds whose servers asked for a pause.
        feeds: some of the configured feeds (default: all of them).
        shelf: documents that other newsletters fetched.

    Returns:
        One value per feed, in the order of feeds.yaml.
    """
    program.store.feeds.forget_retired([feed.url for feed in program.config.feeds])
    if feeds is not None:
        program = replace(program, config=replace(program.config, feeds=tuple(feeds)))
    batch = _StoreBatch(program, program.instant() if at is None else at, listener)
    with heartbeat.step(program.workspace.state, "collect"):
        try:
            asyncio.run(_collect(program, batch, shelf, forced=forced))
        except BaseExceptionGroup as group:
            raise _cause(group) from None
        unusual = sentences(program.config, program.store, until=batch.instant, read=batch.read)
    return tuple(replace(batch.found[feed.url], health=unusual[feed.url]) for feed in program.config.feeds)


async def _collect(program: Program, batch: "_StoreBatch", shelf: Shelf | None, *, forced: bool) -> None:
    requests = _requests(batch, program.now, forced=forced)
    readings: dict[str, Pages | Announcements] = {}
    seconds = program.config.fetch.timeout.total_seconds()
    async with Parsers(workers=program.workers, seconds=seconds) as parsers, batch.open():

        async def arrive(answer: Answer) -> Request | None:
            reading = readings.pop(answer.feed, None)
            if answer.outcome == "resting" and reading is None:
                batch.skip(answer.feed, answer.reason, until=policy.asked_until(answer.retry_after, program.now))
                return None
            listing = isinstance(reading, Announcements) and reading.lists
            parsed = None if listing else await _parse(parsers, answer)
            if parsed is not None and reading is None:
                parsed = explained(parsed, answer)
            body, answer = answer.body, replace(answer, body=b"") if answer.body else answer
            if reading is None:
                reading = _reading(program, batch, requests[answer.feed], answer, parsed)
            else:
                reading.add(answer, body, parsed)
            following = reading.following()
            if following is None:
                batch.put(reading.arrived())
            else:
                readings[answer.feed] = reading
            return following

        async def fetched(answer: Answer) -> Request | None:
            if shelf is not None and answer.feed not in readings:
                shelf.keep(requests[answer.feed], answer)
            return await arrive(answer)

        await fetch_all(
            await _still_to_ask(requests.values(), shelf, arrive),
            program.config.fetch,
            root=program.workspace.root,
            random=Random(program.random.random()),  # noqa: S311  (what it draws depends on who answers first)
            on_answer=fetched,
            rules=RULES if program.rules is None else program.rules,
        )


def _requests(batch: "_StoreBatch", now: datetime, *, forced: bool) -> dict[str, Request]:
    """The first request to each feed that may be fetched now. The others are recorded."""
    requests: dict[str, Request] = {}
    for url, state in batch.states.items():
        reason = MUTED if batch.feeds[url].muted else policy.due(state, now, forced=forced)
        if reason is not None:
            batch.skip(url, reason)
            continue
        try:
            requests[url] = _request(state, now, headers_of(batch.feeds[url], os.environ))
        except FeedError as error:
            batch.put(Arrived(answer=Answer(feed=url, outcome="failed", reason=error.cause), parsed=None))
    return requests


async def _still_to_ask(requests: Iterable[Request], shelf: Shelf | None, arrive: OnAnswer) -> list[Request]:
    """Take what other newsletters fetched, and return the requests that are left."""
    left: list[Request | None] = []
    for request in requests:
        known = shelf.recall(request) if shelf is not None else None
        left.append(request if known is None else await arrive(known))
    return [request for request in left if request is not None]


def _reading(
    program: Program, batch: "_StoreBatch", request: Request, answer: Answer, parsed: Document | FeedError | None
) -> Pages | Announcements:
    """The reader of what may follow a feed's first answer."""
    state, settings = batch.states[answer.feed], program.config.digest
    places = program.arxiv or announcements.ARXIV
    categories = announcements.categories(answer.feed, places)
    if categories:
        return Announcements(answer, parsed, categories, state.covered, program.now, places)
    new_feed = state.first_ok is None
    return Pages(
        request,
        answer,
        parsed,
        since=batch.instant - min(settings.lookback if new_feed else settings.max_age, settings.max_age),
        new_feed=new_feed,
        is_known=lambda page: any(
            program.store.items.shown(answer.feed, identity_keys(page.entries, answer.feed, page=page.page))
        ),
    )


def _request(state: FeedState, now: datetime, headers: Mapping[str, str]) -> Request:
    return Request(
        feed=state.url,
        url=policy.address(state, now),
        headers=headers,
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
    )


async def _parse(parsers: Parsers, answer: Answer) -> Document | FeedError | None:
    if answer.outcome != "body":
        return None
    return await parsers.parse(answer.body, url=answer.url, content_type=answer.content_type)


class _StoreBatch:
    """Collects responses and stores them in batches. If the process is killed, the unstored feeds are fetched again."""

    def __init__(self, program: Program, instant: datetime, listener: Listener) -> None:
        self.instant = instant
        self.feeds = {feed.url: feed for feed in program.config.feeds}
        self.states = program.store.feeds.states(list(self.feeds))
        self.found: dict[str, Fetched] = {}
        self.read: set[str] = set()
        self._program = program
        self._listener = listener
        self._skipped: list[Fetch] = []
        self._order = iter([*self.feeds, ""])
        self._next = next(self._order)
        self._early: dict[str, Arrived | None] = {}  # None: a feed that is passed over
        self._waiting: list[Arrived] = []
        self._entries = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Store batches at intervals, and the rest at the end, even of an interrupted run."""
        try:
            async with asyncio.TaskGroup() as group:
                clearing = group.create_task(self._clear_now_and_then())
                yield
                clearing.cancel()
        finally:
            self._line_up_all()
            self._clear()

    def skip(self, url: str, reason: str, *, until: datetime | None = None) -> None:
        """Record a feed that may not be fetched now."""
        look = Look(at=self.instant, read=False)
        name = self.feeds[url].name
        state = replace(self.states[url], asked_until=until) if until else self.states[url]
        self._skipped.append(Fetch(state=state, name=name, look=look, status="skipped", reason=reason))
        self._early[url] = None
        self._line_up()

    def put(self, arrived: Arrived) -> None:
        """Add a response to the next batch."""
        self._early[arrived.answer.feed] = arrived
        self._line_up()
        if len(self._waiting) >= ANSWERS or self._entries >= ENTRIES:
            self._clear()

    def _line_up(self) -> None:
        """Store responses in the order of feeds.yaml, so that the same responses give the same store, whichever came first."""
        while self._next in self._early:
            self._append(self._early.pop(self._next))
            self._next = next(self._order)

    def _append(self, arrived: Arrived | None) -> None:
        if arrived is not None:
            self._waiting.append(arrived)
            self._entries += arrived.size

    def _line_up_all(self) -> None:
        """The same for everything that an interrupted run received, even if earlier feeds are missing."""
        for url in self.feeds:
            self._append(self._early.pop(url, None))

    async def _clear_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SECONDS)
            self._clear()

    def _clear(self) -> None:
        waiting, self._waiting, self._entries = self._waiting, [], 0
        done, self._skipped = self._skipped, []
        if not waiting and not done:
            return
        with self._program.store.transaction():
            done += map(self._take, waiting)
            self._program.store.feeds.record(done)
        for fetch in done:
            self._tell(fetch)

    def _take(self, arrived: Arrived) -> Fetch:
        """Store one answer. If that fails, nothing of it is stored, and the report has one line for its feed."""
        feed, state = self.feeds[arrived.answer.feed], self.states[arrived.answer.feed]
        with self._program.store.savepoint() as kept:
            try:
                return take(self._program, feed, arrived, state=state, instant=self.instant)
            except StoreError:
                raise  # caused by the disk or a lock, not by the feed
            except Exception as error:  # noqa: BLE001  (any failure caused by one document)
                kept.undo()
                answer = policy.unreadable(arrived.answer, f"cannot be stored ({type(error).__name__})")
        return take(self._program, feed, Arrived(answer=answer, parsed=None), state=state, instant=self.instant)

    def _tell(self, fetch: Fetch) -> None:
        url, look = fetch.state.url, fetch.look
        if look.read:
            self.read.add(url)
        self.found[url] = Fetched(
            feed=fetch.name, status=fetch.status, reason=fetch.reason, entries=look.entries, new=look.new
        )
        self._listener(self.found[url])


def _cause(error: BaseException) -> BaseException:
    """The first error of a group. Tasks that fail together have one cause, such as the disk or Ctrl-C."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
