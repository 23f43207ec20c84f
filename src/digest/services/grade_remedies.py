"""Find what would have let a missed work into an issue: a line of the watchlist, a change of a feed's filter, or a decision.

Reads what feeds showed in the time of the last issues once, and counts what else each change would have let in. Changes nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.config import Feed
from digest.editorial import remedies
from digest.editorial.candidates import passes
from digest.editorial.grading import Placed, places
from digest.editorial.remedies import Lever, Levers
from digest.model import GradeFate, Issue, Item, Remedy, Sighting, Uptake
from digest.storage.db import Store
from digest.storage.db.later_sightings import Seen
from digest.storage.files import resources
from digest.text.patterns import matches


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A work that was taken up, by its number in the store; what was known of it at the cutoff, if anything, and what is known now."""

    number: int
    known: Item | None
    now: Item
    uptakes: tuple[Uptake, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """A work that no issue showed, and its fate."""

    work: Work
    fate: Placed


def remedies_of(
    store: Store,
    feeds: Sequence[Feed],
    missed: Sequence[Missed],
    issues: Sequence[Issue],
    *,
    key: str,
    taken_up: frozenset[int],
    until: datetime,
) -> dict[int, Remedy]:
    """What would have let each missed work in, by its number, and what else it would have let in.

    Args:
        store: where the works and what feeds showed of others are.
        feeds: the configured feeds.
        missed: the works to find remedies for.
        issues: the issues over which the cost of a remedy is counted, oldest first.
        key: of the graded issue.
        taken_up: the numbers of the works that the field took up.
        until: the end of the time that is read.
    """
    if not missed or not issues:
        return {}
    shown_keys = [key for issue in issues for key, there in places(issue).items() if there.fate == "shown"]
    shown = frozenset(store.items.numbers(shown_keys).values())
    known = {one.work.number: one.work.known or one.work.now for one in missed}  # nothing else could have been matched
    levers = Levers(
        {number: (title_of(item), _authors(item)) for number, item in known.items()},
        resources.ordinary_words(),
    )
    reader = _Reader(key, feeds, missed)
    for seen in store.uptakes.seen(issues[0].window.start, until):
        reader.read(seen, levers.read(seen.item, f"{seen.title}\n{seen.summary}", json.loads(seen.authors)))
    return {
        one.work.number: replace(
            reader.remedy(one, levers.of[one.work.number], shown, taken_up),
            issues=len(issues),
        )
        for one in missed
    }


_INSIDE: frozenset[GradeFate] = frozenset({"folded", "also_noted", "merged"})  # published, but not shown


class _Reader:
    """Counts what each change of a feed's filter would let in, and chooses remedies."""

    def __init__(self, key: str, feeds: Sequence[Feed], missed: Sequence[Missed]) -> None:
        self._key = key
        self._feeds = {feed.name: feed for feed in feeds}
        self._kept_out: dict[tuple[str, str | tuple[str, ...]], set[int]] = {}  # feed and lever or patterns -> works
        self._excludes: dict[str, set[tuple[str, ...]]] = {}  # feed -> patterns that together keep a missed work out
        for one in missed:
            if feed := self._filter_of(one):
                known = self._excludes.setdefault(feed.name, set())
                known |= {patterns} if (patterns := _excluding(one, feed)) else set()

    def read(self, seen: Seen, levers: Sequence[Lever]) -> None:
        """Note what keeps this sighting out."""
        if seen.fate is None and seen.feed in self._excludes:
            self._note(seen, self._feeds[seen.feed], levers)

    def _note(self, seen: Seen, feed: Feed, levers: Sequence[Lever]) -> None:
        sighting = seen.sighting
        if passes(sighting, feed):
            return
        for lever in levers:
            if passes(sighting, replace(feed, include=(*feed.include, remedies.pattern(lever)))):
                self._kept_out.setdefault((feed.name, lever.name), set()).add(seen.item)
        for patterns in self._excludes[feed.name]:
            if passes(sighting, _without(feed, patterns)):
                self._kept_out.setdefault((feed.name, patterns), set()).add(seen.item)

    def _filter_of(self, missed: Missed) -> Feed | None:
        """The feed whose filter kept the work out, if one did."""
        detail = missed.fate.detail if missed.fate.fate == "filtered" else ""
        named = [name for name in self._feeds if detail.startswith((f"{name}: exclude ", f"{name}: include"))]
        return self._feeds[max(named, key=len)] if named else None

    def remedy(
        self, missed: Missed, levers: Sequence[Lever], shown: frozenset[int], taken_up: frozenset[int]
    ) -> Remedy:
        """The command that lets a missed work in."""
        number, fate = missed.work.number, missed.fate.fate
        if fate in remedies.WATCHED and (best := remedies.cheapest(levers, shown)):
            return _told(remedies.watch(best), best.works - shown - {number}, taken_up)
        if fate == "filtered":
            return self._filter(missed, levers, shown, taken_up)
        return _told(self._decision(missed), set(), taken_up)

    def _decision(self, missed: Missed) -> str:
        """The editor's decision that brings the work in. What is in the closed issue, or was dropped, could only be changed in its draft."""
        item, fate = missed.work.now, missed.fate.fate
        if fate == "dropped":
            return remedies.undone(self._key, item.id)
        url = url_of(item)
        return remedies.brought(self._key, item.id) if fate in _INSIDE or not url else remedies.added(url)

    def _filter(
        self, missed: Missed, levers: Sequence[Lever], shown: frozenset[int], taken_up: frozenset[int]
    ) -> Remedy:
        feed, number = self._filter_of(missed), missed.work.number
        if feed is None:
            return _told(self._decision(missed), set(), taken_up)
        if patterns := _excluding(missed, feed):
            if not any(passes(one, _without(feed, patterns)) for one in _shown_by(missed, feed)):
                return _told(self._decision(missed), set(), taken_up)  # no pattern of `include` matches it either
            others = self._kept_out.get((feed.name, patterns), set()) - {number} - shown
            return _told(remedies.without(feed.name, patterns), others, taken_up)
        terms = [
            Lever(
                name=one.name,
                author=False,
                works=self._kept_out.get((feed.name, one.name), set()) - {number},
                earlier=one.earlier,
            )
            for one in levers
            if not one.author
        ]
        best = remedies.cheapest(terms, shown)
        if best is None:
            return _told(self._decision(missed), set(), taken_up)
        return _told(remedies.include(feed.name, best), best.works - shown, taken_up)


def _told(command: str, others: set[int] | frozenset[int], taken_up: frozenset[int]) -> Remedy:
    return Remedy(command=command, others=len(others), taken_up=len(others & taken_up))


def _shown_by(missed: Missed, feed: Feed) -> list[Sighting]:
    """What the feed said of a work."""
    return [one for one in (missed.work.known or missed.work.now).sightings if one.feed == feed.name]


def _excluding(missed: Missed, feed: Feed) -> tuple[str, ...]:
    """The patterns that keep a work out of its feed. All of them have to go."""
    texts = [f"{one.title}\n{one.summary}" for one in _shown_by(missed, feed)]
    return tuple(pattern for pattern in feed.exclude if any(matches(pattern, text) for text in texts))


def _without(feed: Feed, patterns: Sequence[str]) -> Feed:
    return replace(feed, exclude=tuple(one for one in feed.exclude if one not in patterns))


def address_of(key: str) -> str:
    kind, _, name = key.partition(":")
    return f"https://arxiv.org/abs/{name}" if kind == "arxiv" else f"https://doi.org/{name}"


def title_of(item: Item) -> str:
    return next((one.title for one in item.sightings if one.title), item.id)


def url_of(item: Item) -> str:
    if item.id.startswith(("arxiv:", "doi:")):
        return address_of(item.id)
    return next((one.url for one in item.sightings if one.url), "")


def _authors(item: Item) -> tuple[str, ...]:
    return next((one.authors for one in item.sightings if one.authors), ())
