"""What all groups of routes share: the workspace, the limits on requests, and the background work of a server."""

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from digest.config import Config
from digest.errors import DigestError
from digest.mail.message import Imprint
from digest.mail.transport import Letter, Outcome
from digest.model import Trend, Workspace
from digest.schedule.slots import Timetable
from digest.services.context import Program
from digest.storage.archive import Archive
from digest.storage.db import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """How single messages are sent. `post` may be called in any thread."""

    imprint: Imprint
    post: Callable[[Letter], Outcome]


@dataclass(frozen=True, kw_only=True, slots=True)
class Welcoming:
    """How new subscribers get their first issue: `greet` sends it to all who wait on `route` of the ledger, in any thread."""

    greet: Callable[[], object]
    route: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The argument of each `routes(site)`. The store's connection belongs to the event loop's thread."""

    workspace: Workspace
    config: Config
    trends: Mapping[str, Trend]
    store: Store
    clock: Callable[[], datetime]
    mail: Mail | None = None
    welcoming: Welcoming | None = None


def program_of(site: Site) -> Program:
    """A run that only reads."""
    settings = site.config.digest
    return Program(
        workspace=site.workspace,
        config=site.config,
        trends=site.trends,
        store=site.store,
        archive=Archive(site.workspace.archive),
        timetable=Timetable(schedule=settings.schedule, cadence=settings.cadence, zone=ZoneInfo(settings.timezone)),
        now=site.clock(),
        random=random.Random(0),  # noqa: S311  (asked for nothing)
        workers=1,
    )


KEPT = 20_000  # buckets kept; the least recently used is dropped


class Buckets:
    """One bucket per key: `burst` requests at once, then one more per interval `every`."""

    def __init__(self, *, burst: int, every: timedelta, clock: Callable[[], datetime]) -> None:
        self._burst = float(burst)
        self._every = every.total_seconds()
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take a token from the bucket; False if it is empty."""
        now = self._clock()
        level, at = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + max(0.0, (now - at).total_seconds()) / self._every)
        taken = level >= 1
        self._levels[key] = (level - taken, now)
        if len(self._levels) > KEPT:
            self._levels.popitem(last=False)
        return taken

    def give_back(self, key: str) -> None:
        """Undo a take whose request had no effect."""
        level, at = self._levels.get(key, (self._burst, self._clock()))
        self._levels[key] = (min(self._burst, level + 1), at)


_log = logging.getLogger(__name__)
Step = Callable[[], Awaitable[None]]


class Background:
    """The background steps of one application."""

    def __init__(self) -> None:
        self._steps: list[tuple[float, Step]] = []
        self._last: list[Step] = []

    def every(self, seconds: float, step: Step) -> None:
        """Run a step repeatedly, with this many seconds in between."""
        self._steps.append((seconds, step))

    def at_end(self, step: Step) -> None:
        """Run a step before the server stops."""
        self._last.append(step)

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Run the steps while the application runs; for `Application.cleanup_ctx`."""
        tasks = [asyncio.create_task(_repeat(seconds, step)) for seconds, step in self._steps]
        yield
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        for step in self._last:
            await step()


async def _repeat(seconds: float, step: Step) -> None:
    while True:
        try:
            await step()
        except (DigestError, OSError) as error:
            _log.warning("%s", error)
        except Exception:  # noqa: BLE001  (a bug in one step must not end the others)
            _log.exception("a bug in digest; please report it")
        await asyncio.sleep(seconds)
