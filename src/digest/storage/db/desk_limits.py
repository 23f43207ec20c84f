"""How often one person or client may ask for something, known to all servers of a store. Only hashes of their names are stored."""

from datetime import datetime, timedelta

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, stamp, upsert


class DeskLimits:
    """The table `desk_limits`: a bucket per asker, from which each request takes one token. `until` is when it is full again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, asker: str, *, burst: int, every: timedelta, now: datetime) -> bool:
        """Take a token: there are `burst` at once, and one more per interval `every`. False if there is none.

        The caller holds a transaction. Buckets that are full again are deleted.
        """
        self._connection.execute("DELETE FROM desk_limits WHERE until <= ?", (stamp(now),))
        row = self._connection.execute("SELECT until FROM desk_limits WHERE asker = ?", (asker,)).fetchone()
        # A bucket is never more than empty, even if the clock was set back.
        missing = min(instant(row[0]) - now, every * burst) if row else timedelta()
        taken = missing <= every * (burst - 1)
        until = now + missing + (every if taken else timedelta())
        self._connection.execute(upsert("desk_limits", "asker, until", key="asker"), (asker, stamp(until)))
        return taken
