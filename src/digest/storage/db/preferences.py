"""Readers' preferences, and up to when each reader has been served.

A subscriber has a row only if they differ from the default, or did until the next issue. Equal choices are one profile.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from digest.model import Preferences
from digest.storage.db.connection import Connection
from digest.storage.db.values import optional_instant, stamp, upsert

DEFAULT = ""  # the profile of those who follow feeds.yaml


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
        chosen = default if content is None else Preferences(**json.loads(content))
        return replace(chosen, paused_until=optional_instant(until))


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
