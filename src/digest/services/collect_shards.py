"""Collect in shards, so that several processes on several machines fetch at once, and none asks a host that another is asking.

A shard is the feeds of some hosts. Hosts of the same owner are in the same shard. The process that collects has claimed the shard, over
all newsletters, and keeps it for as long as the last host wants to be left alone.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from digest.config import Feed
from digest.fetch import policy
from digest.fetch.client import host_of
from digest.fetch.throttle import RULES, Pace
from digest.schedule.due import missed
from digest.schedule.slots import Ahead
from digest.services.collect import Fetched, collect
from digest.services.context import Program, due_slot, standing
from digest.services.feed_documents import Documents, Shelf
from digest.services.publish import look

SHARDS = 32
MOST = 100  # feeds that are collected in one go
PATIENCE = timedelta(minutes=15)  # how long an issue waits for its feeds


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """The result of a shard: the feeds that were fetched, whether others are due, and how many seconds its hosts want to be left alone."""

    fetched: tuple[Fetched, ...]
    more: bool
    rest: float


def collect_shards_due(program: Program) -> tuple[int, ...]:
    """The shards with feeds that are due."""
    feeds, _ = _due(program)
    return tuple(sorted(set(_hosts(program, feeds).values()))) if feeds else ()


def collect_shard(
    program: Program, shard: int, *, documents: Documents, shared: AbstractSet[str], most: int = MOST
) -> Collected:
    """Collect the feeds of a shard that are due, up to a maximum number. No issue may be made at the same time.

    Args:
        program: the run.
        shard: its number.
        documents: those that newsletters share.
        shared: the feeds that several newsletters have.
        most: at most so many feeds.
    """
    feeds, begins = _due(program)
    numbers = _hosts(program, feeds)
    mine = [feed for feed in feeds if numbers[feed.url] == shard]
    if not mine:
        return Collected(fetched=(), more=False, rest=0.0)
    settings = program.config
    since = program.now - settings.digest.collect_every / 2 if begins is None else begins
    shelf = Shelf(documents=documents, shared=shared, since=since, private=settings.fetch.allow_private)
    fetched = collect(program, forced=begins is not None, feeds=mine[:most], shelf=shelf)
    look(program)
    pace = Pace(program.random, rules=RULES if program.rules is None else program.rules)
    rest = max(pace.gap(host_of(feed.url, pace)[0]) for feed in mine[:most])
    return Collected(fetched=fetched, more=len(mine) > most, rest=rest)


def awaits_feeds(program: Program) -> bool:
    """Whether an issue is due, and feeds are to be collected for it first."""
    begins = _issue_begins(program)
    return begins is not None and program.now - begins < PATIENCE and bool(_unseen(program, begins))


def known_fetches(program: Program, at: datetime) -> tuple[Fetched, ...]:
    """The last fetch of each feed, in place of a new one."""
    found = program.store.feeds.last_fetches(until=at)
    return tuple(
        Fetched(feed=feed.name, status=status, reason=reason, entries=0, new=0)
        for feed in program.config.feeds
        for status, reason in [found.get(feed.url, ("skipped", ""))]
    )


def _due(program: Program) -> tuple[Sequence[Feed], datetime | None]:
    """The feeds that are due, and since when. Before an issue, each feed is asked once more."""
    begins = _issue_begins(program)
    if begins is not None and (feeds := _unseen(program, begins)):
        return feeds, begins
    return _unseen(program, program.now - program.config.digest.collect_every), None


def _unseen(program: Program, since: datetime) -> list[Feed]:
    seen = program.store.feeds.looked_at(since=since)
    return [feed for feed in program.config.feeds if feed.url not in seen]


def _issue_begins(program: Program) -> datetime | None:
    """When the issue that is due should have been made; None if none is due, or if it is too late for it."""
    slot = due_slot(program, program.now)
    if slot is None or missed(slot, standing(program), program.now, program.config.digest.catch_up):
        return None
    return program.timetable.review_of(slot) if isinstance(program.timetable, Ahead) else slot.at


def _hosts(program: Program, feeds: Sequence[Feed]) -> dict[str, int]:
    """The shard of each feed, by the host of the address at which it is fetched now."""
    pace = Pace(Random(0), rules=RULES if program.rules is None else program.rules)  # noqa: S311  (nothing is drawn)
    states = program.store.feeds.states([feed.url for feed in feeds])
    return {url: _shard(host_of(policy.address(state, program.now), pace)[2]) for url, state in states.items()}


def _shard(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:4]) % SHARDS
