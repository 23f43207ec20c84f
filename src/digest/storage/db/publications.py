"""The outcome of each slot: held, skipped, being sent or published, and whether the operator was notified."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.storage.db.schema import instant, optional_instant, stamp

PublicationState = Literal[
    "held",  # built, and waiting for approval; nothing is mailed
    "skipped",  # no issue was sent for this slot, and none will be
    "sending",  # closed, and being mailed; after a kill the next run continues
    "published",  # mailed, as far as possible
]
_COLUMNS = "key, slot, state, reason, at, told"


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """The outcome of one slot, since when, and why. `told` is True once the notice and the ping were sent."""

    key: str
    slot: datetime
    state: PublicationState
    reason: str
    at: datetime
    told: bool = False


class Publications:
    """The table `publications`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> Publication | None:
        return next(self._read("WHERE key = ?", key), None)

    def recent(self, limit: int) -> tuple[Publication, ...]:
        """The last slots with an outcome, latest first."""
        return tuple(self._read("ORDER BY slot DESC LIMIT ?", limit))

    def in_state(self, state: PublicationState) -> tuple[Publication, ...]:
        return tuple(self._read("WHERE state = ? ORDER BY slot", state))

    def untold(self) -> tuple[Publication, ...]:
        """The outcomes that the operator was not notified of yet, oldest first. One being sent is not final yet."""
        return tuple(self._read("WHERE NOT told AND state <> 'sending' ORDER BY slot"))

    def passed(self) -> datetime | None:
        """The latest slot that was skipped or is held."""
        query = "SELECT max(slot) FROM publications WHERE state IN ('held', 'skipped')"
        return optional_instant(self._connection.execute(query).fetchone()[0])

    def looked(self) -> datetime | None:
        """When a check last found that nothing was due."""
        row = self._connection.execute("SELECT at FROM looks").fetchone()
        return optional_instant(row[0]) if row else None

    def look(self, at: datetime) -> None:
        self._connection.execute("INSERT OR REPLACE INTO looks (id, at) VALUES (1, ?)", (stamp(at),))

    def put(self, row: Publication) -> None:
        self._connection.execute(
            f"INSERT OR REPLACE INTO publications ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
            (row.key, stamp(row.slot), row.state, row.reason, stamp(row.at), row.told),
        )

    def supersede(self, key: str, slot: datetime) -> None:
        """Mark the issues held as drafts up to `slot` as merged into the issue `key`."""
        self._connection.execute(
            "UPDATE publications SET state = 'skipped', told = 1, reason = 'was held (' || reason || '); went into ' || ?"
            " WHERE state = 'held' AND key <> ? AND slot <= ?"
            " AND key NOT IN (SELECT key FROM issues WHERE state = 'closed')",
            (key, key, stamp(slot)),
        )

    def mark_told(self, key: str) -> None:
        self._connection.execute("UPDATE publications SET told = 1 WHERE key = ?", (key,))

    def _read(self, where: str, *values: object) -> Iterator[Publication]:
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM publications {where}", values)  # noqa: S608
        for key, slot, state, reason, at, told in rows.fetchall():
            when, since = instant(slot), instant(at)
            yield Publication(key=key, slot=when, state=state, reason=reason, at=since, told=bool(told))
