"""What the store remembers of each feed: its transport state and the log of its fetches. Decides nothing."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from digest.model import FeedReport, FeedState, FeedStatus
from digest.store.schema import instant, stamp

_COLUMNS = "etag, last_modified, body_hash, moved_to, moved_since, failures, not_found_since, next_due, asked_until, gone, first_ok"


class Feeds:
    """The tables `feeds` and `fetches`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def states(self, urls: Sequence[str]) -> dict[str, FeedState]:
        """The state of each feed, by its configured URL; a feed never asked has an empty one."""
        return {url: self._state(url) for url in urls}

    def save(self, state: FeedState, *, name: str) -> None:
        """Store a feed's state and what it is called today."""
        self._connection.execute(
            f"INSERT OR REPLACE INTO feeds (url, name, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                state.url,
                name,
                state.etag,
                state.last_modified,
                state.body_hash,
                state.moved_to,
                state.moved_since and stamp(state.moved_since),
                state.failures,
                state.not_found_since and stamp(state.not_found_since),
                state.next_due and stamp(state.next_due),
                state.asked_until and stamp(state.asked_until),
                state.gone,
                state.first_ok and stamp(state.first_ok),
            ),
        )

    def log(self, feed: str, at: datetime, *, status: str, reason: str, entries: int, new: int) -> None:
        """Note what one fetch gave."""
        self._connection.execute(
            "INSERT INTO fetches (feed, at, status, reason, entries, new) VALUES (?, ?, ?, ?, ?, ?)",
            (feed, stamp(at), status, reason, entries, new),
        )

    def first_collect(self) -> datetime | None:
        """When this workspace first asked any feed."""
        (first,) = self._connection.execute("SELECT min(at) FROM fetches").fetchone()
        return instant(first)

    def report(self, url: str, *, name: str, start: datetime | None, end: datetime) -> FeedReport:
        """How one feed did in the window ``(start, end]``: all of it, not its last fetch; with the last trouble's cause."""
        rows = self._connection.execute(
            "SELECT status, reason, new FROM fetches WHERE feed = ? AND at > ? AND at <= ? ORDER BY id",
            (url, "" if start is None else stamp(start), stamp(end)),
        ).fetchall()
        new = sum(count for _, _, count in rows)
        reason = next((reason for _, reason, _ in reversed(rows) if reason), "")
        return FeedReport(
            name=name, url=url, status=_summed([status for status, _, _ in rows], new), reason=reason, new=new
        )

    def _state(self, url: str) -> FeedState:
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM feeds WHERE url = ?", (url,)).fetchone()  # noqa: S608
        if row is None:
            return FeedState(url=url)
        return FeedState(
            url=url,
            etag=row[0],
            last_modified=row[1],
            body_hash=row[2],
            moved_to=row[3],
            moved_since=instant(row[4]),
            failures=row[5],
            not_found_since=instant(row[6]),
            next_due=instant(row[7]),
            asked_until=instant(row[8]),
            gone=bool(row[9]),
            first_ok=instant(row[10]),
        )


def _summed(statuses: Sequence[str], new: int) -> FeedStatus:
    if new:
        return "ok"
    if "ok" in statuses or "unchanged" in statuses:
        return "unchanged"
    if "gone" in statuses:
        return "gone"
    return "failed" if "failed" in statuses else "skipped"
