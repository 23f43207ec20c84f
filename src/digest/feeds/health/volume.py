"""Detect feeds that bring less than they should over several days, or the same document for too long.

A partly broken feed cannot be detected from a single day. So several days together are tested against a distribution as wide as the
feed's own days (with the variance of a negative binomial). Only weekdays on which the feed usually has news count.
"""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, groupby, pairwise

from digest.model import Look

# Chosen on the first eight weeks; docs/notebook/health.md has the results on the others.
LONGEST = 40  # the number of past days used
USUALLY = 0.5  # the share of looks with news that makes a weekday the feed's own
DAYS = range(2, 6)  # the numbers of days tested together; a single day may be a holiday
KNOWN = 4  # the number of earlier days needed to know what is usual
ALIKE, SAME_WEEKDAY = 2, 5  # the minimum and maximum number of earlier days used for one weekday
NEWS_SHARE = 0.1  # less than this share of the median is not counted as news
LEAST = 0.35  # the minimum share that a day counts, so that no single day decides about two
SHARE = 0.65  # from this share of the usual on, nothing is reported
SIGMAS = 3.0
SPREAD, SPREAD_DAYS = 0.25, 3  # the assumed spread until the feed's own is known, and its weight in days
TOGETHER = 0.25  # the share of the variance that affects all days at once, as in a slow summer
NEVER = 0.01  # the probability below which a run of unchanged documents is reported as frozen
RUN = 3  # the minimum number of unchanged looks
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """The number of items in the last days, and the usual number in as many days."""

    days: int
    new: int
    usual: float


def shortfall(looks: Sequence[Look], *, now: datetime) -> Shortfall | None:
    """The shortest run of two to five last days with too little news for this feed, or None."""
    whole = _whole(looks, now)
    middle = statistics.median(filter(None, map(_news, whole))) if any(map(_news, whole)) else 0
    days = _own(whole, lambda look: _news(look) > NEWS_SHARE * middle)[-LONGEST:]
    counts = [(look.day.weekday(), _news(look)) for look in days]
    return next(
        (found for n in DAYS if len(counts) >= n + KNOWN and (found := _short(counts[:-n], counts[-n:]))),
        None,
    )


def _news(look: Look) -> int:
    return max(0, look.new - look.flooded)


def unchanged_days(looks: Sequence[Look], *, now: datetime) -> tuple[int, float] | None:
    """For how many days a usually changing document has been the same, and the usual days between changes; or None."""
    whole = _whole(looks, now)
    days = _own(whole, lambda look: look.read)[-LONGEST:]
    runs = [(read, len(list(run))) for read, run in groupby(look.read for look in days)]
    if not runs or runs[-1][0]:
        return None
    run, longest = runs[-1][1], max((n for read, n in runs[:-1] if not read), default=0)
    if run < RUN or run <= 2 * longest or _chance([look.read for look in days[:-run]], run) > NEVER:
        return None
    changes = [look.at for look in whole if look.read]
    usual = statistics.median((other - one) / _DAY for one, other in pairwise(changes))
    return (now.date() - changes[-1].date()).days, usual


Counts = Sequence[tuple[int, int]]  # the weekday and the news of each day


def _short(past: Counts, lately: Counts) -> Shortfall | None:
    known = Counter(weekday for weekday, _ in past)
    if any(known[weekday] < ALIKE for weekday, _ in lately):
        return None
    expected = [_expected(past, weekday) for weekday, _ in lately]
    usual, new = sum(expected), sum(max(n, LEAST * m) for (_, n), m in zip(lately, expected, strict=True))
    if new >= SHARE * usual:
        return None
    alone = sum(each * each for each in expected)
    variance = usual + _spread(past) ** 2 * ((1 - TOGETHER) * alone + TOGETHER * usual * usual)
    if usual - new < SIGMAS * math.sqrt(variance):
        return None
    return Shortfall(days=len(lately), new=sum(n for _, n in lately), usual=usual)


def _expected(past: Counts, weekday: int) -> float:
    """The expected number on this weekday: the median of its earlier days, with that of all days counted once."""
    alike = [n for day, n in past if day == weekday][-SAME_WEEKDAY:]
    anyhow = statistics.median(n for _, n in past[-2 * SAME_WEEKDAY :])
    return (len(alike) * statistics.median(alike) + anyhow) / (len(alike) + 1) if alike else anyhow


def _spread(past: Counts) -> float:
    """The relative shortfall of this feed's poorer days beyond chance, each compared with the others. Busy days are ignored."""
    known = Counter(weekday for weekday, _ in past)
    squares = []
    for n, (weekday, count) in enumerate(past):
        usual = _expected([*past[:n], *past[n + 1 :]], weekday)
        if usual and known[weekday] >= ALIKE and count <= usual:
            squares.append(max(0.0, ((count - usual) ** 2 - usual) / usual**2))
    return math.sqrt((sum(squares) + SPREAD_DAYS * SPREAD**2) / (len(squares) + SPREAD_DAYS))


def _chance(past: Sequence[bool], run: int) -> float:
    """The probability of a run of unchanged looks after these (rule of succession: Laplace, 1814)."""
    unchanged = len(past) - sum(past)
    steps = ((unchanged + 1 + n) / (len(past) + 2 + n) for n in range(run))
    return list(accumulate(steps, float.__mul__))[-1]


def _whole(looks: Sequence[Look], now: datetime) -> Sequence[Look]:
    """The looks without the first, which brings an archive, and without an unfinished last day if looks are daily."""
    going_on = len(looks) > 1 and looks[-1].day == now.date() and looks[-1].at - looks[-2].at < 2 * _DAY
    return looks[1:-1] if going_on else looks[1:]


def _own(looks: Sequence[Look], usual: Callable[[Look], bool]) -> list[Look]:
    """The looks on weekdays on which this is usual, without holidays."""
    working = [look for look in looks if look.day not in holidays(look.day.year)]
    found: dict[int, list[bool]] = {}
    for look in working:
        found.setdefault(look.day.weekday(), []).append(usual(look))
    return [look for look in working if sum(found[look.day.weekday()]) >= USUALLY * len(found[look.day.weekday()])]


GAPS = 4  # fewer gaps between publishing days than this are no rhythm
ACTIVE_SHARE = 0.15  # of the busiest weekday's publishing days make a weekday the feed's own
_RESTING = ((1, 1), *((12, day) for day in range(24, 32)))
_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The days from Christmas to New Year, and Thanksgiving with its Friday: arXiv and American companies rest, or do little."""
    november = date(year, 11, 1)
    thanksgiving = november + ((3 - november.weekday()) % 7 + 21) * _DAY
    return frozenset({*(date(year, *day) for day in _RESTING), thanksgiving, thanksgiving + _DAY})


def own_weekdays(days: Sequence[date]) -> frozenset[int]:
    """The weekdays on which a feed publishes; while few days are known, those seen and the working days."""
    counts = Counter(day.weekday() for day in days)
    if len(days) < 3 * GAPS:
        return frozenset({*range(5), *counts})
    return frozenset(day for day, count in counts.items() if count >= ACTIVE_SHARE * max(counts.values()))


def between(one: date, other: date, weekdays: frozenset[int]) -> int:
    """The days after `one` up to and including `other` that are the feed's own."""
    weeks, rest = divmod(max(0, (other - one).days), 7)
    days = weeks * len(weekdays) + sum((one.weekday() + n) % 7 in weekdays for n in range(1, rest + 1))
    if one.year == other.year and other.month < 11:  # after its first day, a year rests from November on
        return days
    resting = (day for year in range(one.year, other.year + 1) for day in holidays(year))
    return days - sum(one < day <= other and day.weekday() in weekdays for day in resting)
