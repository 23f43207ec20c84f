"""What each feed brought to each trend, now and in past issues -> how each trend moved. Pure arithmetic on counts.

Each trend's count is tested against its expectation twice, for more and for less, by the exact tails of a negative binomial: a Poisson
count whose rate varies between windows. Neither the expectation nor the variation is known without error, so the tails are
averaged over both (Gauss-Hermite quadrature of their logarithms).

The false discovery rate over all of these tests is controlled by the weighted procedure of Genovese, Roeder & Wasserman (2006, Biometrika 93):
Benjamini & Hochberg's of p-values divided by weights. The weights rest on the expectations alone, which this window's count of the trend does
not enter, so they favour no count when nothing moves.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import exp, log, log1p, sqrt
from typing import Literal

from digest.issue.expectation import Expected, Spread, expectations, spread
from digest.model import Pulse, Tally

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
