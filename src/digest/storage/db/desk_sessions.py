"""The links that open the desk once, and the sessions that they began. Only hashes of their tokens are stored.

`account` is None for who opened the desk in a terminal; their links and sessions are valid for that `server` only.
"""

from dataclasses import dataclass
from datetime import datetime

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, stamp

LINKS = 5  # unused links of one account; the oldest is dropped


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskLink:
    """One link, and whom it lets in."""

    account: int | None
    who: str
    server: str
    made: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskSession:
    """One browser of one person."""

    account: int | None
    who: str
    server: str
    started: datetime
    seen: datetime


class DeskSessions:
    """The tables `desk_links` and `desk_sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_link(self, hash_: str, link: DeskLink) -> None:
        """Keep a link. Links that ended, and the oldest of many unused ones of the same person, are dropped."""
        self._connection.execute("DELETE FROM desk_links WHERE until < ?", (stamp(link.made),))
        kept = self._connection.execute(
            "SELECT hash FROM desk_links WHERE account = ? ORDER BY made DESC, hash", (link.account,)
        ).fetchall()
        for (old,) in kept[LINKS - 1 :]:
            self._connection.execute("DELETE FROM desk_links WHERE hash = ?", (old,))
        self._connection.execute(
            "INSERT INTO desk_links (hash, account, who, server, made, until) VALUES (?, ?, ?, ?, ?, ?)",
            (hash_, link.account, link.who, link.server, stamp(link.made), stamp(link.until)),
        )

    def take_link(self, hash_: str, *, server: str, now: datetime) -> DeskLink | None:
        """Use a link up; None if it is unknown, used, of another server or too old."""
        row = self._connection.execute(
            "SELECT account, who, made, until FROM desk_links WHERE hash = ? AND server = ?",
            (hash_, server),
        ).fetchone()
        if row is None:
            return None
        self._connection.execute("DELETE FROM desk_links WHERE hash = ?", (hash_,))
        account, who, made, until = row
        link = DeskLink(account=account, who=who, server=server, made=instant(made), until=instant(until))
        return link if now <= link.until else None

    def start(self, hash_: str, session: DeskSession) -> None:
        self._connection.execute(
            "INSERT INTO desk_sessions (hash, account, who, server, started, seen) VALUES (?, ?, ?, ?, ?, ?)",
            (hash_, session.account, session.who, session.server, stamp(session.started), stamp(session.seen)),
        )

    def find(self, hash_: str, *, server: str) -> DeskSession | None:
        row = self._connection.execute(
            "SELECT account, who, started, seen FROM desk_sessions WHERE hash = ? AND server = ?", (hash_, server)
        ).fetchone()
        if row is None:
            return None
        account, who, started, seen = row
        return DeskSession(account=account, who=who, server=server, started=instant(started), seen=instant(seen))

    def touch(self, hash_: str, at: datetime) -> None:
        """Note that a session was used."""
        self._connection.execute("UPDATE desk_sessions SET seen = ? WHERE hash = ?", (stamp(at), hash_))

    def end(self, hash_: str) -> None:
        self._connection.execute("DELETE FROM desk_sessions WHERE hash = ?", (hash_,))

    def end_of(self, account: int) -> int:
        """End all sessions and links of an account, and return the number of the sessions."""
        self._connection.execute("DELETE FROM desk_links WHERE account = ?", (account,))
        return self._connection.execute("DELETE FROM desk_sessions WHERE account = ?", (account,)).rowcount

    def end_at(self, server: str) -> int:
        """End all sessions and links of a server."""
        self._connection.execute("DELETE FROM desk_links WHERE server = ?", (server,))
        return self._connection.execute("DELETE FROM desk_sessions WHERE server = ?", (server,)).rowcount

    def end_all(self) -> None:
        """End every session and link."""
        self._connection.execute("DELETE FROM desk_links")
        self._connection.execute("DELETE FROM desk_sessions")

    def drop_old(self, *, started: datetime, seen: datetime) -> None:
        """Delete the sessions that began, or were last used, before these instants."""
        self._connection.execute(
            "DELETE FROM desk_sessions WHERE started < ? OR seen < ?", (stamp(started), stamp(seen))
        )
