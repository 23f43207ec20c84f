"""What each feed brought to each trend, now and in past issues -> how each trend moved. Pure arithmetic on counts.

The expectation is standardised by feed: each feed's items of this window, times the share of them that fell into the trend in
that feed's own past. So a new feed, a longer window, an outage or a quiet week moves nothing; only a shift of shares does.

The test is the predictive negative binomial: a count of mean `m` whose rate varies between windows with a coefficient of
variation as it was in the past windows, over all trends together, and its mean known only from the past counts. Two-sided p-values are twice the smaller exact tail. The false
discovery rate over the trends is controlled as in Benjamini & Hochberg (1995).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp, lgamma, log, log1p, sqrt
from typing import Literal

from digest.model import Pulse, Tally

SPREAD = 0.15  # how much a trend's share varies from week to week when nothing moves, where the past says too little
CERTAIN = 30.0  # counts of the past, so large that chance says little, that weigh as much as `SPREAD`
LEAST = 0.05  # a spread below this is not believed
LEVEL = 0.05  # the false discovery rate at which a trend is said to have moved
HISTORY = 4  # fewer past windows than this say nothing


def pulses(tally: Tally, past: Sequence[Tally], trends: Iterable[str]) -> dict[str, Pulse]:
    """How each trend moved.

    Args:
        tally: feed -> trend -> items of this window. Items without a trend count under "".
        past: the tallies of past windows, oldest first.
        trends: the trends to test.
    """
    counts = {id_: _total(tally, id_) for id_ in trends}
    history = {id_: tuple(_total(window, id_) for window in past) for id_ in counts}
    if len(past) < HISTORY:
        return {id_: Pulse(count=counts[id_], past=history[id_]) for id_ in counts}
    expected = {id_: _expected(tally, past, id_) for id_ in counts}
    varies = spread(past, list(counts))
    tails = {
        id_: p_value(
            _comparable(tally, past, id_),
            expected[id_],
            varies=varies,
            noise=_noise(tally, past, id_, varies),
        )
        for id_ in counts
    }
    q_values = false_discovery(tails)
    return {
        id_: _pulse(
            counts[id_], expected[id_] + counts[id_] - _comparable(tally, past, id_), q_values[id_], history[id_]
        )
        for id_ in counts
    }


def spread(past: Sequence[Tally], trends: Sequence[str]) -> float:
    """How much the trends' rates varied between past windows beyond chance, as a coefficient of variation.

    Moments of all trends together, each window's count against the trend's share of what each feed brought, weighed by how surely
    it tells; drawn towards `SPREAD` as far as that is not sure.

    Args:
        past: the tallies of past windows, two at least.
        trends: the trends to tell it by.
    """
    shares = {trend: _shares(past, trend) for trend in trends}
    usual = SPREAD**2
    told, weight = CERTAIN * usual, CERTAIN
    for window in past:
        brought = {feed: sum(counts.values()) for feed, counts in window.items()}
        items = sum(brought.values())
        for trend in trends:
            mean = sum(count * shares[trend].get(feed, 0.0) for feed, count in brought.items())
            if mean > 0:
                beyond = (_total(window, trend) - mean) ** 2 * len(past) / (len(past) - 1)
                beyond -= mean * (1 - mean / items)  # chance alone, where the window's total is given
                sure = (usual / (1 / mean + usual)) ** 2
                told, weight = told + sure * beyond / mean**2, weight + sure
    return max(LEAST, sqrt(max(0.0, told / weight)))


def _shares(past: Sequence[Tally], trend: str) -> dict[str, float]:
    """What share of each feed's past items fell into a trend."""
    brought: Counter[str] = Counter()
    fell: Counter[str] = Counter()
    for window in past:
        for feed, counts in window.items():
            brought[feed] += sum(counts.values())
            fell[feed] += counts.get(trend, 0)
    return {feed: fell[feed] / items for feed, items in brought.items() if items}


def p_value(count: int, expected: float, *, varies: float, noise: float) -> float:
    """How likely a count at least as far from its expectation is when nothing moved, in 0..1.

    Args:
        count: the items of this window.
        expected: their mean, estimated from the past.
        varies: how much its rate varies between windows, as a coefficient of variation.
        noise: the squared relative error of that estimate.
    """
    if expected <= 0:
        return 1.0
    variation = varies**2 + noise
    below = sum(_negative_binomial(k, expected, 1 / variation) for k in range(count))
    at = _negative_binomial(count, expected, 1 / variation)
    return min(1.0, 2 * min(below + at, max(0.0, 1.0 - below)))


def false_discovery(tails: Mapping[str, float]) -> dict[str, float]:
    """Benjamini-Hochberg q-values of p-values."""
    ordered = sorted(tails, key=lambda id_: tails[id_], reverse=True)
    q_values: dict[str, float] = {}
    least = 1.0
    for place, id_ in enumerate(ordered):
        least = min(least, tails[id_] * len(ordered) / (len(ordered) - place))
        q_values[id_] = least
    return q_values


def _pulse(count: int, expected: float, q: float, past: tuple[int, ...]) -> Pulse:
    moved: Literal["more", "less"] = "more" if count > expected else "less"
    verdict: Literal["more", "less", "as_usual"] = moved if q <= LEVEL else "as_usual"
    return Pulse(count=count, expected=round(expected, 1), q=round(q, 4), verdict=verdict, past=past)


def _negative_binomial(k: int, mean: float, size: float) -> float:
    return exp(
        lgamma(k + size) - lgamma(size) - lgamma(k + 1) - size * log1p(mean / size) + k * (log(mean) - log(mean + size))
    )


def _total(tally: Tally, trend: str) -> int:
    return sum(counts.get(trend, 0) for counts in tally.values())


def _known(tally: Tally, past: Sequence[Tally]) -> list[str]:
    """The feeds of this window that brought items in a past one."""
    return [feed for feed in tally if any(window.get(feed) for window in past)]


def _comparable(tally: Tally, past: Sequence[Tally], trend: str) -> int:
    return sum(tally[feed].get(trend, 0) for feed in _known(tally, past))


def _noise(tally: Tally, past: Sequence[Tally], trend: str, varies: float) -> float:
    """The squared relative error of an expectation: of the past counts it rests on, and of the rest that sets its scale."""
    feeds = _known(tally, past)
    seen = sum(window.get(feed, {}).get(trend, 0) for feed in feeds for window in past)
    rest = Counter[str]()
    for feed in feeds:
        rest.update({other: count for other, count in tally[feed].items() if other != trend})
    total = rest.total() or 1
    scale = 1 / total + varies**2 * sum(count**2 for count in rest.values()) / total**2
    return varies**2 / len(past) + 1 / (seen + 0.5) + scale


def _expected(tally: Tally, past: Sequence[Tally], trend: str) -> float:
    """The mean count if each feed split its items as it used to.

    Where the trend is the smaller part, the rest of the window sets the scale: its own surge would raise its expectation.
    """
    mean, items = 0.0, 0
    for feed in _known(tally, past):
        windows = [window[feed] for window in past if window.get(feed)]
        share = sum(window.get(trend, 0) for window in windows) / sum(sum(window.values()) for window in windows)
        brought = sum(tally[feed].values())
        mean, items = mean + brought * share, items + brought
    if 2 * mean >= items:
        return mean
    return (items - _comparable(tally, past, trend)) * mean / (items - mean)
