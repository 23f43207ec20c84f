"""Is each feed quiet or broken? What the store remembers of the feeds -> a verdict each. Fetches nothing, stores nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from digest.feeds.rhythm import judge
from digest.model import FeedHealth
from digest.pipeline.program import Program

FETCHES = timedelta(days=120)  # how far back a feed's documents are looked at
SHOWINGS = timedelta(days=730)  # and its items


def health(program: Program, *, until: datetime | None = None) -> tuple[FeedHealth, ...]:
    """How each configured feed is, in the order of feeds.yaml: its last fetch where that failed, else its rhythm.

    Args:
        program: what it was told to work with.
        until: as of when; default: the clock of the run.
    """
    now = until or program.now
    last = program.store.feeds.last_fetches(until=now)
    return tuple(_with_fetch(one, *last.get(one.url, ("", ""))) for one in rhythms(program, until=now))


def rhythms(program: Program, *, until: datetime) -> tuple[FeedHealth, ...]:
    """How each configured feed publishes, against its own past; its transport is left out."""
    looks = program.store.feeds.looks(since=until - FETCHES, until=until)
    showings = program.store.items.showings(since=until - SHOWINGS, until=until)
    return tuple(
        judge(feed.name, feed.url, looks.get(feed.url, ()), showings.get(feed.url, ()), now=until)
        for feed in program.config.feeds
    )


def _with_fetch(found: FeedHealth, status: str, reason: str) -> FeedHealth:
    if status == "failed":
        return replace(found, verdict="failed", sentence=reason)
    return replace(found, verdict="gone", sentence=reason) if status == "gone" else found
