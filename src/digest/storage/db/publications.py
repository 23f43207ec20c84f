"""What became of each slot: held, skipped, being sent, published; and whether anybody was told. Decides nothing."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.storage.db.schema import instant, optional_instant, stamp

PublicationState = Literal[
    "held",  # made, and waits for a person; its mail does not go out
    "skipped",  # no issue went out, and none will under this row
    "sending",  # closed, its mail is going out; what a killed run leaves behind is gone on with
    "published",  # its mail went out, as far as it can
]
_COLUMNS = "key, slot, state, reason, at, told"


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """What became of one slot, since when, and why. `told` is true once notice and ping went out."""

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
        """The last slots that something became of, latest first."""
        return tuple(self._read("ORDER BY slot DESC LIMIT ?", limit))

    def in_state(self, state: PublicationState) -> tuple[Publication, ...]:
        return tuple(self._read("WHERE state = ? ORDER BY slot", state))

    def untold(self) -> tuple[Publication, ...]:
        """Those of which nobody was told yet, oldest first; one that is being sent has nothing to tell."""
        return tuple(self._read("WHERE NOT told AND state <> 'sending' ORDER BY slot"))

    def passed(self) -> datetime | None:
        """The latest slot that was skipped or is held."""
        query = "SELECT max(slot) FROM publications WHERE state IN ('held', 'skipped')"
        return optional_instant(self._connection.execute(query).fetchone()[0])

    def looked(self) -> datetime | None:
        """When it was last seen that nothing was due."""
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
        """Issues that are held as drafts up to `slot` went into the issue `key`."""
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
