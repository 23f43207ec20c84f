"""What each feed brought to each trend, now and in past issues -> how each trend moved. Pure arithmetic on counts.

Each trend's count is tested against its expectation twice, for more and for less, by the exact tails of a negative binomial: a Poisson
count whose rate varies between windows. Neither the expectation nor the variation is known without error, so the tails are
averaged over both (Gauss-Hermite quadrature of their logarithms).

The false discovery rate over all of these tests is controlled by the weighted procedure of Genovese, Roeder & Wasserman (2006, Biometrika 93):
Benjamini & Hochberg's of p-values divided by weights. The weights rest on the expectations alone, which this window's count of the trend does
not enter, so they favour no count when nothing moves.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from typing import Literal

from digest.model import Pulse, Tally

SPREAD = 0.15  # how much a trend's share varies from week to week when nothing moves, where the past says too little
CERTAIN = 10.0  # counts of the past, so large that chance says little, that weigh as much as `SPREAD`
LEAST = 0.05  # a spread below this is not believed
FAR = 16.0  # squared standard errors; what moved in the past counts as so far, so that it does not hide what moves now
ROUNDS = 3  # the weights of the past counts rest on the spread that they tell
BORROWED = 5.0  # items that a feed's shares borrow from those of all feeds
UNSEEN = 0.1  # items that a trend is credited with, so that one that was never seen can move


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """How much trends' rates vary between windows, squared, as a coefficient of variation; and its relative standard error."""

    squared: float
    error: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What a trend's count is compared with. `count` leaves out feeds without a past; `noise` is the squared relative error of `mean`."""

    count: int
    mean: float
    noise: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Past:
    """Each feed's share of each trend, the items that it rests on, and the windows that had the feed."""

    shares: Mapping[str, Mapping[str, float]]
    items: Mapping[str, float]
    windows: Mapping[str, int]
    trends: tuple[str, ...]


def expectations(tally: Tally, past: Sequence[Tally], trends: Sequence[str], spread: Spread) -> dict[str, Expected]:
    """What each trend should have brought if each feed split its items as it used to.

    The other trends set the scale of a trend's expectation (its own surge would raise it), each weighed by how surely it tells, so that no
    single one does.

    Args:
        tally: feed -> trend -> items of this window. Items without a trend count under "".
        past: the tallies of past windows.
        trends: those that are asked about; the answer has others of the past as well.
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
    """How much the trends' rates varied between past windows beyond chance.

    Moments of all trends together, each window's count against the trend's share of what each feed brought, weighed by how surely
    it tells; drawn towards `SPREAD` as far as that is not sure.
    """
    cells = _cells(past)
    told, weight = SPREAD**2, CERTAIN
    for _ in range(ROUNDS):
        sure = [(told / (1 / cell.mean + told)) ** 2 for cell in cells]
        weight = CERTAIN + sum(sure)
        beyond = sum(part * cell.beyond(told) for part, cell in zip(sure, cells, strict=True))
        told = max(LEAST**2, (CERTAIN * SPREAD**2 + beyond) / weight)
    return Spread(squared=told, error=sqrt(2 / weight))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    """A past window's count of a trend: squared distance from its mean, what chance makes of that, and what a rate's variance would."""

    mean: float
    distance: float
    chance: float
    whole: float

    def beyond(self, squared: float) -> float:
        """The squared coefficient of variation that this count alone tells."""
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
            whole = mean**2 * (1 - 2 * share + others)  # a rate also moves the total, and so does every other one
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
    """By what each trend's mean is to be multiplied, as the other trends have it, and the squared relative error of that."""
    told = {trend: mean for trend, mean in means.items() if mean > 0}
    sure = {trend: 1 / ((1 + 1 / windows) * (spread.squared + 1 / mean)) for trend, mean in told.items()}
    ratios = {trend: sure[trend] * counts[trend] / mean for trend, mean in told.items()}
    weight, weighed = sum(sure.values()), sum(ratios.values())
    return {
        trend: ((weighed - ratios[trend]) / (weight - sure[trend]), 1 / (weight - sure[trend]))
        for trend in told
        if len(told) > 1
    }


def _noise(trend: str, feeds: Mapping[str, int], known: _Past, spread: Spread) -> float:
    """The squared relative error of a mean: of the past items that it rests on, and of the few windows that they are from."""
    mean = chance = varied = 0.0
    for feed, items in feeds.items():
        part = items * known.shares[feed][trend]
        mean += part
        chance += part * items / known.items[feed]
        varied += part / sqrt(known.windows[feed])
    return chance / mean**2 + spread.squared * (varied / mean) ** 2


LEVEL = 0.05  # the false discovery rate at which a trend is said to have moved
HISTORY = 4  # fewer past windows than this say nothing
FULL = {"more": 25.0, "less": 100.0}  # expected items from which on a doubling, a halving, is found every other time
WANTED = {"more": 3.0, "less": 1.0}  # what grows is news; what shrinks is seldom missed

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
    """How likely a count at least as high, and one at least as low, is when nothing moved."""
    if expected.mean <= 0:
        return 1.0, 1.0
    below = at = 0.0
    for mean, squared, weight in _possible(expected, varies):
        under, here = _negative_binomial(expected.count, mean, 1 / squared)
        below, at = below + weight * under, at + weight * here
    return max(0.0, 1.0 - below), min(1.0, below + at)


def _possible(expected: Expected, varies: Spread) -> Iterator[tuple[float, float, float]]:
    """Means and squared variations that the past leaves possible, with their weights."""
    error = sqrt(expected.noise)
    for at, weight in _NODES:
        for other, share in _NODES:
            mean = expected.mean * exp(error * at)
            yield mean, varies.squared * exp(varies.error * other), weight * share


def _negative_binomial(count: int, mean: float, size: float) -> tuple[float, float]:
    """How likely a smaller count is, and this one."""
    below, likely, step = 0.0, -size * log1p(mean / size), log(mean / (mean + size))
    for k in range(count):
        below += exp(likely)
        likely += log((k + size) / (k + 1)) + step
    return below, exp(likely)


def _weights(tested: Mapping[str, Expected]) -> Tails:
    """How much of the level each test gets, one on average: little where too little is expected for a change to be found."""
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
    """q-values of weighted p-values: the least false discovery rate at which each would be called."""
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
