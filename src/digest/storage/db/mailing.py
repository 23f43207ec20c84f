"""One mailing: one issue, or round of letters, on one route, and the state of each of its recipients.

Recipients are fixed when a mailing starts, so that the number of candidates is always the sum of the states. Only a mailing of
welcomes, `mail:welcome`, grows: by one for each new subscriber.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import DELIVERY_STATES, DeliveryState, Recipient
from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp, transaction, upsert

_DUE = "state = 'pending' AND (retry_at IS NULL OR retry_at <= ? OR (? = 1 AND about != ''))"
_TRIED = {None: "", True: "AND attempts > 0", False: "AND attempts = 0"}
MINUTE = timedelta(minutes=1)
# States in which a message is, or may be, a recipient's already.
_THEIRS = "('pending', 'offered', 'accepted', 'in_doubt')"
TEAM = 0  # the recipient number on a route without subscribers
SHARD = 1000  # recipient numbers to which one process sends at a time, where several do
EVERYBODY = (0, 2**62)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailingRow:
    """One mailing. `runs` counts the runs begun; the archive records them too, which reveals a lost ledger."""

    started: datetime
    runs: int
    candidates: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """The number of recipients in a state with the same reply. `about` says whom the reply concerns, if not the recipient."""

    state: DeliveryState
    reply: str
    count: int
    about: str


def welcome_route(route: str) -> str:
    """The name of the route on which the new subscribers of a route get an issue that others got before."""
    return f"{route}:welcome"


# Active subscribers who chose nothing about letters, and were not welcomed with an issue on a route.
_OTHERS = (
    "SELECT id FROM subscribers WHERE status = 'active' AND id NOT IN (SELECT subscriber FROM preferences)"  # noqa: S608
    f" AND id NOT IN (SELECT subscriber FROM deliveries WHERE issue = ? AND route = ? AND state IN {_THEIRS})"
)


class Mailing:
    """One issue on one route."""

    def __init__(self, connection: Connection, *, issue: str, route: str, span: tuple[int, int] = EVERYBODY) -> None:
        self._connection = connection
        self._at = (issue, route)
        self._span = span

    def shard(self, number: int) -> "Mailing":
        """The same mailing, limited to one shard: only its recipients are due, or moved from one state to another."""
        issue, route = self._at
        return Mailing(self._connection, issue=issue, route=route, span=(number * SHARD, (number + 1) * SHARD))

    def shards_due(self, now: datetime, *, after: int = -1, limit: int) -> list[int]:
        """The next shards with recipients who may be tried at `now`, or to whom a run that has not ended may be sending."""
        rows = self._connection.execute(
            f"SELECT DISTINCT subscriber / {SHARD} AS shard FROM deliveries WHERE issue = ? AND route = ?"  # noqa: S608
            f" AND subscriber >= ? AND (({_DUE}) OR state = 'offered') ORDER BY shard LIMIT ?",
            (*self._at, (after + 1) * SHARD, stamp(now), 0, limit),
        )
        return [int(shard) for (shard,) in rows]

    def transaction(self) -> AbstractContextManager[None]:
        """Commit the whole block, or nothing of it. The transactions of several shards are committed together."""
        return transaction(self._connection, shared=self._span != EVERYBODY)

    def row(self) -> MailingRow | None:
        """The mailing's row, or None before its first run."""
        row = self._connection.execute(
            "SELECT started, runs, candidates FROM mailings WHERE issue = ? AND route = ?", self._at
        ).fetchone()
        if row is None:
            return None
        started = instant(row[0])
        return MailingRow(started=started, runs=row[1], candidates=row[2])

    def join(self, number: int, at: datetime) -> bool:
        """Add one subscriber to a mailing that grows, unless they got the issue already, or may have."""
        self._connection.execute(
            "INSERT INTO mailings (issue, route, started, runs, candidates) VALUES (?, ?, ?, 0, 0)"
            " ON CONFLICT (issue, route) DO NOTHING",
            (*self._at, stamp(at)),
        )
        theirs = self._connection.execute(
            f"SELECT 1 FROM deliveries WHERE issue = ? AND subscriber = ? AND state IN {_THEIRS}",  # noqa: S608
            (self._at[0], number),
        ).fetchone()
        if theirs is not None:
            return False
        columns = "issue, route, subscriber, state, attempts, deferred_since, at, retry_at, reply, about"
        self._connection.execute(
            upsert("deliveries", columns, key="issue, route, subscriber"),
            (*self._at, number, "pending", 0, None, stamp(at), stamp(at), "", ""),
        )
        self._connection.execute(
            "UPDATE mailings SET candidates = (SELECT count(*) FROM deliveries WHERE issue = ? AND route = ?)"
            " WHERE issue = ? AND route = ?",
            (*self._at, *self._at),
        )
        return True

    def freeze(self, at: datetime, *, people: bool, state: DeliveryState = "pending") -> None:
        """Fix the recipients: the one team of a webhook, or all subscribers who are active now, chose nothing about letters and were
        not welcomed with this issue.
        """
        issue, route = self._at
        who, values = (_OTHERS, (issue, welcome_route(route))) if people else (f"SELECT {TEAM} AS id", ())
        self._connection.execute(
            "INSERT INTO mailings (issue, route, started, runs, candidates) VALUES (?, ?, ?, 0, 0)",
            (*self._at, stamp(at)),
        )
        added = self._connection.execute(
            f"INSERT INTO deliveries (issue, route, subscriber, state, at) SELECT ?, ?, id, ?, ? FROM ({who}) AS people",  # noqa: S608
            (*self._at, state, stamp(at), *values),
        )
        self._connection.execute(
            "UPDATE mailings SET candidates = ? WHERE issue = ? AND route = ?", (added.rowcount, *self._at)
        )

    def count_others(self) -> int:
        """How many subscribers `freeze` would fix."""
        issue, route = self._at
        query = f"SELECT count(*) FROM ({_OTHERS}) AS people"  # noqa: S608
        (count,) = self._connection.execute(query, (issue, welcome_route(route))).fetchone()
        return int(count)

    def begin(self, at: datetime) -> None:
        """Begin a mailing whose recipients `assign` fixes, in the same transaction."""
        self._connection.execute(
            "INSERT INTO mailings (issue, route, started, runs, candidates) VALUES (?, ?, ?, 0, 0)",
            (*self._at, stamp(at)),
        )

    def assign(self, given: Iterable[tuple[int, str]], at: datetime, *, state: DeliveryState = "pending") -> None:
        """Add recipients, each with the key of their letter; an empty key means the issue as it is."""
        self._connection.executemany(
            "INSERT INTO deliveries (issue, route, subscriber, letter, state, at) VALUES (?, ?, ?, ?, ?, ?)",
            ((*self._at, number, letter, state, stamp(at)) for number, letter in given),
        )
        self._connection.execute(
            "UPDATE mailings SET candidates = (SELECT count(*) FROM deliveries WHERE issue = ? AND route = ?)"
            " WHERE issue = ? AND route = ?",
            (*self._at, *self._at),
        )

    def count_run(self, *, noted: int) -> None:
        """Count a new run; `noted` is how many the archive has recorded."""
        self._connection.execute(
            "UPDATE mailings SET runs = CASE WHEN runs < ? THEN ? ELSE runs END + 1 WHERE issue = ? AND route = ?",
            (noted, noted, *self._at),
        )

    def counts(self) -> dict[DeliveryState, int]:
        """How many recipients are in each state, with zeros for empty states."""
        rows = self._connection.execute(
            "SELECT state, count(*) FROM deliveries WHERE issue = ? AND route = ? GROUP BY state", self._at
        )
        found: dict[DeliveryState, int] = dict(rows.fetchall())
        return {state: found.get(state, 0) for state in DELIVERY_STATES}

    def move(self, old: DeliveryState, new: DeliveryState, at: datetime, *, reply: str) -> int:
        """Move all recipients in one state to another, and return their number."""
        return self._connection.execute(
            "UPDATE deliveries SET state = ?, at = ?, retry_at = NULL, reply = ?"
            " WHERE issue = ? AND route = ? AND subscriber >= ? AND subscriber < ? AND state = ?",
            (new, stamp(at), reply, *self._at, *self._span, old),
        ).rowcount

    def due(
        self, now: datetime, *, after: int, limit: int, tried: bool | None = None, asked: bool = False
    ) -> list[Recipient]:
        """The next recipients that may be tried at `now`, by number. The address of an erased person is empty.

        Args:
            now: the clock.
            after: only recipients with a higher number.
            limit: at most so many.
            tried: only those who were put off before, or only those who were not.
            asked: also those who wait for trouble that is not their own, whenever their next try is due.
        """
        query = (
            "SELECT subscriber, coalesce(address, ''), coalesce(name, ''), coalesce(trends, '[]'), attempts,"  # noqa: S608
            " deferred_since,"
            " CASE WHEN subscriber = ? OR status = 'active' THEN 1 ELSE 0 END, coalesce(link, ''), coalesce(language, ''), letter"
            " FROM deliveries LEFT JOIN subscribers ON id = subscriber WHERE issue = ? AND route = ? AND subscriber > ?"
            f" AND subscriber < ? AND {_DUE} {_TRIED[tried]} ORDER BY subscriber LIMIT ?"
        )
        first, end = self._span
        values = (TEAM, *self._at, max(after, first - 1), end, stamp(now), asked, limit)
        rows = self._connection.execute(query, values)
        return [
            Recipient(
                id=number,
                address=address,
                name=name,
                trends=tuple(json.loads(trends)),
                attempts=attempts,
                deferred_since=optional_instant(since),
                wants=bool(wants),
                link=link,
                language=language,
                letter=letter,
            )
            for number, address, name, trends, attempts, since, wants, link, language, letter in rows.fetchall()
        ]

    def count_due(self, now: datetime, *, asked: bool = False) -> int:
        (count,) = self._connection.execute(
            "SELECT count(*) FROM deliveries WHERE issue = ? AND route = ?"  # noqa: S608
            f" AND subscriber >= ? AND subscriber < ? AND {_DUE}",
            (*self._at, *self._span, stamp(now), asked),
        ).fetchone()
        return int(count)

    def reasons(self, limit: int) -> list[Reason]:
        """The replies because of which recipients are waiting, refused or given up; most frequent first."""
        rows = self._connection.execute(
            "SELECT state, reply, count(*), max(about) FROM deliveries WHERE issue = ? AND route = ?"
            " AND state IN ('pending', 'refused', 'expired') AND reply != ''"
            " GROUP BY state, reply ORDER BY count(*) DESC, reply LIMIT ?",
            (*self._at, limit),
        )
        return [Reason(state=row[0], reply=row[1], count=row[2], about=row[3]) for row in rows.fetchall()]

    def troubled(self, limit: int) -> list[tuple[str, DeliveryState, str]]:
        """The address, state and reply of recipients who are in doubt, first, or whom a server did not accept."""
        rows = self._connection.execute(
            "SELECT coalesce(address, ''), state, reply FROM deliveries LEFT JOIN subscribers ON subscribers.id = subscriber"
            " WHERE issue = ? AND route = ?"
            " AND (state IN ('in_doubt', 'refused', 'expired') OR (state = 'pending' AND reply != ''))"
            " ORDER BY CASE state WHEN 'in_doubt' THEN 0 WHEN 'pending' THEN 2 ELSE 1 END, subscriber LIMIT ?",
            (*self._at, limit),
        )
        return [(address, state, reply) for address, state, reply in rows.fetchall()]

    def retry(self, words: str, at: datetime) -> int:
        """Set all recipients refused or given up with this text in the reply back to pending, and return their number."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'pending', at = ?, retry_at = NULL, attempts = 0, deferred_since = NULL, reply = '',"
            " about = '' WHERE issue = ? AND route = ? AND state IN ('refused', 'expired') AND instr(lower(reply), lower(?)) > 0",
            (stamp(at), *self._at, words),
        ).rowcount

    def next_retry(self) -> datetime | None:
        """The earliest instant at which a deferred recipient may be retried."""
        (earliest,) = self._connection.execute(
            "SELECT min(retry_at) FROM deliveries WHERE issue = ? AND route = ? AND state = 'pending'", self._at
        ).fetchone()
        return optional_instant(earliest)

    def offer(self, number: int, at: datetime) -> bool:
        """Mark a recipient as offered, unless they have unsubscribed since. Returns whether they were marked."""
        changed = self._connection.execute(
            "UPDATE deliveries SET state = 'offered', at = ?, reply = '', retry_at = NULL"
            " WHERE issue = ? AND route = ? AND subscriber = ? AND"
            " (subscriber = ? OR EXISTS (SELECT 1 FROM subscribers WHERE id = subscriber AND status = 'active'))",
            (stamp(at), *self._at, number, TEAM),
        )
        return changed.rowcount == 1

    def mark(self, number: int, state: DeliveryState, at: datetime, *, reply: str = "") -> None:
        self._connection.execute(
            "UPDATE deliveries SET state = ?, at = ?, reply = ?, retry_at = NULL"
            " WHERE issue = ? AND route = ? AND subscriber = ?",
            (state, stamp(at), reply, *self._at, number),
        )

    def put_off(self, number: int, at: datetime, *, reply: str, until: datetime, about: str = "") -> None:
        """Keep a recipient pending, to be retried at `until`. `about` says whom the reply concerns, if not the recipient."""
        self._connection.execute(
            "UPDATE deliveries SET state = 'pending', at = ?, reply = ?, about = ?, retry_at = ?, attempts = attempts + 1,"
            " deferred_since = coalesce(deferred_since, ?) WHERE issue = ? AND route = ? AND subscriber = ?",
            (stamp(at), reply, about, stamp(until), stamp(at), *self._at, number),
        )

    def settle(self, numbers: Sequence[int] | None, state: DeliveryState, at: datetime, *, reply: str) -> int:
        """Give these recipients in doubt another state, or all of them; return how many there were."""
        if numbers is None:
            return self.move("in_doubt", state, at, reply=reply)
        changed = [
            self._connection.execute(
                "UPDATE deliveries SET state = ?, at = ?, retry_at = NULL, reply = ?"
                " WHERE issue = ? AND route = ? AND subscriber = ? AND state = 'in_doubt'",
                (state, stamp(at), reply, *self._at, number),
            ).rowcount
            for number in numbers
        ]
        return sum(changed)

    def pace(self) -> float | None:
        """The messages a second that were accepted in the last minute of sending; None before the second one."""
        (newest,) = self._connection.execute(
            "SELECT max(at) FROM deliveries WHERE issue = ? AND route = ? AND state = 'accepted'", self._at
        ).fetchone()
        if newest is None:
            return None
        minute = stamp(instant(newest) - MINUTE)
        count, oldest = self._connection.execute(
            "SELECT count(*), min(at) FROM deliveries WHERE issue = ? AND route = ? AND state = 'accepted' AND at > ?",
            (*self._at, minute),
        ).fetchone()
        seconds = (instant(newest) - instant(oldest)).total_seconds()
        return (count - 1) / seconds if seconds > 0 else None
