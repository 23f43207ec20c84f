"""Who is at the desk: links that open it once, sessions with an idle and an absolute end, and a token against forged requests.

Sessions are kept in memory, so that nobody is signed in any more after a restart. Only hashes of tokens are kept.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
LINK = timedelta(minutes=30)  # within which a link must be opened
MOST = 200  # links and sessions kept; the oldest is dropped

Clock = Callable[[], datetime]


@dataclass(kw_only=True, slots=True)
class Session:
    """One browser of one person. `flash` is the message that the next page shows."""

    who: str
    csrf: str
    started: datetime
    seen: datetime
    flash: str = ""

    def take_flash(self) -> str:
        """The message, once."""
        told, self.flash = self.flash, ""
        return told


@dataclass(frozen=True, slots=True)
class Sessions:
    """All links and sessions of one server."""

    clock: Clock
    _links: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _open: dict[str, Session] = field(default_factory=dict)

    def link(self, who: str) -> str:
        """A token that opens one session for this person, within half an hour."""
        token = secrets.token_urlsafe(32)
        self._links[_hash(token)] = who, self.clock()
        _bound(self._links)
        return token

    def enter(self, token: str) -> str | None:
        """The cookie of a new session; None if the token is unknown, used or too old."""
        who, made = self._links.pop(_hash(token), ("", datetime.min.replace(tzinfo=self.clock().tzinfo)))
        now = self.clock()
        if now - made > LINK:
            return None
        cookie = secrets.token_urlsafe(32)
        self._open[_hash(cookie)] = Session(who=who, csrf=secrets.token_urlsafe(32), started=now, seen=now)
        _bound(self._open)
        return cookie

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, if it has not ended; it counts as used now."""
        session, now = self._open.get(_hash(cookie)), self.clock()
        if session is None:
            return None
        if now - session.seen > IDLE or now - session.started > LONGEST:
            self.leave(cookie)
            return None
        session.seen = now
        return session

    def leave(self, cookie: str) -> None:
        """End a session."""
        self._open.pop(_hash(cookie), None)


def meant(session: Session, given: object) -> bool:
    """Whether a request carries the token of the session's own pages."""
    return isinstance(given, str) and hmac.compare_digest(given.encode(), session.csrf.encode())


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _bound(kept: dict[str, object] | dict[str, Session] | dict[str, tuple[str, datetime]]) -> None:
    while len(kept) > MOST:
        kept.pop(next(iter(kept)))
