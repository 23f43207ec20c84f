"""Confirmations of sign-ups that could not be sent yet. Keeps an address no longer than that lasts."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from digest.storage.db.schema import instant, stamp

AT_ONCE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One confirmation: whom it is for, when they asked, how often it was tried."""

    key: str
    address: str
    asked: datetime
    attempts: int = 0


class Confirmations:
    """The table `confirmations`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, waiting: Waiting, *, retry_at: datetime) -> None:
        """Keep one until it can be tried again; a second request takes the place of the first."""
        self._connection.execute(
            "INSERT INTO confirmations (key, address, asked, attempts, retry_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET asked = excluded.asked, attempts = excluded.attempts,"
            " retry_at = excluded.retry_at",
            (waiting.key, waiting.address, stamp(waiting.asked), waiting.attempts + 1, stamp(retry_at)),
        )

    def drop(self, key: str) -> None:
        self._connection.execute("DELETE FROM confirmations WHERE key = ?", (key,))

    def due(self, now: datetime) -> list[Waiting]:
        """Those that may be tried now, the earliest first."""
        rows = self._connection.execute(
            "SELECT key, address, asked, attempts FROM confirmations WHERE retry_at <= ? ORDER BY retry_at LIMIT ?",
            (stamp(now), AT_ONCE),
        )
        return [Waiting(key=row[0], address=row[1], asked=instant(row[2]), attempts=row[3]) for row in rows.fetchall()]
