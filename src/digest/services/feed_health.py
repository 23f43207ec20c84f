"""Decide from the stored history whether each feed is healthy, quiet or broken."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from digest.config import Config, Feed
from digest.feeds.health.rhythm import judge
from digest.model import FeedHealth
from digest.services.context import Program
from digest.storage.db import Store
from digest.text.secrets import public

FETCHES = timedelta(days=120)  # how far back a feed's documents are considered
SHOWINGS = timedelta(days=730)  # and its items


def health(program: Program, *, until: datetime | None = None) -> tuple[FeedHealth, ...]:
    """The health of each configured feed, in the order of feeds.yaml: by its last fetch if that failed, else by its rhythm.

    Args:
        program: the run.
        until: as of when (default: the clock of the run).
    """
    now = until or program.now
    last = program.store.feeds.last_fetches(until=now)
    found = rhythms(program.config, program.store, until=now)
    return tuple(
        one if one.verdict == "muted" else _with_fetch(one, *last.get(feed.url, ("", "")))
        for feed, one in zip(program.config.feeds, (replace(one, url=public(one.url)) for one in found), strict=True)
    )


def rhythms(config: Config, store: Store, *, until: datetime) -> tuple[FeedHealth, ...]:
    """How each configured feed publishes compared with its own past, regardless of failed fetches."""
    return _rhythms(store, config.feeds, until=until)


def sentences(config: Config, store: Store, *, until: datetime, read: AbstractSet[str]) -> dict[str, str]:
    """A sentence on what is unusual about each feed's rhythm, by URL. Healthy feeds are left out.

    A verdict changes only with a document or with the day, so only feeds in `read` (URLs that gave a document) are checked again
    on the same day.
    """
    kept = store.feeds.judgements(until.date())
    asked = [feed for feed in config.feeds if feed.url in read or feed.url not in kept]
    judged = {one.url: one.sentence for one in _rhythms(store, asked, until=until)}
    if judged:
        with store.transaction():
            store.feeds.judge(until.date(), judged)
    return kept | judged


def _rhythms(store: Store, feeds: Sequence[Feed], *, until: datetime) -> tuple[FeedHealth, ...]:
    urls = [feed.url for feed in feeds]
    looks = store.feeds.looks(urls, since=until - FETCHES, until=until) if urls else {}
    showings = store.items.showings(urls, since=until - SHOWINGS, until=until) if urls else {}
    judged = (
        judge(feed.name, feed.url, looks.get(feed.url, ()), showings.get(feed.url, ()), now=until) for feed in feeds
    )
    return tuple(
        replace(one, verdict="muted", sentence="") if feed.muted else one
        for feed, one in zip(feeds, judged, strict=True)
    )


def _with_fetch(found: FeedHealth, status: str, reason: str) -> FeedHealth:
    if status == "failed":
        return replace(found, verdict="failed", sentence=reason)
    return replace(found, verdict="gone", sentence=reason) if status == "gone" else found
