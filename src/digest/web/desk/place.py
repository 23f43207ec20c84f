"""One desk: the workspace, the clock, who is signed in, and how people get in."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from digest.config import trend_files
from digest.errors import DigestError
from digest.model import Workspace
from digest.services.build import rehearsed
from digest.services.context import Program, program_at, read_config
from digest.services.memory import Memory
from digest.storage.files import resources
from digest.web.callers import Callers
from digest.web.context import Mail
from digest.web.desk.limits import Limits
from digest.web.desk.mailing import Mailings
from digest.web.desk.sessions import Sessions

T = TypeVar("T")


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
        """Ask the workspace, in a thread beside the event loop."""
        return await asyncio.to_thread(self._with, ask, False)

    async def write(self, ask: Callable[[Program], T]) -> T:
        """Change the workspace, in a thread, after the changes before it."""
        async with self.turn:
            return await asyncio.to_thread(self._with, ask, True)

    def prepare(self, key: str) -> None:
        """Compose a draft once beside the event loop, so that its first change is as fast as the others."""
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
        """Whether the browser says that a page of this server sent the form, if it says anything of it."""
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        names = {request.host, urlsplit(self.mail.imprint.base_url).netloc if self.mail else request.host}
        return site in ("same-origin", "none") and (origin is None or origin.partition("://")[2] in names)

    def _with(self, ask: Callable[[Program], T], writes: bool) -> T:
        with self.opened(writes=writes) as program:
            return ask(program)
