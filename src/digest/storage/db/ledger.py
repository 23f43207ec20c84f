"""The ledger: the state of each message of each mailing, with the server's reply.

A mailing is one issue on one route: `mail` for subscribers, `outbox` for files in a Maildir, `webhook:NAME` for one post to a
team. This module asks about all of them; `mailing` has the operations on one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from digest.model import Delivery
from digest.storage.db.connection import Connection
from digest.storage.db.mailing import Mailing, welcome_route
from digest.storage.db.values import instant, optional_instant, stamp, upsert

_EVER = datetime(1970, 1, 1, tzinfo=UTC)  # before any clock


class Ledger:
    """The tables `mailings` and `deliveries`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mailing(self, issue: str, route: str) -> Mailing:
        return Mailing(self._connection, issue=issue, route=route)

    def begun(self, issue: str) -> bool:
        """Whether any mailing of this issue ever started."""
        return self._connection.execute("SELECT 1 FROM mailings WHERE issue = ?", (issue,)).fetchone() is not None

    def welcomes_due(self, now: datetime) -> list[str]:
        """The issues that new subscribers are waiting for."""
        rows = self._connection.execute(
            "SELECT DISTINCT issue FROM mailings WHERE route LIKE ? AND EXISTS (SELECT 1 FROM deliveries"
            " WHERE deliveries.issue = mailings.issue AND deliveries.route = mailings.route AND state = 'pending'"
            " AND (retry_at IS NULL OR retry_at <= ?)) ORDER BY issue",
            (welcome_route("%"), stamp(now)),
        )
        return [issue for (issue,) in rows.fetchall()]

    def put_off_until(self) -> dict[str, datetime]:
        """The earliest instant at which a deferred message of each issue may be retried, by issue."""
        rows = self._connection.execute(
            "SELECT issue, min(retry_at) FROM deliveries WHERE state = 'pending' AND retry_at IS NOT NULL GROUP BY issue"
        )
        return {issue: datetime.fromisoformat(earliest) for issue, earliest in rows.fetchall()}

    def unfinished(self, prefix: str) -> dict[str, datetime]:
        """When the next message of each unfinished mailing may be sent, by key; only of keys with this prefix.

        A message that a killed run was sending may be settled at any time, whatever the clock of that run said.
        """
        rows = self._connection.execute(
            "SELECT issue, min(CASE WHEN state = 'offered' THEN ? ELSE coalesce(retry_at, at) END) FROM deliveries"
            " WHERE state IN ('pending', 'offered') AND issue >= ? AND issue < ? GROUP BY issue",
            (stamp(_EVER), prefix, prefix + "~"),
        )
        return {issue: instant(earliest) for issue, earliest in rows.fetchall()}

    def latest(self, prefix: str, route: str, *, limit: int, after: int = 0) -> list[str]:
        """The keys of a route's mailings that begin with `prefix`, latest first, after skipping the first `after`."""
        rows = self._connection.execute(
            "SELECT issue FROM mailings WHERE issue >= ? AND issue < ? AND route = ? ORDER BY issue DESC LIMIT ? OFFSET ?",
            (prefix, prefix + "~", route, limit, after),
        )
        return [key for (key,) in rows.fetchall()]

    def count(self, prefix: str, route: str) -> int:
        """The number of mailings on a route whose keys have this prefix."""
        query = "SELECT count(*) FROM mailings WHERE issue >= ? AND issue < ? AND route = ?"
        (number,) = self._connection.execute(query, (prefix, prefix + "~", route)).fetchone()
        return int(number)

    def accepted(self, key: str) -> int:
        """How many messages of an issue or a round were accepted, on all routes."""
        query = "SELECT count(*) FROM deliveries WHERE issue = ? AND state = 'accepted'"
        (count,) = self._connection.execute(query, (key,)).fetchone()
        return int(count)

    def states(self, *, since: datetime) -> dict[str, int]:
        """How many messages of mailings that started at `since` or later are in each state, with all that still wait."""
        rows = self._connection.execute(
            "SELECT state, count(*) FROM deliveries WHERE state IN ('pending', 'offered') GROUP BY state UNION ALL"
            " SELECT state, count(*) FROM deliveries WHERE issue IN (SELECT issue FROM mailings WHERE started >= ?)"
            " AND state NOT IN ('pending', 'offered') GROUP BY state",
            (stamp(since),),
        )
        return dict(rows.fetchall())

    def accepted_since(self, at: datetime, *, begun: datetime) -> int:
        """How many messages of mailings that started at `begun` or later were accepted after an instant."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM deliveries WHERE issue IN (SELECT issue FROM mailings WHERE started >= ?)"
            " AND state = 'accepted' AND at > ?",
            (stamp(begun), stamp(at)),
        ).fetchone()
        return int(count)

    def runs(self, prefix: str) -> int:
        """The number of runs of the mailings whose keys have this prefix."""
        query = "SELECT coalesce(sum(runs), 0) FROM mailings WHERE issue >= ? AND issue < ?"
        (count,) = self._connection.execute(query, (prefix, prefix + "~")).fetchone()
        return int(count)

    def doubt_all(self, at: datetime, *, reply: str) -> int:
        """Mark all waiting recipients of all mailings in doubt, and return their number."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'in_doubt', at = ?, retry_at = NULL, reply = ?"
            " WHERE state IN ('pending', 'offered')",
            (stamp(at), reply),
        ).rowcount

    def open_rows(self) -> Iterator[Delivery]:
        """All messages that are waiting, refused, expired or in doubt, latest issue first."""
        rows = self._connection.execute(
            "SELECT issue, route, coalesce(address, ''), state, at, retry_at, reply FROM deliveries"
            " LEFT JOIN subscribers ON subscribers.id = subscriber"
            " WHERE state IN ('pending', 'offered', 'in_doubt', 'refused', 'expired') ORDER BY issue DESC, route, subscriber"
        )
        return map(_delivery, rows)

    def of_subscriber(self, number: int) -> Iterator[Delivery]:
        """All messages to one subscriber, latest first."""
        rows = self._connection.execute(
            "SELECT issue, route, address, state, at, retry_at, reply FROM deliveries JOIN subscribers ON id = subscriber"
            " WHERE subscriber = ? ORDER BY at DESC, issue DESC, route",
            (number,),
        )
        return map(_delivery, rows)


def _delivery(row: Sequence[Any]) -> Delivery:
    issue, route, address, state, at, retry_at, reply = row
    return Delivery(
        issue=issue,
        route=route,
        address=address,
        state=state,
        at=instant(at),
        retry_at=optional_instant(retry_at),
        reply=reply,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """The mailing of an issue, on all routes, stopped by somebody."""

    issue: str
    at: datetime
    by: str


class Pauses:
    """The paused mailings, by issue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, pause: Pause) -> None:
        self._connection.execute(
            upsert("pauses", "issue, at, by", key="issue"), (pause.issue, stamp(pause.at), pause.by)
        )

    def drop(self, issue: str) -> bool:
        """Let a mailing continue. Returns whether it was paused."""
        return self._connection.execute("DELETE FROM pauses WHERE issue = ?", (issue,)).rowcount > 0

    def get(self, issue: str) -> Pause | None:
        return next((one for one in self.all() if one.issue == issue), None)

    def keys(self) -> frozenset[str]:
        """The issues whose mailing is paused."""
        return frozenset(one.issue for one in self.all())

    def all(self) -> tuple[Pause, ...]:
        rows = self._connection.execute("SELECT issue, at, by FROM pauses ORDER BY issue").fetchall()
        return tuple(Pause(issue=issue, at=instant(at), by=by) for issue, at, by in rows)
