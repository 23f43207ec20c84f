"""How often somebody may ask: token buckets in memory. Reads no clock, knows no requests."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

KEPT = 20_000  # buckets; the one that was asked longest ago is forgotten


class Buckets:
    """A bucket for each key: `burst` at once, then one more after each `every`."""

    def __init__(self, *, burst: int, every: timedelta, clock: Callable[[], datetime]) -> None:
        self._burst = float(burst)
        self._every = every.total_seconds()
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take one; False where there is none."""
        now = self._clock()
        level, at = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + max(0.0, (now - at).total_seconds()) / self._every)
        taken = level >= 1
        self._levels[key] = (level - taken, now)
        if len(self._levels) > KEPT:
            self._levels.popitem(last=False)
        return taken

    def give_back(self, key: str) -> None:
        """Undo one take, of what came to nothing."""
        level, at = self._levels.get(key, (self._burst, self._clock()))
        self._levels[key] = (min(self._burst, level + 1), at)
