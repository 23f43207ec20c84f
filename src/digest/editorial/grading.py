"""Grade an issue: decide which works of its window the field took up after its cutoff, and what had become of each.

A sign that the issue could have used does not grade it: only what was seen after its cutoff counts, of counts only their growth, of
sources only those that had not shown or picked the work before. Everything is decided from stored observations; nothing is fetched.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.config import Feed
from digest.editorial.candidates import passes, voice
from digest.editorial.hand import Hand
from digest.editorial.signals import COUNTS, TOLD
from digest.model import Fate, GradeFate, Issue, Item, Sighting, SignalName, Uptake, UptakeKind, Window
from digest.text.patterns import matches

AFTER = timedelta(days=28)  # the age at which an issue is graded
STANDS_OUT = 0.8  # the share of all works with a count that a grown count must exceed
A_WEEK = 50  # a list of papers with at most so many works a week is a choice of works
SHARE = 0.05  # and so is one with at most this share of what all feeds showed
_NO_VOICE: frozenset[Fate] = frozenset({"replaced", "flooded", "unreadable", "over_limit"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """What all feeds said after an issue's cutoff. `choices` are the feeds that choose what they show."""

    after: datetime
    until: datetime
    counts: Mapping[SignalName, Sequence[int]]  # of each work, ascending
    choices: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Where an issue has a work: its fate there, its place in words, and the id of the entry."""

    fate: GradeFate
    detail: str
    id: str


def choices(sizes: Mapping[str, int], feeds: Mapping[str, Feed], *, span: timedelta) -> frozenset[str]:
    """The feeds that choose what they show: blogs, newsletters, and lists of few papers.

    Args:
        sizes: how many works each feed showed for the first time in the span.
        feeds: the configured feeds by name; another one may be of any kind, and counts as a list.
        span: the length of the time.
    """
    most = max(A_WEEK * (span / timedelta(weeks=1)), SHARE * sum(sizes.values()))
    return frozenset(
        name for name, size in sizes.items() if size <= most or (name in feeds and feeds[name].kind != "papers")
    )


def uptakes(known: Item | None, now: Item, since: Since, feeds: Mapping[str, Feed]) -> tuple[Uptake, ...]:
    """The signs that others took up a work.

    Args:
        known: the work as it was at the cutoff; None if no feed had shown it.
        now: the same work as it is at the end.
        since: what was seen in between.
        feeds: the configured feeds by name.
    """
    grown = tuple(_grown(known, now, since))
    voices = (one for one in _voices(known, now, since, feeds) if one.source not in {count.source for count in grown})
    return (*grown, *_picks(known, now, since), *voices)


def is_new(key: str, at: datetime) -> bool:
    """Whether it is a paper of arXiv whose id is at most about two months old."""
    found = _ARXIV.fullmatch(key)
    if found is None:
        return False
    return 0 <= (at.year - 2000) * 12 + at.month - int(found[1]) * 12 - int(found[2]) <= 2


_ARXIV = re.compile(r"arxiv:(\d\d)(\d\d)\.\d{4,5}")


def _grown(known: Item | None, now: Item, since: Since) -> Iterator[Uptake]:
    """Counts that grew and stand out among those of all works since."""
    before: dict[SignalName, int] = {}
    for seen in known.observations if known else ():
        before[seen.name] = max(before.get(seen.name, 0), seen.value)
    later = [seen for seen in now.observations if seen.at > since.after and seen.name in COUNTS]
    best = {seen.name: seen for seen in sorted(later, key=lambda seen: seen.value)}
    for name, seen in best.items():
        all_counts = since.counts.get(name, ())
        above = bisect_left(all_counts, seen.value) / len(all_counts) if all_counts else 0.0
        if seen.value - before.get(name, 0) >= TOLD and above >= STANDS_OUT and name in _COUNTED:
            yield Uptake(
                kind=_COUNTED[name], source=seen.feed, at=seen.at, value=seen.value, before=before.get(name, 0)
            )


_COUNTED: Mapping[SignalName, UptakeKind] = {
    "votes": "votes",
    "points": "points",
    "stars": "stars",
    "downloads": "downloads",
    "likes": "likes",
    "comments": "comments",
}


def _picks(known: Item | None, now: Item, since: Since) -> Iterator[Uptake]:
    """Round-ups that link to it, of feeds that had not done so before."""
    had = {seen.feed for seen in (known.observations if known else ()) if seen.name == "picked"}
    for seen in now.observations:
        if seen.name == "picked" and seen.at > since.after and seen.feed not in had:
            yield Uptake(kind="picked", source=seen.text or seen.feed, at=seen.at)


def _voices(known: Item | None, now: Item, since: Since, feeds: Mapping[str, Feed]) -> Iterator[Uptake]:
    """Independent sources that choose what they show, and showed it later."""
    heard = {_voice(one, known, feeds) for one in (known.sightings if known else ())}
    for one in now.sightings:
        name = _voice(one, now, feeds)
        if one.first_seen > since.after and one.feed in since.choices and one.fate not in _NO_VOICE:
            if name not in heard:
                yield Uptake(kind="voice", source=one.feed, at=one.first_seen)
            heard.add(name)


def _voice(one: Sighting, item: Item | None, feeds: Mapping[str, Feed]) -> str:
    return voice(one, feeds.get(one.feed), item.observations if item else ()).name


def follow_ups(later: Sequence[Issue], key: str) -> dict[str, tuple[Uptake, ...]]:
    """The items of later issues that follow up items of the issue `key`, by the id there; none of a feed that had the item itself."""
    found: dict[str, list[Uptake]] = {}
    for issue in later:
        for item in issue.items(folded=False):
            if item.follows and item.follows.key == key and item.follows.fresh and item.sources:
                told = Uptake(kind="follow_up", source=item.sources[0].feed, at=issue.window.end)
                found.setdefault(item.follows.id, []).append(told)
    return {id_: tuple(told) for id_, told in found.items()}


def places(issue: Issue) -> dict[str, Placed]:
    """Where an issue has each work, by all of its identity keys. A member of a story has the place of the story.

    What is read first, and what the watchlist names, is shown wherever it stands; a paper that is listed by title is also noted.
    """
    found: dict[str, Placed] = {}
    first = {*issue.best, *issue.watched}
    for section in issue.trends:
        for place, item in enumerate((*section.items, *section.folded), start=1):
            shown = place <= len(section.items) or item.id in first
            fate: GradeFate = "shown" if shown else "also_noted" if item.id in issue.noted_papers else "folded"
            detail = f"{section.id}, {place} of {section.size}"
            found |= dict.fromkeys(item.keys, Placed(fate=fate, detail=detail, id=item.id))
    for place, item in enumerate(issue.also_noted, start=1):
        fate = "shown" if item.id in first else "also_noted"
        detail = f"{place} of {len(issue.also_noted)}"
        found |= dict.fromkeys(item.keys, Placed(fate=fate, detail=detail, id=item.id))
    return found


def placed(item: Item, known: Mapping[str, Placed]) -> Placed | None:
    """The place of a work. What was told as part of another entry that was not shown is merged into it."""
    there = next((known[key] for key in item.keys if key in known), None)
    if there is None or there.fate == "shown" or there.id in item.keys:
        return there
    return Placed(fate="merged", detail=there.id, id=there.id)


def refused(item: Item, window: Window, feeds: Mapping[str, Feed], hand: Hand) -> Placed | None:
    """Why no sighting of the window became a candidate, by the filters as they are configured; None if one did."""
    fresh = [one for one in item.sightings if window.holds(one.first_seen)]
    accepted = [one for one in fresh if one.fate is None]
    if hand.drops(item.keys):
        return Placed(fate="dropped", detail="", id=item.id)
    if not accepted:
        return Placed(fate=_REFUSED.get(fresh[0].fate, "unknown"), detail=fresh[0].feed, id=item.id) if fresh else None
    if any(passes(one, feeds.get(one.feed)) for one in accepted):
        return None
    return Placed(fate="filtered", detail=filter_of(accepted[0], feeds[accepted[0].feed]), id=item.id)


_REFUSED: Mapping[Fate | None, GradeFate] = {
    "too_old": "too_old",
    "replaced": "replaced",
    "over_limit": "over_limit",
    "flooded": "flooded",
    "unreadable": "unreadable",
}


def filter_of(sighting: Sighting, feed: Feed) -> str:
    """The filter of a feed that keeps a sighting out: `exclude PATTERN`, or `include` if no pattern matches."""
    text = f"{sighting.title}\n{sighting.summary}"
    pattern = next((pattern for pattern in feed.exclude if matches(pattern, text)), "")
    return f"{feed.name}: exclude {pattern}" if pattern else f"{feed.name}: include"
