"""What was done at the desk: who, when, from where and what. Entries are added and, when they are old, deleted; never changed."""

from dataclasses import dataclass
from datetime import datetime

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing that was done, or refused. `place` is a shortened network address, or `terminal`."""

    at: datetime
    who: str
    place: str
    action: str
    about: str = ""


class DeskAudit:
    """The table `desk_audit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: Entry) -> None:
        self._connection.execute(
            "INSERT INTO desk_audit (at, who, place, action, about) VALUES (?, ?, ?, ?, ?)",
            (stamp(entry.at), entry.who, entry.place, entry.action, entry.about),
        )

    def count(self) -> int:
        number: int = self._connection.execute("SELECT COUNT(*) FROM desk_audit").fetchone()[0]
        return number

    def latest(self, limit: int, *, after: int = 0) -> tuple[Entry, ...]:
        """The last entries, latest first, without the first `after` of them."""
        rows = self._connection.execute(
            "SELECT at, who, place, action, about FROM desk_audit ORDER BY id DESC LIMIT ? OFFSET ?", (limit, after)
        )
        return tuple(
            Entry(at=instant(at), who=who, place=place, action=action, about=about)
            for at, who, place, action, about in rows.fetchall()
        )

    def forget(self, before: datetime) -> None:
        """Delete the entries from before this instant."""
        self._connection.execute("DELETE FROM desk_audit WHERE at < ?", (stamp(before),))
