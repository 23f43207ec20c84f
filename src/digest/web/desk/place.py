"""One desk: the workspace, the clock, who is signed in, how people get in, and how often they may ask for what costs mail."""

import asyncio
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from digest.config import trend_files
from digest.errors import DigestError
from digest.model import Workspace
from digest.services.build import rehearsed
from digest.services.context import Program, program_at, read_config
from digest.services.memory import Memory
from digest.storage.db import Server, open_store
from digest.storage.files import resources
from digest.web.context import Buckets, Mail
from digest.web.desk.mailing import Mailings
from digest.web.desk.sessions import Clock, Sessions
from digest.web.requests import Callers

Limit = Literal["link", "mailbox", "links", "guess", "test"]
# So many at once, and then one per interval, counted in the store, so that several servers share each limit.
LIMITS: Final[dict[Limit, tuple[int, timedelta]]] = {
    "link": (10, timedelta(minutes=1)),  # by client
    "mailbox": (3, timedelta(minutes=10)),
    "links": (60, timedelta(seconds=2)),  # of all
    "guess": (20, timedelta(seconds=30)),  # by client
    "test": (10, timedelta(minutes=1)),  # by person
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one server. Requests that exceed them do not reach the store."""

    database: Path | Server
    clock: Clock
    _here: dict[Limit, Buckets] = field(default_factory=dict)

    async def take(self, name: Limit, asker: str = "") -> bool:
        """Count one request; False if there were too many."""
        burst, every = LIMITS[name]
        here = self._here.setdefault(name, Buckets(burst=burst, every=every, clock=self.clock))
        return here.take(asker) and await asyncio.to_thread(self._shared, name, asker)

    def _shared(self, name: Limit, asker: str) -> bool:
        burst, every = LIMITS[name]
        with open_store(self.database) as store, store.transaction():
            return store.desk_limits.take(_hashed(name, asker), burst=burst, every=every, now=self.clock())


def _hashed(name: Limit, asker: str) -> str:
    """The name under which a client is counted: a hash, so that the store does not show its address."""
    return hmac.new(name.encode(), asker.encode("utf-8", "replace"), "sha256").hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """One desk. `mail` sends the links by which accounts sign in; a desk in a terminal has none, and one link that it prints."""

    place: Workspace
    clock: Callable[[], datetime]
    sessions: Sessions
    limits: Limits
    callers: Callers
    mail: Mail | None = None
    mailings: Mailings = field(default_factory=Mailings)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one change at a time
    memory: Memory = field(default_factory=Memory)
    prepared: "dict[str, asyncio.Task[None]]" = field(default_factory=dict)  # by issue

    @contextmanager
    def opened(self, *, writes: bool) -> Iterator[Program]:
        """The workspace as a command opens it, with today's feeds.yaml."""
        known = trend_files.load(resources.trend_texts(self.place))
        settings = read_config(self.place, known)
        with program_at(self.clock(), self.place, settings, known, writes=writes, waiting=lambda _: None) as program:
            yield replace(program, memory=self.memory)

    async def read(self, ask: Callable[[Program], T]) -> T:
        """Read from the workspace, in a worker thread."""
        return await asyncio.to_thread(self._with, ask, False)

    async def write(self, ask: Callable[[Program], T]) -> T:
        """Change the workspace, in a thread, after the changes before it."""
        async with self.turn:
            return await asyncio.to_thread(self._with, ask, True)

    def prepare(self, key: str) -> None:
        """Compose a draft once in a worker thread, so that its first change is as fast as the others."""
        if key not in self.prepared:
            self.prepared[key] = asyncio.create_task(asyncio.to_thread(self._rehearse, key))

    async def write_draft(self, key: str, ask: Callable[[Program], T]) -> T:
        """Change a draft. If it is being composed for its first change, wait for that, so that nothing is computed twice."""
        if key in self.prepared:
            await self.prepared[key]
        return await self.write(ask)

    def _rehearse(self, key: str) -> None:
        with suppress(DigestError), self.opened(writes=False) as program:
            if program.config.model is None:  # which would be asked
                rehearsed(program, key)

    def secure(self, request: web.Request) -> bool:
        """Whether a request may be answered: over https, or at a desk in a terminal."""
        return self.mail is None or self.callers.secure(request)

    def own(self, request: web.Request) -> bool:
        """Whether a page of this server sent the form, as far as the browser says."""
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        names = {request.host, urlsplit(self.mail.imprint.base_url).netloc if self.mail else request.host}
        return site in ("same-origin", "none") and (origin is None or origin.partition("://")[2] in names)

    def _with(self, ask: Callable[[Program], T], writes: bool) -> T:
        with self.opened(writes=writes) as program:
            return ask(program)
