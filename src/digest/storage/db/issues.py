"""Which issues exist, which one is being made, and which items were published."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.storage.db.schema import instant, optional_instant, stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueRow:
    """One issue's row. ``(start, cutoff]`` is its window; a killed run leaves the state `making`."""

    key: str
    slot: datetime
    start: datetime | None
    cutoff: datetime
    state: Literal["making", "draft", "closed"]


class Issues:
    """The tables `issues` and `published`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> IssueRow | None:
        return self._one("WHERE key = ?", key)

    def last_closed(self) -> IssueRow | None:
        return self._one("WHERE state = 'closed' ORDER BY cutoff DESC LIMIT 1")

    def last_cutoff(self) -> datetime | None:
        """The latest cutoff of a closed or held issue. Nothing may be added to the windows up to it."""
        query = "SELECT max(cutoff) FROM issues WHERE state = 'closed' OR key IN (SELECT key FROM publications WHERE state = 'held')"
        return optional_instant(self._connection.execute(query).fetchone()[0])

    def making(self) -> IssueRow | None:
        """The issue that this run, or a killed one, began to make and did not finish."""
        return self._one("WHERE state = 'making' ORDER BY cutoff LIMIT 1")

    def closed_keys(self) -> frozenset[str]:
        rows = self._connection.execute("SELECT key FROM issues WHERE state = 'closed'")
        return frozenset(key for (key,) in rows)

    def recent(self, limit: int) -> tuple[str, ...]:
        """The keys of the last closed issues, oldest first."""
        rows = self._connection.execute(
            "SELECT key FROM issues WHERE state = 'closed' ORDER BY cutoff DESC LIMIT ?", (limit,)
        ).fetchall()
        return tuple(key for (key,) in reversed(rows))

    def put(self, row: IssueRow) -> None:
        """Store the row. A closed issue never changes."""
        self._connection.execute(
            "INSERT INTO issues (key, slot, start, cutoff, state) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE"
            " SET slot = excluded.slot, start = excluded.start, cutoff = excluded.cutoff, state = excluded.state"
            " WHERE issues.state <> 'closed'",
            (row.key, stamp(row.slot), row.start and stamp(row.start), stamp(row.cutoff), row.state),
        )

    def forget(self, key: str) -> None:
        """Delete the row of an issue that could not be made."""
        self._connection.execute("DELETE FROM issues WHERE key = ? AND state <> 'closed'", (key,))

    def publish(self, issue: str, keys: Mapping[str, str]) -> None:
        """Record a closed issue's identity keys, each with the id of its item in the issue."""
        self._connection.executemany(
            "INSERT INTO published (key, issue, id) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            [(key, issue, item) for key, item in keys.items()],
        )

    def published_in(self, keys: tuple[str, ...]) -> tuple[str, str] | None:
        """The key of the issue, and the id there, of a published item that has one of these identity keys; or None."""
        for key in keys:
            row = self._connection.execute("SELECT issue, id FROM published WHERE key = ?", (key,)).fetchone()
            if row is not None:
                return row[0], row[1]
        return None

    def _one(self, where: str, *values: str) -> IssueRow | None:
        query = f"SELECT key, slot, start, cutoff, state FROM issues {where}"  # noqa: S608
        row = self._connection.execute(query, values).fetchone()
        if row is None:
            return None
        slot, cutoff = instant(row[1]), instant(row[3])
        return IssueRow(key=row[0], slot=slot, start=optional_instant(row[2]), cutoff=cutoff, state=row[4])
