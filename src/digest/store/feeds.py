"""What the store remembers of each feed: its transport state and the log of its fetches. Decides nothing."""

import sqlite3
from datetime import datetime

from digest.store.schema import stamp


class Feeds:
    """The tables `feeds` and `fetches`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def log(self, feed: str, at: datetime, *, status: str, reason: str, entries: int, new: int) -> None:
        """Note what one fetch gave."""
        self._connection.execute(
            "INSERT INTO fetches (feed, at, status, reason, entries, new) VALUES (?, ?, ?, ?, ?, ?)",
            (feed, stamp(at), status, reason, entries, new),
        )
