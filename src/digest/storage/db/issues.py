"""Which issues exist, which one is being made, which items were published, and what became of each slot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp, upsert
from digest.text.clean import fitted


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

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> IssueRow | None:
        return self._one("WHERE key = ?", key)

    def last_closed(self) -> IssueRow | None:
        return self._one("WHERE state = 'closed' ORDER BY cutoff DESC LIMIT 1")

    def last_cutoff(self) -> datetime | None:
        """The latest cutoff of a letter, or of a closed or held issue. Nothing may be added to the windows up to it."""
        query = (
            "SELECT max(cutoff) FROM (SELECT max(cutoff) AS cutoff FROM letters UNION ALL SELECT max(cutoff) FROM issues"
            " WHERE state = 'closed' OR key IN (SELECT key FROM publications WHERE state = 'held')) AS latest"
        )
        return optional_instant(self._connection.execute(query).fetchone()[0])

    def making(self) -> IssueRow | None:
        """The issue that this run, or a killed one, began to make and did not finish."""
        return self._one("WHERE state = 'making' ORDER BY cutoff LIMIT 1")

    def closed_keys(self) -> frozenset[str]:
        rows = self._connection.execute("SELECT key FROM issues WHERE state = 'closed'")
        return frozenset(key for (key,) in rows)

    def recent(self, limit: int, *, until: datetime | None = None) -> tuple[str, ...]:
        """The keys of the last closed issues, oldest first; with `until`, of those whose windows end by then."""
        rows = self._connection.execute(
            "SELECT key FROM issues WHERE state = 'closed' AND cutoff <= ? ORDER BY cutoff DESC LIMIT ?",
            (stamp(until) if until else "9", limit),
        ).fetchall()
        return tuple(key for (key,) in reversed(rows))

    def closed_between(self, after: datetime, until: datetime) -> tuple[IssueRow, ...]:
        """The closed issues with a cutoff in ``(after, until]``, oldest first."""
        rows = self._connection.execute(
            "SELECT key, slot, start, cutoff, state FROM issues WHERE state = 'closed' AND cutoff > ? AND cutoff <= ?"
            " ORDER BY cutoff",
            (stamp(after), stamp(until)),
        )
        return tuple(map(_row, rows.fetchall()))

    def closed(self) -> tuple[IssueRow, ...]:
        """All closed issues, oldest first."""
        rows = self._connection.execute(
            "SELECT key, slot, start, cutoff, state FROM issues WHERE state = 'closed' ORDER BY cutoff"
        ).fetchall()
        return tuple(map(_row, rows))

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
            [(fitted(key), issue, item) for key, item in keys.items()],
        )

    def keep_text(self, key: str, text: str) -> None:
        """Keep a closed issue's issue.json for the archives of other machines. It never changes."""
        self._connection.execute(
            "INSERT INTO issue_texts (key, content) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (key, text)
        )

    def text(self, key: str) -> str | None:
        """What was kept of an issue."""
        row = self._connection.execute("SELECT content FROM issue_texts WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def text_keys(self) -> tuple[str, ...]:
        """The keys of the issues whose text was kept, earliest first."""
        rows = self._connection.execute("SELECT key FROM issue_texts JOIN issues USING (key) ORDER BY cutoff")
        return tuple(key for (key,) in rows)

    def published_in(self, keys: tuple[str, ...]) -> tuple[str, str] | None:
        """The key of the issue, and the id there, of a published item that has one of these identity keys; or None."""
        for key in keys:
            row = self._connection.execute("SELECT issue, id FROM published WHERE key = ?", (fitted(key),)).fetchone()
            if row is not None:
                return row[0], row[1]
        return None

    def _one(self, where: str, *values: str) -> IssueRow | None:
        query = f"SELECT key, slot, start, cutoff, state FROM issues {where}"  # noqa: S608
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else _row(row)


def _row(row: tuple[Any, ...]) -> IssueRow:
    key, slot, start, cutoff, state = row
    return IssueRow(key=key, slot=instant(slot), start=optional_instant(start), cutoff=instant(cutoff), state=state)


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

    def __str__(self) -> str:
        return f"issue {self.key} {self.state}" + (f": {self.reason}" if self.reason else "")


class Publications:
    """The tables `publications`, `approvals` and `reminders`."""

    def __init__(self, connection: Connection) -> None:
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
        return tuple(self._read("WHERE told = 0 AND state <> 'sending' ORDER BY slot"))

    def passed(self) -> datetime | None:
        """The latest slot that was skipped or is held."""
        query = "SELECT max(slot) FROM publications WHERE state IN ('held', 'skipped')"
        return optional_instant(self._connection.execute(query).fetchone()[0])

    def looked(self) -> datetime | None:
        """When a check last found that nothing was due."""
        row = self._connection.execute("SELECT at FROM looks").fetchone()
        return optional_instant(row[0]) if row else None

    def look(self, at: datetime) -> None:
        self._connection.execute(upsert("looks", "id, at", key="id"), (1, stamp(at)))

    def approve(self, key: str, at: datetime, by: str) -> None:
        """Note that the held issue may go out at its slot."""
        self._connection.execute(upsert("approvals", "key, at, by", key="key"), (key, stamp(at), by))

    def take_back(self, key: str) -> None:
        """Forget that it was approved."""
        self._connection.execute("DELETE FROM approvals WHERE key = ?", (key,))

    def approved(self) -> tuple[Publication, ...]:
        """The held issues that go out at their slots, as they are."""
        return tuple(self._read("WHERE state = 'held' AND key IN (SELECT key FROM approvals) ORDER BY slot"))

    def put(self, row: Publication) -> None:
        """Record an outcome. One that is held again is not approved any more."""
        self.take_back(row.key)
        self._connection.execute(
            upsert("publications", _COLUMNS, key="key"),
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

    def note_reminder(self, key: str, name: str, at: datetime) -> None:
        """Record that a reminder of a held issue was sent."""
        self._connection.execute(upsert("reminders", "key, name, at", key="key, name"), (key, name, stamp(at)))

    def reminders(self, key: str) -> frozenset[str]:
        """The names of the reminders that were sent."""
        rows = self._connection.execute("SELECT name FROM reminders WHERE key = ?", (key,))
        return frozenset(name for (name,) in rows)

    def _read(self, where: str, *values: object) -> Iterator[Publication]:
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM publications {where}", values)  # noqa: S608
        for key, slot, state, reason, at, told in rows.fetchall():
            when, since = instant(slot), instant(at)
            yield Publication(key=key, slot=when, state=state, reason=reason, at=since, told=bool(told))
