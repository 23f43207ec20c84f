"""Evaluate what feeds say about the interest of others in each candidate: votes, stars, acceptances, round-ups.

A count is compared with those of the same feed, because feeds differ in how many people vote: only counts above the feed's median gain,
and a feed with few items says little. Of several counts only the best is used, so that two scrapes of one list gain nothing over one, and a feed
that claims a million votes gains no more than any other's best item.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import log2

from digest.model import ItemSignal, Observation, SignalName
from digest.text.formatting import count
from digest.text.words import gettext

# The gain of the best item of a long list, relative to a plain item's 1. The lower half of a list gains nothing.
COUNTS: Mapping[SignalName, float] = {
    "votes": 0.8,
    "points": 0.8,
    "stars": 0.4,
    "downloads": 0.4,
    "likes": 0.4,
    "comments": 0.3,
}
ACCEPTED = 0.15  # most accepted papers are ordinary, but they were reviewed
PICKED = 0.5  # the choice of one round-up, worth as much as a second voice; a second one adds less
FEW = 4  # the length of a list that counts half as much as a long one

TOLD = 5  # the least count that is shown; two votes may be the best of a young list and still tell nothing
STANDS_OUT = 0.5  # the share of its list that a count must exceed to be shown
_ORDER: tuple[SignalName, ...] = ("votes", "points", "stars", "likes", "downloads", "comments", "accepted", "picked")

_Lists = Mapping[tuple[str, SignalName], Sequence[int]]


def signals(observed: Mapping[str, Sequence[Observation]]) -> dict[str, tuple[ItemSignal, ...]]:
    """The signals of a window's items, by item id, in the order of the observations; counts with their rank in their feed."""
    lists = _lists(chain.from_iterable(observed.values()))
    return {id_: tuple(_signal(seen, lists) for seen in found) for id_, found in observed.items() if found}


def worth(found: Sequence[ItemSignal]) -> Iterator[tuple[str, float]]:
    """The worth of signals, by the name of each part. Of the counts, only the best is used."""
    counts = [(COUNTS[one.name] * max(0.0, 2 * one.above - 1), one.name) for one in found if one.name in COUNTS]
    if counts:
        best, name = max(counts)
        yield name, best
    if any(one.name == "accepted" for one in found):
        yield "accepted", ACCEPTED
    if picks := {one.text or one.feed for one in found if one.name == "picked"}:
        yield "picked", PICKED * log2(1 + len(picks))


def shown(found: Sequence[ItemSignal]) -> tuple[str, ...]:
    """What readers see next to an item: the highest of each outstanding count, where it was accepted, and who picked it."""
    best = sorted(found, key=lambda one: (_ORDER.index(one.name), -one.value))
    outstanding = [one for one in best if one.name not in COUNTS or (one.above > STANDS_OUT and one.value >= TOLD)]
    return tuple(in_words(one) for one in {one.name: one for one in reversed(outstanding)}.values())[::-1]


def in_words(found: ItemSignal) -> str:
    """`240 votes`, `accepted at ICLR 2026`, `picked by its round-up's title`."""
    if found.name == "accepted":
        return gettext("accepted at %(venue)s", venue=found.text)
    if found.name == "picked":
        return gettext("picked by %(source)s", source=found.text or found.feed)
    return count(found.value, found.name.removesuffix("s"))


def _lists(observations: Iterable[Observation]) -> _Lists:
    """The counts of each feed in the window, ascending."""
    found: dict[tuple[str, SignalName], list[int]] = {}
    for seen in observations:
        found.setdefault((seen.feed, seen.name), []).append(seen.value)
    return {key: sorted(values) for key, values in found.items()}


def _signal(seen: Observation, lists: _Lists) -> ItemSignal:
    above = _above(seen.value, lists[seen.feed, seen.name]) if seen.name in COUNTS else 0.0
    return ItemSignal(
        name=seen.name, value=seen.value, feed=seen.feed, at=seen.at, text=seen.text, above=round(above, 4)
    )


def _above(value: int, values: Sequence[int]) -> float:
    """The share of a list that a value exceeds, counting half of its equals; shrunk towards the middle for short lists."""
    if value == 0:
        return 0.0
    share = (bisect_left(values, value) + bisect_right(values, value)) / (2 * len(values))
    return 0.5 + (share - 0.5) * len(values) / (len(values) + FEW)
