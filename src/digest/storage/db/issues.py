"""Which issues exist, which is being made, and what was published. Decides neither key nor content."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.storage.db.schema import instant, optional_instant, stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueRow:
    """One issue's row. ``(start, cutoff]`` is its window; `making` is what a crashed run leaves behind."""

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
        """The latest cutoff whose window nothing may be added to any more: of a closed issue, or of one that is held."""
        query = "SELECT max(cutoff) FROM issues WHERE state = 'closed' OR key IN (SELECT key FROM publications WHERE state = 'held')"
        return optional_instant(self._connection.execute(query).fetchone()[0])

    def making(self) -> IssueRow | None:
        """The issue whose making was begun and not finished, by this run or by one that was killed."""
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
        """Drop the row of an issue that could not be made."""
        self._connection.execute("DELETE FROM issues WHERE key = ? AND state <> 'closed'", (key,))

    def publish(self, issue: str, keys: Mapping[str, str]) -> None:
        """Note the identity keys (key -> the item's id in the issue) that a closed issue holds."""
        self._connection.executemany(
            "INSERT INTO published (key, issue, id) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            [(key, issue, item) for key, item in keys.items()],
        )

    def published_in(self, keys: tuple[str, ...]) -> tuple[str, str] | None:
        """The issue and the id under which an item with one of these keys was published, or None."""
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
