"""Which days count for a feed: its own weekdays, without the days on which hardly anybody publishes. Days are UTC; reads no clock."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

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
