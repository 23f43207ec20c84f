"""For each feed: fetch, parse, identify, admit, store. One bad feed costs one line of the report."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from digest.config import Feed
from digest.errors import FeedError
from digest.feeds.identity import keys as identity_keys
from digest.fetch import Answer, Request, fetch_all, policy
from digest.issue import REPLACEMENTS, admit
from digest.model import Document, Entry, FeedState, Look
from digest.pipeline.health import rhythms
from digest.pipeline.program import Program
from digest.store.items import Arrival
from digest.workers import Parsers

_SHIFT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What one feed gave in one collect. `health` says what is unusual about it, whatever HTTP says."""

    feed: str
    status: str
    reason: str
    entries: int
    new: int
    health: str = ""


Listener = Callable[[Fetched], None]


def silent(fetched: Fetched) -> None:
    """Listen to no progress."""


def collect(
    program: Program, *, at: datetime | None = None, listener: Listener = silent, forced: bool = True
) -> tuple[Fetched, ...]:
    """Fetch every feed that may be asked and store what is new, first seen at `at` (default: the clock).

    Args:
        program: what to work on.
        at: the instant of the collect.
        listener: hears of every feed as it is done.
        forced: a person or a slot wants it: only what a server itself asked for still keeps a feed from being asked.

    Returns:
        One value per configured feed, in the order of feeds.yaml.
    """
    instant = program.instant() if at is None else at
    found = asyncio.run(_collect(program, instant, listener, forced=forced))
    sentences = {one.url: one.sentence for one in rhythms(program, until=instant)}
    return tuple(replace(found[feed.url], health=sentences[feed.url]) for feed in program.config.feeds)


async def _collect(program: Program, instant: datetime, listener: Listener, *, forced: bool) -> dict[str, Fetched]:
    feeds = {feed.url: feed for feed in program.config.feeds}
    states = program.store.feeds.states(list(feeds))
    found: dict[str, Fetched] = {}

    def note(fetched: Fetched, look: Look, url: str, state: FeedState) -> None:
        program.store.feeds.save(state, name=feeds[url].name)
        program.store.feeds.log(url, look, status=fetched.status, reason=fetched.reason)
        found[url] = fetched

    requests = []
    for url, feed in feeds.items():
        reason = policy.due(states[url], program.now, forced=forced)
        if reason is None:
            requests.append(_request(states[url], program.now))
        else:
            with program.store.transaction():
                skipped = Fetched(feed=feed.name, status="skipped", reason=reason, entries=0, new=0)
                note(skipped, Look(at=instant, read=False), url, states[url])
            listener(found[url])

    async with Parsers(workers=program.workers) as parsers:

        async def arrive(answer: Answer) -> None:
            feed = feeds[answer.feed]
            parsed = await _parse(parsers, answer)
            with program.store.transaction():
                state, fetched, look = _take(program, feed, answer, parsed, state=states[feed.url], instant=instant)
                note(fetched, look, feed.url, state)
            listener(fetched)

        await fetch_all(
            requests,
            program.config.fetch,
            root=program.workspace.root,
            random=program.random,
            on_answer=arrive,
        )
    return found


def _request(state: FeedState, now: datetime) -> Request:
    return Request(
        feed=state.url,
        url=policy.address(state, now),
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
    )


async def _parse(parsers: Parsers, answer: Answer) -> Document | FeedError | None:
    if answer.outcome != "body":
        return None
    return await parsers.parse(answer.body, url=answer.url, content_type=answer.content_type)


def _take(
    program: Program,
    feed: Feed,
    answer: Answer,
    parsed: Document | FeedError | None,
    *,
    state: FeedState,
    instant: datetime,
) -> tuple[FeedState, Fetched, Look]:
    """Store what one answer brought. A document that is no feed counts as a failed fetch, so that it is asked for again."""
    if isinstance(parsed, FeedError):
        answer = policy.unreadable(answer, parsed.cause)
    look = Look(at=instant, read=False)
    reasons = [answer.reason] if answer.reason else []
    if isinstance(parsed, Document):
        look = _store(program, feed, parsed, body=answer.body_hash, instant=instant, new_feed=state.first_ok is None)
        reasons += parsed.notes
    following = policy.next_state(
        state,
        answer,
        document=parsed if isinstance(parsed, Document) else None,
        now=program.now,
        collect_every=program.config.digest.collect_every,
        random=program.random,
    )
    status = {"body": "ok" if look.new else "unchanged"}.get(answer.outcome, answer.outcome)
    told = Fetched(feed=feed.name, status=status, reason="; ".join(reasons), entries=look.entries, new=look.new)
    return following, told, look


def _store(program: Program, feed: Feed, document: Document, *, body: str, instant: datetime, new_feed: bool) -> Look:
    """Store a document's first sightings, and say what it held. `body` is its hash: it names what was cut off."""
    items = program.store.items
    entries = document.entries
    keys = identity_keys(entries, feed.url)
    names = [found or (_nameless(feed, entry),) for entry, found in zip(entries, keys, strict=True)]
    shown_before = items.known(feed.url, names)
    fresh = _first_of_each(names, shown_before)
    old = [n for n, known in enumerate(shown_before) if known]
    redated = _redated([entries[n] for n in old], items.dates(feed.url, [names[n] for n in old]))
    hosts = items.hosts(feed.url) if fresh and not new_feed else frozenset()
    kept = {entries[n].title for n in old}
    fates = admit(
        [entries[n] for n in fresh],
        [keys[n] for n in fresh],
        settings=program.config.digest,
        max_items=feed.max_items,
        new_feed=new_feed,
        shown_titles=items.titles(feed.url) - kept if fresh else frozenset(),
        now=instant,
    )
    arrivals = [Arrival(entry=entries[n], keys=names[n], fate=fate) for n, fate in zip(fresh, fates, strict=True)]
    cut_off = [(f"broken:{feed.url} {body} {n}",) for n in range(document.damaged)]
    seen = items.known(feed.url, cut_off)
    arrivals += [
        Arrival(entry=Entry(), keys=name, fate="unreadable") for name, old in zip(cut_off, seen, strict=True) if not old
    ]
    items.add(feed.url, instant, arrivals)
    return Look(
        at=instant,
        read=True,
        entries=len(entries),
        new=len(arrivals),
        known=len(old),
        redated=redated,
        strange=sum(bool(entries[n].link) and urlsplit(entries[n].link).netloc not in hosts for n in fresh),
        flooded=fates.count("flooded"),
        title=document.title,
    )


def _redated(entries: Sequence[Entry], dates: Sequence[datetime | None]) -> int:
    """How many entries bear another date than when they were first shown.

    A shift by hours is a zone's doing, and a replacement bears its own date.
    """
    return sum(
        entry.announce not in REPLACEMENTS
        and entry.published is not None
        and date is not None
        and abs(entry.published - date) > _SHIFT
        for entry, date in zip(entries, dates, strict=True)
    )


def _nameless(feed: Feed, entry: Entry) -> str:
    """A key for an entry that nothing identifies, so that it is counted once."""
    text = f"{entry.title}\n{entry.link}\n{entry.guid}\n{entry.summary}"
    return f"broken:{feed.url} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _first_of_each(names: Sequence[tuple[str, ...]], known: Sequence[bool]) -> list[int]:
    """The places of the entries that the feed never showed, each work once."""
    taken: set[str] = set()
    fresh = []
    for n, (name, old) in enumerate(zip(names, known, strict=True)):
        if not old and taken.isdisjoint(name):
            fresh.append(n)
        taken.update(name)
    return fresh
