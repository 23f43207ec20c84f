"""Context shared by all route groups: the workspace, its configuration and store, and the clock."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.config import Config
from digest.mail.message import Imprint
from digest.mail.transport import Letter, Outcome
from digest.model import Trend, Workspace
from digest.storage.db import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """How single messages are sent. `post` may be called in any thread."""

    imprint: Imprint
    post: Callable[[Letter], Outcome]


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The argument of each `routes(site)`. The store's connection belongs to the event loop's thread."""

    workspace: Workspace
    config: Config
    trends: Mapping[str, Trend]
    store: Store
    clock: Callable[[], datetime]
    mail: Mail | None = None


KEPT = 20_000  # buckets kept; the least recently used is dropped


class Buckets:
    """One bucket per key: `burst` requests at once, then one more per interval `every`."""

    def __init__(self, *, burst: int, every: timedelta, clock: Callable[[], datetime]) -> None:
        self._burst = float(burst)
        self._every = every.total_seconds()
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take a token from the bucket; False if it is empty."""
        now = self._clock()
        level, at = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + max(0.0, (now - at).total_seconds()) / self._every)
        taken = level >= 1
        self._levels[key] = (level - taken, now)
        if len(self._levels) > KEPT:
            self._levels.popitem(last=False)
        return taken

    def give_back(self, key: str) -> None:
        """Undo a take whose request had no effect."""
        level, at = self._levels.get(key, (self._burst, self._clock()))
        self._levels[key] = (min(self._burst, level + 1), at)
