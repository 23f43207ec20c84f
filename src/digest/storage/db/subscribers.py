"""Subscribers and the suppression list. Callers validate addresses and compute their keys.

The key of an address is its normal form: two spellings with the same key are the same person.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from digest.model import Subscriber, SubscriberStatus
from digest.storage.db.connection import Connection
from digest.storage.db.letters import Letters
from digest.storage.db.preferences import ReaderPreferences
from digest.storage.db.values import instant, stamp
from digest.text.clean import fitted

SELECT = "SELECT id, address, name, status, trends, consent, added, hard_bounces, link, language FROM subscribers"
SEASON = timedelta(days=90)
Added = Literal["added", "known", "suppressed"]


class Subscribers:
    """The tables `subscribers`, `suppressed` and `secrets`."""

    def __init__(self, connection: Connection, secret: Callable[[], bytes]) -> None:
        self._connection = connection
        self._new_secret = secret

    def secret(self, name: str) -> bytes:
        """The workspace's secret of this name, generated on first use."""
        query = "SELECT value FROM secrets WHERE name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        if row is None:
            self._connection.execute(
                "INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                (name, self._new_secret()),
            )
            row = self._connection.execute(query, (name,)).fetchone()
        return bytes(row[0])

    def add(
        self,
        address: str,
        *,
        key: str,
        at: datetime,
        name: str = "",
        status: SubscriberStatus = "active",
        trends: tuple[str, ...] = (),
        consent: str = "",
        language: str = "",
    ) -> Added:
        """Add a person, unless they are already known or on the suppression list."""
        if self.find(key) is not None:
            return "known"
        if status not in ("unsubscribed", "suspended") and self.suppressed(key):
            return "suppressed"
        self._connection.execute(
            "INSERT INTO subscribers (key, address, name, status, trends, consent, added, link, language)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                address,
                name,
                status,
                json.dumps(trends),
                consent,
                stamp(at),
                self._new_secret()[:8].hex(),
                language,
            ),
        )
        if status in ("unsubscribed", "suspended"):
            self._suppress(key, status, at)
        return "added"

    def find(self, key: str) -> Subscriber | None:
        return next(self._read("WHERE key = ?", key), None)

    def get(self, number: int) -> Subscriber | None:
        return next(self._read("WHERE id = ?", number), None)

    def named(self, link: int | str | None) -> Subscriber | None:
        """The subscriber whom the link of a mail names: by a random id that is never reused, or in older mail by a number."""
        if isinstance(link, int):
            return next(self._read("WHERE id = ? AND numbered = 1", link), None)
        return next(self._read("WHERE link = ?", link), None) if link else None

    def all(self) -> Iterator[Subscriber]:
        return self._read("ORDER BY id")

    def search(self, part: str, status: str, *, after: int, limit: int) -> Iterator[Subscriber]:
        """The subscribers whose address or name holds this text, by address; those with this status, or all if it is empty."""
        where, values = _holding(part, status)
        return self._read(f"{where} ORDER BY address, id LIMIT ? OFFSET ?", *values, limit, after)

    def count(self, part: str, status: str) -> int:
        """How many `search` would find."""
        where, values = _holding(part, status)
        (number,) = self._connection.execute(f"SELECT count(*) FROM subscribers {where}", values).fetchone()  # noqa: S608
        return int(number)

    def counts(self) -> dict[str, int]:
        rows = self._connection.execute("SELECT status, count(*) FROM subscribers GROUP BY status ORDER BY status")
        return dict(rows.fetchall())

    def opt_out(self, number: int, at: datetime, *, reason: Literal["unsubscribed", "suspended"]) -> None:
        """Stop a person's mail permanently: a later import does not add them again."""
        row = self._connection.execute("SELECT key FROM subscribers WHERE id = ?", (number,)).fetchone()
        if row is not None:
            self._set(number, "status", reason)
            self._suppress(row[0], reason, at)

    def opt_in(self, key: str, *, consent: str) -> None:
        """Subscribe a person who asked for it (again): lift the suppression and make their row active."""
        self._connection.execute("DELETE FROM suppressed WHERE hash = ?", (self._hash(key),))
        self._connection.execute(
            "UPDATE subscribers SET status = 'active', consent = ?, hard_bounces = 0 WHERE key = ?", (consent, key)
        )

    def pause(self, number: int, *, paused: bool) -> None:
        """Pause an active subscriber, or resume a paused one. Other states do not change."""
        now, then = ("active", "paused") if paused else ("paused", "active")
        self._connection.execute("UPDATE subscribers SET status = ? WHERE id = ? AND status = ?", (then, number, now))

    def choose(self, number: int, trends: tuple[str, ...]) -> None:
        self._set(number, "trends", json.dumps(trends))

    def speak(self, number: int, language: str) -> None:
        """From now on, send the person the edition in this language."""
        self._set(number, "language", language)

    def bounced(self, key: str, at: datetime) -> int:
        """Count a hard bounce, at most one per day, and return the count; 0 for an unknown address.

        If the last one was a season ago, the count starts again at 1: mail was delivered in between.
        """
        day, season_ago = stamp(at)[:10], stamp(at - SEASON)[:10]
        self._connection.execute(
            "UPDATE subscribers SET hard_bounces = CASE WHEN last_bounce < ? THEN 0 ELSE hard_bounces END + 1, last_bounce = ?"
            " WHERE key = ? AND (last_bounce IS NULL OR last_bounce < ?)",
            (season_ago, day, key, day),
        )
        person = self.find(key)
        return person.hard_bounces if person else 0

    def heard(self, report: str, at: datetime) -> bool:
        """Record a bounce report; False if it was recorded before."""
        noted = self._connection.execute(
            "INSERT INTO bounce_reports (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", (fitted(report), stamp(at))
        )
        return noted.rowcount > 0

    def forget(self, key: str, at: datetime) -> bool:
        """Erase a person and the servers' replies about them; only a salted hash is kept. True if they were known."""
        self._suppress(key, "forgotten", at)
        self._connection.execute(
            "UPDATE deliveries SET reply = '' WHERE subscriber = (SELECT id FROM subscribers WHERE key = ?)", (key,)
        )
        self._connection.execute("DELETE FROM confirmations WHERE key = ?", (key,))
        person = self.find(key)
        if person is not None:
            ReaderPreferences(self._connection).forget(person.id)
            Letters(self._connection).forget(person.id)
        return self._connection.execute("DELETE FROM subscribers WHERE key = ?", (key,)).rowcount > 0

    def heed_suppressions(self, at: datetime) -> None:
        """Stop or erase all subscribers whose addresses were added to the suppression list from another store."""
        for person in list(self.all()):
            key = person.address.lower()
            reason = self.suppressed(key)
            if reason == "forgotten":
                self.forget(key, at)
            elif reason and person.status not in ("unsubscribed", "suspended"):
                self._set(person.id, "status", "suspended" if reason == "suspended" else "unsubscribed")

    def suppressions(self) -> dict[str, int]:
        """The number of suppressed addresses by reason."""
        return dict(self._connection.execute("SELECT reason, count(*) FROM suppressed GROUP BY reason ORDER BY reason"))

    def suppressed_since(self, key: str, since: datetime) -> bool:
        """Whether the address was added to the suppression list at `since` or later."""
        query = "SELECT 1 FROM suppressed WHERE hash = ? AND at >= ?"
        return self._connection.execute(query, (self._hash(key), stamp(since))).fetchone() is not None

    def suppressed(self, key: str) -> str:
        """Why this address is suppressed, or the empty string."""
        row = self._connection.execute("SELECT reason FROM suppressed WHERE hash = ?", (self._hash(key),)).fetchone()
        return "" if row is None else str(row[0])

    def _suppress(self, key: str, reason: str, at: datetime) -> None:
        self._connection.execute(
            "INSERT INTO suppressed (hash, reason, at) VALUES (?, ?, ?)"
            " ON CONFLICT (hash) DO UPDATE SET reason = excluded.reason, at = excluded.at",
            (self._hash(key), reason, stamp(at)),
        )

    def _hash(self, key: str) -> str:
        return hashlib.blake2b(key.encode(), key=self.secret("suppressed"), digest_size=32).hexdigest()

    def _set(self, number: int, column: Literal["status", "trends", "language"], value: str) -> None:
        self._connection.execute(f"UPDATE subscribers SET {column} = ? WHERE id = ?", (value, number))  # noqa: S608

    def _read(self, where: str, *values: object) -> Iterator[Subscriber]:
        for row in self._connection.execute(f"{SELECT} {where}", values):
            added = instant(row[6])
            yield Subscriber(
                id=row[0],
                address=row[1],
                name=row[2],
                status=row[3],
                trends=tuple(json.loads(row[4])),
                consent=row[5],
                added=added,
                hard_bounces=row[7],
                link=row[8],
                language=row[9],
            )


def _holding(part: str, status: str) -> tuple[str, tuple[str, ...]]:
    """The condition of a search, and its values."""
    text = re.sub(r"([\\%_])", r"\\\1", part.lower())
    where = "WHERE (lower(address) LIKE ? ESCAPE '\\' OR lower(name) LIKE ? ESCAPE '\\')"
    values = (f"%{text}%", f"%{text}%")
    return (f"{where} AND status = ?", (*values, status)) if status else (where, values)


AT_ONCE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A confirmation that is still to be sent: whom it is for, when they asked, and how often it was tried."""

    key: str
    address: str
    asked: datetime
    attempts: int = 0
    language: str = ""  # of the page on which they asked


class Confirmations:
    """The table `confirmations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, waiting: Waiting, *, retry_at: datetime) -> None:
        """Store a confirmation until it can be tried again; a second request replaces the first."""
        self._connection.execute(
            "INSERT INTO confirmations (key, address, asked, attempts, retry_at, language) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET asked = excluded.asked, attempts = excluded.attempts,"
            " retry_at = excluded.retry_at, language = excluded.language",
            (
                waiting.key,
                waiting.address,
                stamp(waiting.asked),
                waiting.attempts + 1,
                stamp(retry_at),
                waiting.language,
            ),
        )

    def drop(self, key: str) -> None:
        self._connection.execute("DELETE FROM confirmations WHERE key = ?", (key,))

    def due(self, now: datetime) -> list[Waiting]:
        """The confirmations that may be tried now, earliest first."""
        rows = self._connection.execute(
            "SELECT key, address, asked, attempts, language FROM confirmations WHERE retry_at <= ? ORDER BY retry_at LIMIT ?",
            (stamp(now), AT_ONCE),
        )
        return [
            Waiting(key=key, address=address, asked=instant(asked), attempts=attempts, language=language)
            for key, address, asked, attempts, language in rows.fetchall()
        ]
