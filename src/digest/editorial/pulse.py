"""Test how each trend moved, from the counts of items by feed and trend, now and in past issues.

Each trend's count is tested against its expectation twice, for more and for less, by the exact tails of a negative binomial: a Poisson
count whose rate varies between windows. Neither the expectation nor the variation is known without error, so the tails are
averaged over both (Gauss-Hermite quadrature of their logarithms).

The false discovery rate over all of these tests is controlled by the weighted procedure of Genovese, Roeder & Wasserman (2006, Biometrika 93):
Benjamini & Hochberg's of p-values divided by weights. The weights rest on the expectations alone, which this window's count of the trend does
not enter, so that they favour no count if nothing moves.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from typing import Literal

from digest.model import Pulse, Tally

SPREAD = 0.15  # the assumed variation of a trend's share from week to week, if the past says too little
CERTAIN = 10.0  # the number of large past counts that weigh as much as `SPREAD`
LEAST = 0.05  # the minimum spread
FAR = 16.0  # the maximum deviation of past counts, in squared standard errors, so that past moves do not hide new ones
ROUNDS = 3  # iterations; the weights of past counts depend on the estimated spread
BORROWED = 5.0  # the weight, in items, of all feeds' shares in a feed's own
UNSEEN = 0.1  # items added to each trend, so that one that was never seen can move


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """The squared coefficient of variation of trends' rates between windows, and its relative standard error."""

    squared: float
    error: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """The expectation for a trend. `count` leaves out feeds without a past; `noise` is the squared relative error of `mean`."""

    count: int
    mean: float
    noise: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Past:
    """Each feed's share of each trend, the number of items behind it, and the windows with the feed."""

    shares: Mapping[str, Mapping[str, float]]
    items: Mapping[str, float]
    windows: Mapping[str, int]
    trends: tuple[str, ...]


def expectations(tally: Tally, past: Sequence[Tally], trends: Sequence[str], spread: Spread) -> dict[str, Expected]:
    """The expected count of each trend, if each feed distributed its items as in the past.

    The scale of a trend's expectation comes from the other trends (its own surge would raise it), weighted by their certainty, so that
    no single one dominates.

    Args:
        tally: feed -> trend -> items of this window. Items without a trend count under "".
        past: the tallies of past windows.
        trends: the trends needed; the result also contains others of the past.
        spread: of the past windows.
    """
    known = _past(past, trends)
    feeds = {feed: sum(counts.values()) for feed, counts in tally.items() if known.windows.get(feed)}
    counts = {trend: sum(tally[feed].get(trend, 0) for feed in feeds) for trend in known.trends}
    means = _means(feeds, known)
    scales = _scales(counts, means, spread, len(past))
    found: dict[str, Expected] = {}
    for trend, count in counts.items():
        mean = means[trend]
        scale, uncertain = scales.get(trend, (1.0, 0.0))
        found[trend] = Expected(
            count=count, mean=mean * scale, noise=_noise(trend, feeds, known, spread) + uncertain if mean else 0.0
        )
    return found


def spread(past: Sequence[Tally]) -> Spread:
    """How much the trends' rates varied between past windows, beyond chance.

    Estimated by moments over all trends, comparing each window's count with the trend's share of each feed, weighted by
    certainty, and shrunk towards `SPREAD` as far as it is uncertain.
    """
    cells = _cells(past)
    squared, weight = SPREAD**2, CERTAIN
    for _ in range(ROUNDS):
        sure = [(squared / (1 / cell.mean + squared)) ** 2 for cell in cells]
        weight = CERTAIN + sum(sure)
        beyond = sum(part * cell.beyond(squared) for part, cell in zip(sure, cells, strict=True))
        squared = max(LEAST**2, (CERTAIN * SPREAD**2 + beyond) / weight)
    return Spread(squared=squared, error=sqrt(2 / weight))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    """A past count of a trend: its squared deviation from the mean, and the parts expected from chance and from a varying rate."""

    mean: float
    distance: float
    chance: float
    whole: float

    def beyond(self, squared: float) -> float:
        """The squared coefficient of variation estimated from this count alone."""
        return (min(self.distance, FAR * (self.chance + squared * self.whole)) - self.chance) / self.whole


def _cells(past: Sequence[Tally]) -> list[_Cell]:
    known = _past(past, ())
    cells = []
    for window in past:
        means = _means({feed: sum(counts.values()) for feed, counts in window.items()}, known)
        items = sum(means.values()) or 1.0
        others = sum((mean / items) ** 2 for mean in means.values())
        for trend, mean in means.items():
            share = mean / items
            whole = mean**2 * (1 - 2 * share + others)  # a rate also changes the total, as do the others
            if trend and mean > 0 and whole > 0:
                distance = (_total(window, trend) - mean) ** 2 * len(past) / (len(past) - 1)
                cells.append(_Cell(mean=mean, distance=distance, chance=mean * (1 - share), whole=whole))
    return cells


def _past(past: Sequence[Tally], trends: Sequence[str]) -> _Past:
    fell: dict[str, Counter[str]] = {}
    windows: Counter[str] = Counter()
    for window in past:
        for feed, counts in window.items():
            fell.setdefault(feed, Counter()).update(counts)
            windows[feed] += any(counts.values())
    every = Counter[str]()
    for counts in fell.values():
        every.update(counts)
    names = tuple(dict.fromkeys((*trends, *every)))
    brought = every.total() or 1
    whole = brought + UNSEEN * len(names)
    pool = {trend: (every[trend] + UNSEEN) / whole for trend in names}
    items = {feed: counts.total() * whole / brought + BORROWED for feed, counts in fell.items()}
    shares = {
        feed: {
            trend: (counts[trend] + UNSEEN * counts.total() / brought + BORROWED * pool[trend]) / items[feed]
            for trend in names
        }
        for feed, counts in fell.items()
    }
    return _Past(shares=shares, items=items, windows=windows, trends=names)


def _means(feeds: Mapping[str, int], known: _Past) -> dict[str, float]:
    return {
        trend: sum(items * known.shares[feed][trend] for feed, items in feeds.items() if items)
        for trend in known.trends
    }


def _scales(
    counts: Mapping[str, int], means: Mapping[str, float], spread: Spread, windows: int
) -> dict[str, tuple[float, float]]:
    """The factor for each trend's mean according to the other trends, and its squared relative error."""
    positive = {trend: mean for trend, mean in means.items() if mean > 0}
    sure = {trend: 1 / ((1 + 1 / windows) * (spread.squared + 1 / mean)) for trend, mean in positive.items()}
    ratios = {trend: sure[trend] * counts[trend] / mean for trend, mean in positive.items()}
    weight, weighed = sum(sure.values()), sum(ratios.values())
    return {
        trend: ((weighed - ratios[trend]) / (weight - sure[trend]), 1 / (weight - sure[trend]))
        for trend in positive
        if len(positive) > 1
    }


def _noise(trend: str, feeds: Mapping[str, int], known: _Past, spread: Spread) -> float:
    """The squared relative error of a mean, from the limited numbers of past items and of windows."""
    mean = chance = varied = 0.0
    for feed, items in feeds.items():
        part = items * known.shares[feed][trend]
        mean += part
        chance += part * items / known.items[feed]
        varied += part / sqrt(known.windows[feed])
    return chance / mean**2 + spread.squared * (varied / mean) ** 2


LEVEL = 0.05  # the false discovery rate at which a trend is reported as moved
HISTORY = 4  # the minimum number of past windows
FULL = {"more": 25.0, "less": 100.0}  # expected items at which a doubling (or halving) is detected half of the time
WANTED = {"more": 3.0, "less": 1.0}  # growth is news; decline matters less

Direction = Literal["more", "less"]
Tails = dict[tuple[str, Direction], float]

_NODES = ((-sqrt(3), 1 / 6), (0.0, 2 / 3), (sqrt(3), 1 / 6))  # Gauss-Hermite: standard normal points, and their weights


def pulses(tally: Tally, past: Sequence[Tally], trends: Sequence[str]) -> dict[str, Pulse]:
    """How each trend moved.

    Args:
        tally: feed -> trend -> items of this window. Items without a trend count under "".
        past: the tallies of past windows, oldest first.
        trends: the trends to test.
    """
    counts = {id_: _total(tally, id_) for id_ in trends}
    history = {id_: tuple(_total(window, id_) for window in past) for id_ in trends}
    if len(past) < HISTORY:
        return {id_: Pulse(count=counts[id_], past=history[id_]) for id_ in trends}
    varies = spread(past)
    expected = expectations(tally, past, trends, varies)
    tested = {id_: expected[id_] for id_ in trends}
    q_values = false_discovery(_tails(tested, varies), _weights(tested))
    return {id_: _pulse(id_, counts[id_], tested[id_], q_values, history[id_]) for id_ in trends}


def _tails(tested: Mapping[str, Expected], varies: Spread) -> Tails:
    found: Tails = {}
    for id_, each in tested.items():
        found[id_, "more"], found[id_, "less"] = p_values(each, varies)
    return found


def p_values(expected: Expected, varies: Spread) -> tuple[float, float]:
    """The probabilities of a count at least as high, and at least as low, if nothing moved."""
    if expected.mean <= 0:
        return 1.0, 1.0
    below = at = 0.0
    for mean, squared, weight in _possible(expected, varies):
        under, here = _negative_binomial(expected.count, mean, 1 / squared)
        below, at = below + weight * under, at + weight * here
    return max(0.0, 1.0 - below), min(1.0, below + at)


def _possible(expected: Expected, varies: Spread) -> Iterator[tuple[float, float, float]]:
    """Possible means and squared variations given the past, with their weights."""
    error = sqrt(expected.noise)
    for at, weight in _NODES:
        for other, share in _NODES:
            mean = expected.mean * exp(error * at)
            yield mean, varies.squared * exp(varies.error * other), weight * share


def _negative_binomial(count: int, mean: float, size: float) -> tuple[float, float]:
    """The probabilities of a smaller count, and of this one."""
    below, likely, step = 0.0, -size * log1p(mean / size), log(mean / (mean + size))
    for k in range(count):
        below += exp(likely)
        likely += log((k + size) / (k + 1)) + step
    return below, exp(likely)


def _weights(tested: Mapping[str, Expected]) -> Tails:
    """The weight of each test, 1 on average; low if too little is expected for a change to be detectable."""
    weights: Tails = {
        (id_, way): WANTED[way] * min(1.0, each.mean / FULL[way])
        for id_, each in tested.items()
        for way in ("more", "less")
    }
    whole = sum(weights.values()) or 1.0
    return {test: weight * len(weights) / whole for test, weight in weights.items()}


def false_discovery(
    tails: Mapping[tuple[str, Direction], float], weights: Mapping[tuple[str, Direction], float]
) -> Tails:
    """The q-values of weighted p-values: the lowest false discovery rate at which each would be reported."""
    weighed = {test: p / weights[test] if weights[test] else 1.0 for test, p in tails.items()}
    ordered = sorted(weighed, key=lambda test: weighed[test], reverse=True)
    q_values: Tails = {}
    least = 1.0
    for place, test in enumerate(ordered):
        least = min(least, weighed[test] * len(ordered) / (len(ordered) - place))
        q_values[test] = least
    return q_values


def _pulse(id_: str, count: int, expected: Expected, q_values: Tails, past: tuple[int, ...]) -> Pulse:
    way: Direction = "more" if q_values[id_, "more"] <= q_values[id_, "less"] else "less"
    q = q_values[id_, way]
    return Pulse(
        count=count,
        expected=round(expected.mean + count - expected.count, 1),
        q=round(q, 4),
        verdict=way if q <= LEVEL else "as_usual",
        past=past,
    )


def _total(tally: Tally, trend: str) -> int:
    return sum(counts.get(trend, 0) for counts in tally.values())
