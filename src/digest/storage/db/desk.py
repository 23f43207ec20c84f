"""What the store keeps for the desk: accounts, the links that open it once, sessions, limits, and a log of what was done.

Of tokens and of the people who asked, only hashes are stored. Callers validate addresses and compute their keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp, upsert

Role = Literal["owner", "editor"]
ROLES: tuple[Role, ...] = get_args(Role)
LINKS = 5  # unused links of one account; the oldest is dropped


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One person who may use the desk; `disabled` says since when they may not."""

    id: int
    address: str
    role: Role
    created: datetime
    disabled: datetime | None = None


class DeskAccounts:
    """The table `desk_accounts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, address: str, *, key: str, role: Role, at: datetime) -> bool:
        """Add an account; False if there is one with this address."""
        added = self._connection.execute(
            "INSERT INTO desk_accounts (key, address, role, created) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, address, role, stamp(at)),
        )
        return added.rowcount > 0

    def find(self, key: str) -> Account | None:
        return next(self._read("WHERE key = ?", key), None)

    def get(self, number: int) -> Account | None:
        return next(self._read("WHERE id = ?", number), None)

    def all(self) -> tuple[Account, ...]:
        return tuple(self._read("ORDER BY key"))

    def enabled(self) -> tuple[Account, ...]:
        """Those who may use the desk."""
        return tuple(self._read("WHERE disabled IS NULL ORDER BY key"))

    def set_role(self, number: int, role: Role) -> None:
        self._connection.execute("UPDATE desk_accounts SET role = ? WHERE id = ?", (role, number))

    def disable(self, number: int, at: datetime | None) -> None:
        """Lock the person out from this instant on; None lets them in again."""
        self._connection.execute("UPDATE desk_accounts SET disabled = ? WHERE id = ?", (at and stamp(at), number))

    def remove(self, number: int) -> None:
        """Delete an account that has no links and sessions any more."""
        self._connection.execute("DELETE FROM desk_accounts WHERE id = ?", (number,))

    def _read(self, where: str, *values: object) -> Iterator[Account]:
        query = f"SELECT id, address, role, created, disabled FROM desk_accounts {where}"  # noqa: S608
        for id_, address, role, created, disabled in self._connection.execute(query, values).fetchall():
            yield Account(
                id=id_, address=address, role=role, created=instant(created), disabled=optional_instant(disabled)
            )


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
        """Store a link. Expired links are dropped, and so are the oldest if a person has many unused ones."""
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
        """Use up a link and return it; None if it is unknown, used, from another server or too old."""
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


class DeskLimits:
    """The table `desk_limits`: a bucket per asker, from which each request takes one token. `until` is when it is full again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, asker: str, *, burst: int, every: timedelta, now: datetime) -> bool:
        """Take a token: there are `burst` at once, and one more per interval `every`. False if there is none.

        The caller holds a transaction. Buckets that are full again are deleted.
        """
        self._connection.execute("DELETE FROM desk_limits WHERE until <= ?", (stamp(now),))
        row = self._connection.execute("SELECT until FROM desk_limits WHERE asker = ?", (asker,)).fetchone()
        # A bucket is never more than empty, even if the clock was set back.
        missing = min(instant(row[0]) - now, every * burst) if row else timedelta()
        taken = missing <= every * (burst - 1)
        until = now + missing + (every if taken else timedelta())
        self._connection.execute(upsert("desk_limits", "asker, until", key="asker"), (asker, stamp(until)))
        return taken


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
