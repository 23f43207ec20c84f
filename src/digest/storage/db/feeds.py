"""The transport state of each feed, and the log of its fetches."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from digest.model import FeedReport, FeedState, FeedStatus, Look
from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp, upsert

_COLUMNS = "etag, last_modified, body_hash, moved_to, moved_since, failures, not_found_since, next_due, asked_until, gone, first_ok, covered"

_DAY = timedelta(days=1)
_SPAN = "FROM fetches WHERE at >= ? AND at <= ? AND status IN ('ok', 'unchanged')"
_SPAN += " AND feed IN (SELECT value FROM json_each(?) AS asked)"
# A day's sums beside the last document read on it.
_LOOKS = f"""
    SELECT days.feed, coalesce(read_at, last_at), CASE WHEN read_at IS NULL THEN 0 ELSE 1 END, coalesce(entries, 0), days.new,
        coalesce(known, 0), coalesce(redated, 0), coalesce(strange, 0), days.flooded, coalesce(title, ''), lately
    FROM (SELECT feed, substr(at, 1, 10) AS day, max(at) AS last_at, max(CASE WHEN read = 1 THEN at END) AS read_at,
            sum(new) AS new, sum(flooded) AS flooded, sum(CASE WHEN at > ? THEN new ELSE 0 END) AS lately
            {_SPAN} GROUP BY feed, substr(at, 1, 10)) AS days
    LEFT JOIN fetches AS document ON document.id = (SELECT max(id) FROM fetches AS same
        WHERE same.feed = days.feed AND same.at = days.read_at AND same.read = 1 AND same.status IN ('ok', 'unchanged'))
    ORDER BY days.feed, days.day
"""  # noqa: S608  (only constants)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetch:
    """The result of one fetch: the feed's new state, its current name, and what its document contained."""

    state: FeedState
    name: str
    look: Look
    status: str
    reason: str


class Feeds:
    """The tables `feeds` and `fetches`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def states(self, urls: Sequence[str]) -> dict[str, FeedState]:
        """The state of each feed by its configured URL; an empty state for a feed that was never fetched."""
        rows = self._connection.execute(
            f"SELECT url, {_COLUMNS} FROM feeds WHERE url IN (SELECT value FROM json_each(?) AS asked)",  # noqa: S608
            (json.dumps(urls),),
        )
        known = {row[0]: _state(row) for row in rows}
        return {url: known.get(url) or FeedState(url=url) for url in urls}

    def forget_retired(self, configured: Sequence[str]) -> None:
        """Forget that a feed is gone once it is no longer configured, so that it is fetched if it is added again."""
        self._connection.execute(
            "UPDATE feeds SET gone = 0, not_found_since = NULL WHERE gone = 1 AND url NOT IN (SELECT value FROM json_each(?) AS asked)",
            (json.dumps(configured),),
        )

    def record(self, fetches: Sequence[Fetch]) -> None:
        """Log fetches, and store the feeds' new states and names."""
        self._connection.executemany(upsert("feeds", f"url, name, {_COLUMNS}", key="url"), map(_state_row, fetches))
        self._connection.executemany(
            "INSERT INTO fetches (feed, at, status, reason, read, entries, new, known, redated, strange, flooded, title)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            map(_fetch_row, fetches),
        )

    def judgements(self, day: date) -> dict[str, str]:
        """The health sentence of each feed (by URL) that was checked on a day; empty for a healthy feed."""
        rows = self._connection.execute("SELECT feed, sentence FROM judgements WHERE day = ?", (day.isoformat(),))
        return dict(rows.fetchall())

    def judge(self, day: date, sentences: Mapping[str, str]) -> None:
        """Store the health sentences of feeds for a day."""
        self._connection.executemany(
            upsert("judgements", "feed, day, sentence", key="feed"),
            [(url, day.isoformat(), sentence) for url, sentence in sentences.items()],
        )

    def looks(self, urls: Sequence[str], *, since: datetime, until: datetime) -> dict[str, tuple[Look, ...]]:
        """What each of these feeds (by URL) contained on each day on which it answered, oldest first.

        The last day counts the new entries of the 24 hours before `until`, if these are more.
        """
        span = (stamp(since), stamp(until), json.dumps(urls))
        rows = self._connection.execute(_LOOKS, (stamp(until - _DAY), *span))
        return {feed: tuple(_looks(list(days))) for feed, days in groupby(rows, key=itemgetter(0))}

    def last_fetches(self, *, until: datetime) -> dict[str, tuple[str, str]]:
        """The status and reason of each feed's last fetch that was not skipped."""
        rows = self._connection.execute(
            "SELECT feed, status, reason FROM fetches"
            " WHERE id IN (SELECT max(id) FROM fetches WHERE status <> 'skipped' AND at <= ? GROUP BY feed)",
            (stamp(until),),
        )
        return {feed: (status, reason) for feed, status, reason in rows}

    def looked_at(self, *, since: datetime) -> dict[str, datetime]:
        """When each feed was last fetched, or skipped with a reason, if that was at `since` or later."""
        rows = self._connection.execute(
            "SELECT feed, max(at) FROM fetches WHERE at >= ? GROUP BY feed", (stamp(since),)
        )
        return {feed: instant(at) for feed, at in rows}

    def failing(self) -> frozenset[str]:
        """The feeds whose last fetch failed."""
        return frozenset(url for (url,) in self._connection.execute("SELECT url FROM feeds WHERE failures > 0"))

    def first_collect(self) -> datetime | None:
        """When this workspace first fetched any feed."""
        (first,) = self._connection.execute("SELECT min(at) FROM fetches").fetchone()
        return optional_instant(first)

    def last_collect(self) -> datetime | None:
        """When any feed was last fetched, or skipped with a reason."""
        (last,) = self._connection.execute("SELECT max(at) FROM fetches").fetchone()
        return optional_instant(last)

    def forget_fetches(self, before: datetime) -> None:
        """Delete older lines from the log, except its very first: it records when the workspace began."""
        self._connection.execute(
            "DELETE FROM fetches WHERE at < ? AND id <> (SELECT id FROM fetches ORDER BY at, id LIMIT 1)",
            (stamp(before),),
        )

    def report(self, url: str, *, name: str, start: datetime | None, end: datetime) -> FeedReport:
        """What a feed did in the window ``(start, end]``, over all fetches, with the reason of the last failure."""
        rows = self._connection.execute(
            "SELECT status, reason, new FROM fetches WHERE feed = ? AND at > ? AND at <= ? ORDER BY id",
            (url, "" if start is None else stamp(start), stamp(end)),
        ).fetchall()
        new = sum(count for _, _, count in rows)
        reason = next((reason for _, reason, _ in reversed(rows) if reason), "")
        return FeedReport(
            name=name, url=url, status=_summed([status for status, _, _ in rows], new), reason=reason, new=new
        )


def _state(row: Sequence[Any]) -> FeedState:
    return FeedState(
        url=row[0],
        etag=row[1],
        last_modified=row[2],
        body_hash=row[3],
        moved_to=row[4],
        moved_since=optional_instant(row[5]),
        failures=row[6],
        not_found_since=optional_instant(row[7]),
        next_due=optional_instant(row[8]),
        asked_until=optional_instant(row[9]),
        gone=bool(row[10]),
        first_ok=optional_instant(row[11]),
        covered=date.fromisoformat(row[12]) if row[12] else None,
    )


def _state_row(fetch: Fetch) -> tuple[Any, ...]:
    state = fetch.state
    return (
        state.url,
        fetch.name,
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
        state.covered and state.covered.isoformat(),
    )


def _fetch_row(fetch: Fetch) -> tuple[Any, ...]:
    look = fetch.look
    counts = (look.read, look.entries, look.new, look.known, look.redated, look.strange, look.flooded, look.title)
    return (fetch.state.url, stamp(look.at), fetch.status, fetch.reason, *counts)


def _looks(rows: Sequence[tuple[Any, ...]]) -> Iterator[Look]:
    """The days of one feed. The last one looks back 24 hours, because a batch may arrive in two parts around midnight."""
    lately = sum(row[10] for row in rows)
    for row in rows:
        at = instant(row[1])
        names = ("entries", "new", "known", "redated", "strange", "flooded", "title")
        look = Look(at=at, read=bool(row[2]), **dict(zip(names, row[3:10], strict=True)))
        yield replace(look, new=max(look.new, lately)) if row is rows[-1] else look


def _summed(statuses: Sequence[str], new: int) -> FeedStatus:
    if new:
        return "ok"
    if "ok" in statuses or "unchanged" in statuses:
        return "unchanged"
    if "gone" in statuses:
        return "gone"
    return "failed" if "failed" in statuses else "skipped"
