"""What a feed gave day after day -> is it less than it should be, or the same document for too long? No I/O, no clock.

A fault that leaves a feed half alive shows in no single day, so several days are held together against a distribution as wide as the
feed's own days are (a negative binomial's variance). Only weekdays count on which looks usually find something.
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

# Fixed on the first eight weeks; docs/notebook/health.md has how they do on the others.
LONGEST = 40  # days that are looked back
USUALLY = 0.5  # of the looks on a weekday find news, or the weekday is not the feed's
DAYS = range(2, 6)  # so many days are held together: one alone may be a holiday
KNOWN = 4  # days before those, from which the usual is known
ALIKE, SAME_WEEKDAY = 2, 5  # how many earlier days of one weekday must tell what it brings, and how many may
NEWS_SHARE = 0.1  # of the middle of its days with news is no news of a day
LEAST = 0.35  # of the usual is the least that a day counts, so that no two days are judged by one of them
SHARE = 0.65  # of the usual is enough not to speak of
SIGMAS = 3.0
SPREAD, SPREAD_DAYS = 0.25, 3  # a feed's days differ by so much until its own are known; what that is worth in days
TOGETHER = 0.25  # of the variance moves all days at once: a slow summer
NEVER = 0.01  # so improbable a run of unchanged documents is a frozen one
RUN = 3  # unchanged looks at least
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """What came in the last days, and what usually comes in as many."""

    days: int
    new: int
    usual: float


def shortfall(looks: Sequence[Look], *, now: datetime) -> Shortfall | None:
    """Is the news of the last two to five days too little for this feed? The shortest such run of days."""
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
    """For how many days a document has been the same where it usually changes, and how many pass between changes usually."""
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
    """What a day of this weekday brings: the middle of its like, and once that of all days."""
    alike = [n for day, n in past if day == weekday][-SAME_WEEKDAY:]
    anyhow = statistics.median(n for _, n in past[-2 * SAME_WEEKDAY :])
    return (len(alike) * statistics.median(alike) + anyhow) / (len(alike) + 1) if alike else anyhow


def _spread(past: Counts) -> float:
    """By what share the poorer days of this feed fall short, beyond chance; each is held against the others. Busy days say nothing."""
    known = Counter(weekday for weekday, _ in past)
    squares = []
    for n, (weekday, count) in enumerate(past):
        usual = _expected([*past[:n], *past[n + 1 :]], weekday)
        if usual and known[weekday] >= ALIKE and count <= usual:
            squares.append(max(0.0, ((count - usual) ** 2 - usual) / usual**2))
    return math.sqrt((sum(squares) + SPREAD_DAYS * SPREAD**2) / (len(squares) + SPREAD_DAYS))


def _chance(past: Sequence[bool], run: int) -> float:
    """How probable a run of unchanged looks is after these (rule of succession: Laplace, 1814)."""
    unchanged = len(past) - sum(past)
    steps = ((unchanged + 1 + n) / (len(past) + 2 + n) for n in range(run))
    return list(accumulate(steps, float.__mul__))[-1]


def _whole(looks: Sequence[Look], now: datetime) -> Sequence[Look]:
    """The looks without the first, which brings an archive, and without a day that is not over where looks are daily."""
    going_on = len(looks) > 1 and looks[-1].day == now.date() and looks[-1].at - looks[-2].at < 2 * _DAY
    return looks[1:-1] if going_on else looks[1:]


def _own(looks: Sequence[Look], usual: Callable[[Look], bool]) -> list[Look]:
    """Those on weekdays on which that is usual, holidays left out."""
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
