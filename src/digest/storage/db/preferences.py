"""Readers' preferences, and the instant up to which each reader has been served.

A subscriber has a row only if they differ from the default, or did until the next issue. Equal choices are one profile.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from digest.model import Preferences
from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp, upsert

_AWAKE = "(paused_until IS NULL OR paused_until <= ?)"
# When a letter is due: a pause may end after its hour.
_HOUR = "CASE WHEN paused_until > next_at THEN paused_until ELSE next_at END"
_UNSERVED = (
    "next_at IS NULL AND cutoff = ? AND NOT EXISTS (SELECT 1 FROM deliveries"
    " WHERE deliveries.subscriber = preferences.subscriber)"
)
DEFAULT = ""  # the profile of those who follow feeds.yaml


@dataclass(frozen=True, kw_only=True, slots=True)
class DueReader:
    """An active subscriber who may get a letter: what they chose (None: the default), and what they have been served."""

    number: int
    choice: str | None  # the canonical JSON
    trends: tuple[str, ...]
    language: str
    cutoff: datetime | None
    next_at: datetime | None


class ReaderPreferences:
    """The tables `preferences` and `profiles`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, number: int, *, default: Preferences) -> Preferences:
        """What the subscriber chose; `default` is what those get who chose nothing."""
        row = self._connection.execute(
            "SELECT content, paused_until FROM preferences LEFT JOIN profiles ON hash = profile WHERE subscriber = ?",
            (number,),
        ).fetchone()
        return default if row is None else self._choice(row[0], row[1], default)

    def chosen(self, *, default: Preferences) -> Iterator[tuple[int, Preferences]]:
        """The numbers of all subscribers who have a row, and what they chose."""
        rows = self._connection.execute(
            "SELECT subscriber, content, paused_until FROM preferences LEFT JOIN profiles ON hash = profile ORDER BY subscriber"
        )
        return ((number, self._choice(content, until, default)) for number, content, until in rows)

    def put(self, number: int, preferences: Preferences, *, default: Preferences, next_at: datetime | None) -> None:
        """Store what a subscriber chose. What they have been served stays served.

        Args:
            number: the subscriber.
            preferences: their choice.
            default: what those get who chose nothing; an equal choice follows it when it changes.
            next_at: when their next letter is due; None if they get it with the issue.
        """
        profile = DEFAULT if _content(preferences) == _content(default) else self._profile(preferences)
        until = preferences.paused_until and stamp(preferences.paused_until)
        cutoff, before = self.served(number), self._profile_of(number)
        self._connection.execute(
            upsert("preferences", "subscriber, profile, next_at, cutoff, paused_until", key="subscriber"),
            (number, profile, next_at and stamp(next_at), cutoff and stamp(cutoff), until),
        )
        self._drop_unused(before)

    def served(self, number: int) -> datetime | None:
        """The cutoff of the last issue or letter that was, or is being, sent to a subscriber.

        For somebody who was sent none, that of the last closed issue; None if there is none.
        """
        row = self._connection.execute("SELECT cutoff FROM preferences WHERE subscriber = ?", (number,)).fetchone()
        if row is not None:
            return optional_instant(row[0])
        (cutoff,) = self._connection.execute(
            "SELECT coalesce((SELECT max(cutoff) FROM deliveries JOIN issues ON key = issue WHERE subscriber = ?),"
            " (SELECT max(cutoff) FROM issues WHERE state = 'closed'))",
            (number,),
        ).fetchone()
        return optional_instant(cutoff)

    def due(self, now: datetime) -> Iterator[DueReader]:
        """The readers whose letter is due, by their number."""
        return self._readers(f"next_at <= ? AND {_AWAKE}", stamp(now), stamp(now))

    def with_issue(self, now: datetime) -> Iterator[DueReader]:
        """The readers of every issue who have a row: they chose another form, or get the rest of an interval."""
        return self._readers(f"next_at IS NULL AND {_AWAKE}", stamp(now))

    def with_letters(self) -> Iterator[DueReader]:
        """All active readers of letters, paused or not."""
        return self._readers("next_at IS NOT NULL")

    def next_of(self, number: int) -> datetime | None:
        """When a subscriber's next letter is due; None if they get the issue."""
        row = self._connection.execute("SELECT next_at FROM preferences WHERE subscriber = ?", (number,)).fetchone()
        return optional_instant(row[0]) if row else None

    def next_due(self) -> datetime | None:
        """When the next letter is due."""
        (earliest,) = self._connection.execute(
            f"SELECT min({_HOUR}) FROM preferences JOIN subscribers ON id = subscriber WHERE next_at IS NOT NULL"  # noqa: S608
            " AND status = 'active'"
        ).fetchone()
        return optional_instant(earliest)

    def last_due(self) -> datetime | None:
        """When the last of the next letters is due."""
        return optional_instant(self._connection.execute("SELECT max(next_at) FROM preferences").fetchone()[0])

    def count_by_hour(self) -> dict[datetime, int]:
        """How many letters are due at each instant, of all active readers of letters."""
        rows = self._connection.execute(
            f"SELECT {_HOUR}, count(*) FROM preferences JOIN subscribers ON id = subscriber WHERE next_at IS NOT NULL"  # noqa: S608
            f" AND status = 'active' GROUP BY {_HOUR}"
        )
        return {instant(at): count for at, count in rows.fetchall()}

    def serve(self, served: Iterable[tuple[int, datetime | None]], *, cutoff: datetime | None) -> None:
        """Record that readers are served up to `cutoff` (None: as far as before), each with when their next letter is due."""
        self._connection.executemany(
            "UPDATE preferences SET next_at = ?, cutoff = coalesce(?, cutoff) WHERE subscriber = ?",
            ((next_at and stamp(next_at), cutoff and stamp(cutoff), number) for number, next_at in served),
        )

    def release(self, numbers: Iterable[int]) -> None:
        """Delete the rows of readers who follow the default and have been served like everybody else."""
        self._connection.executemany(
            "DELETE FROM preferences WHERE subscriber = ? AND profile = '' AND paused_until IS NULL",
            ((number,) for number in numbers),
        )

    def skip_until(self, number: int, cutoff: datetime) -> None:
        """Count everything up to a cutoff as received by a subscriber who comes, or comes back: their letters begin there."""
        self._connection.execute(
            "UPDATE preferences SET cutoff = ? WHERE subscriber = ? AND (cutoff IS NULL OR cutoff < ?)",
            (stamp(cutoff), number, stamp(cutoff)),
        )

    def skip_mailed(self, cutoff: datetime) -> None:
        """Count an issue up to `cutoff`, which another store mailed, as received by all readers of issues."""
        self._connection.execute(
            "UPDATE preferences SET cutoff = ? WHERE next_at IS NULL AND (cutoff IS NULL OR cutoff < ?)",
            (stamp(cutoff), stamp(cutoff)),
        )

    def adopt(self, next_at: datetime | None) -> int:
        """Give a row to every active subscriber who has none, and return their number. It follows the default."""
        return self._connection.execute(
            "INSERT INTO preferences (subscriber, profile, next_at, cutoff) SELECT id, '', ?,"
            " coalesce((SELECT max(cutoff) FROM deliveries JOIN issues ON issues.key = issue WHERE subscriber = id),"
            " (SELECT max(cutoff) FROM issues WHERE state = 'closed')) FROM subscribers"
            " WHERE status = 'active' AND id NOT IN (SELECT subscriber FROM preferences)",
            (next_at and stamp(next_at),),
        ).rowcount

    def count_unadopted(self) -> int:
        """How many active subscribers have no row."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM subscribers WHERE status = 'active' AND id NOT IN (SELECT subscriber FROM preferences)"
        ).fetchone()
        return int(count)

    def begin_at(self, start: datetime | None, cutoff: datetime) -> None:
        """At the start of an issue's mailing, include readers who chose after it was closed and were never sent anything."""
        self._connection.execute(
            f"UPDATE preferences SET cutoff = ? WHERE {_UNSERVED}",  # noqa: S608
            (start and stamp(start), stamp(cutoff)),
        )

    def count_unserved(self, cutoff: datetime, now: datetime) -> int:
        """How many active readers `begin_at` would find."""
        (count,) = self._connection.execute(
            f"SELECT count(*) FROM preferences JOIN subscribers ON id = subscriber WHERE {_UNSERVED} AND {_AWAKE}"  # noqa: S608
            " AND status = 'active'",
            (stamp(cutoff), stamp(now)),
        ).fetchone()
        return int(count)

    def follow(self, next_at: datetime | None) -> None:
        """Move those who follow the default from letters to issues, or back, after it changed."""
        other = "next_at IS NULL" if next_at else "next_at IS NOT NULL"
        self._connection.execute(
            f"UPDATE preferences SET next_at = ? WHERE profile = '' AND {other}",  # noqa: S608
            (next_at and stamp(next_at),),
        )

    def _readers(self, where: str, *values: str) -> Iterator[DueReader]:
        rows = self._connection.execute(
            "SELECT subscriber, content, trends, language, cutoff, next_at FROM preferences"  # noqa: S608
            " JOIN subscribers ON id = subscriber LEFT JOIN profiles ON hash = profile"
            f" WHERE {where} AND status = 'active' ORDER BY subscriber",
            values,
        )
        for number, choice, trends, language, cutoff, next_at in rows:
            yield DueReader(
                number=number,
                choice=choice,
                trends=tuple(json.loads(trends)),
                language=language,
                cutoff=optional_instant(cutoff),
                next_at=optional_instant(next_at),
            )

    def forget(self, number: int) -> None:
        """Erase what a person chose and taught."""
        before = self._profile_of(number)
        self._connection.execute("DELETE FROM preferences WHERE subscriber = ?", (number,))
        self._drop_unused(before)

    def _profile_of(self, number: int) -> str:
        row = self._connection.execute("SELECT profile FROM preferences WHERE subscriber = ?", (number,)).fetchone()
        return DEFAULT if row is None else str(row[0])

    def _drop_unused(self, profile: str) -> None:
        self._connection.execute(
            "DELETE FROM profiles WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM preferences WHERE profile = hash)",
            (profile,),
        )

    def _profile(self, preferences: Preferences) -> str:
        content = _content(preferences)
        name = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
        self._connection.execute(
            "INSERT INTO profiles (hash, content) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING", (name, content)
        )
        return name

    def _choice(self, content: str | None, until: str | None, default: Preferences) -> Preferences:
        return replace(chosen_of(content, default), paused_until=optional_instant(until))


def chosen_of(content: str | None, default: Preferences) -> Preferences:
    """A choice from its canonical JSON."""
    return default if content is None else Preferences(**json.loads(content))


def _content(preferences: Preferences) -> str:
    """The canonical JSON of a choice. What does not matter at its frequency is left out."""
    kept: Iterable[str] = {"issue": (), "daily": ("hour", "zone")}.get(preferences.frequency, ("day", "hour", "zone"))
    content = {
        "frequency": preferences.frequency,
        **{name: getattr(preferences, name) for name in kept},
        "minutes": preferences.minutes,
        "weights": dict(preferences.weights),
        "plain": preferences.plain,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
