"""Who is at the desk: links that open it once, sessions with an idle and an absolute end, and a token against forged requests.

Links and sessions are in the store, so that all servers of a workspace know them. Only hashes of tokens are kept there.
"""

import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from digest.services.desk_accounts import hashed, issue_of, new_link
from digest.storage.db import LockedError, Server, Store, open_store
from digest.storage.db.desk import DeskSession, Role

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
LINK = timedelta(minutes=30)  # within which the link that a terminal prints must be opened
MAILED_LINK = timedelta(minutes=15)
NOTED = timedelta(minutes=1)  # how exactly the store knows when a session was last used
MOST = 200  # sessions whose messages are kept; the oldest is dropped

Clock = Callable[[], datetime]


@dataclass(kw_only=True, slots=True)
class Session:
    """One browser of one person. `account` is None for who opened the desk in a terminal; `flash` is the next page's message."""

    who: str
    csrf: str
    role: Role = "owner"
    account: int | None = None
    flash: str = ""

    @property
    def owner(self) -> bool:
        return self.role == "owner"

    def take_flash(self) -> str:
        """The message, once."""
        told, self.flash = self.flash, ""
        return told


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """Somebody who has just signed in."""

    cookie: str
    who: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions:
    """All links and sessions of a workspace. `server` names a desk in a terminal, whose sessions are valid there only."""

    database: Path | Server
    clock: Clock
    server: str = ""
    _known: dict[str, Session] = field(default_factory=dict)

    def link(self, who: str) -> str:
        """A token that opens one session for the person at the terminal, within half an hour."""
        with open_store(self.database) as store:
            return new_link(store, self.clock(), who=who, lasts=LINK, server=self.server)

    def leads_to(self, token: str) -> str | None:
        """The issue that a link leads to; None if it was not made here."""
        with open_store(self.database) as store:
            return issue_of(store, token)

    def enter(self, token: str, *, instead_of: str = "") -> Entered | None:
        """Begin a new session by a link; None if it is unknown, used or too old. `instead_of` is a cookie whose session ends."""
        cookie, now = secrets.token_urlsafe(32), self.clock()
        with open_store(self.database) as store, store.transaction():
            sessions = store.desk_sessions
            link = sessions.take_link(hashed(token), server=self.server, now=now)
            if link is None or _role(store, link.account) is None:
                return None
            sessions.end(hashed(instead_of))
            sessions.drop_old(started=now - LONGEST, seen=now - IDLE)
            begun = DeskSession(account=link.account, who=link.who, server=self.server, started=now, seen=now)
            sessions.start(hashed(cookie), begun)
        return Entered(cookie=cookie, who=link.who)

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, if it has not ended; it counts as used now."""
        if not cookie:
            return None
        hash_, now = hashed(cookie), self.clock()
        with open_store(self.database) as store:
            row = store.desk_sessions.find(hash_, server=self.server)
            role = _role(store, row.account) if row else None
            if row is None or role is None or now - row.seen > IDLE or now - row.started > LONGEST:
                self._known.pop(hash_, None)
                return None
            if now - row.seen > NOTED:
                with suppress(LockedError):  # another process is writing; the next request notes it
                    store.desk_sessions.touch(hash_, now)
        session = self._known.setdefault(hash_, Session(who=row.who, csrf=_csrf(cookie), account=row.account))
        session.role = role
        while len(self._known) > MOST:
            self._known.pop(next(iter(self._known)))
        return session

    def leave(self, cookie: str) -> None:
        """End a session."""
        self._known.pop(hashed(cookie), None)
        with open_store(self.database) as store, store.transaction():
            store.desk_sessions.end(hashed(cookie))

    def leave_everywhere(self, session: Session) -> None:
        """End all sessions and links of a person; in a terminal, of its server."""
        with open_store(self.database) as store, store.transaction():
            if session.account is None:
                store.desk_sessions.end_at(self.server)
            else:
                store.desk_sessions.end_of(session.account)


def meant(session: Session, given: object) -> bool:
    """Whether a request carries the token of the session's own pages."""
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), session.csrf.encode())


def _csrf(cookie: str) -> str:
    """The token of a session's pages, which only who has the cookie can compute."""
    return hmac.new(cookie.encode("utf-8", "replace"), b"csrf", "sha256").hexdigest()


def _role(store: Store, number: int | None) -> Role | None:
    """What an account may do now; None if it is disabled or removed. A terminal's user may do everything."""
    if number is None:
        return "owner"
    account = store.desk_accounts.get(number)
    return account.role if account is not None and account.disabled is None else None
