"""How often somebody may do what costs mail or invites guessing. The store knows it, so that several servers share each limit."""

import asyncio
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from digest.storage.db import Server, open_store
from digest.web.context import Buckets
from digest.web.desk.sessions import Clock

Limit = Literal["link", "mailbox", "links", "guess", "test"]
# So many at once, and then one per interval.
LIMITS: Final[dict[Limit, tuple[int, timedelta]]] = {
    "link": (10, timedelta(minutes=1)),  # by client
    "mailbox": (3, timedelta(minutes=10)),
    "links": (60, timedelta(seconds=2)),  # of all
    "guess": (20, timedelta(seconds=30)),  # by client
    "test": (10, timedelta(minutes=1)),  # by person
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one server. What exceeds them here already does not reach the store."""

    database: Path | Server
    clock: Clock
    _here: dict[Limit, Buckets] = field(default_factory=dict)

    async def take(self, name: Limit, asker: str = "") -> bool:
        """Count one request; False if there were too many."""
        burst, every = LIMITS[name]
        here = self._here.setdefault(name, Buckets(burst=burst, every=every, clock=self.clock))
        return here.take(asker) and await asyncio.to_thread(self._shared, name, asker)

    def _shared(self, name: Limit, asker: str) -> bool:
        burst, every = LIMITS[name]
        with open_store(self.database) as store, store.transaction():
            return store.desk_limits.take(_hashed(name, asker), burst=burst, every=every, now=self.clock())


def _hashed(name: Limit, asker: str) -> str:
    """The name under which an asker is counted: nobody who reads the store learns an address from it at once."""
    return hmac.new(name.encode(), asker.encode("utf-8", "replace"), "sha256").hexdigest()
