"""One worker: joins those of its version, sweeps every minute, does jobs, and requeues those of workers that fell silent.

It keeps no state but the configurations, so that it can be killed at any time.
"""

import asyncio
import logging
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from digest import __version__
from digest.config import Config
from digest.errors import DigestError, WorkspaceError
from digest.model import Workspace
from digest.storage.db import Server
from digest.storage.db.deployment import Deployment, open_deployment
from digest.storage.db.schema import MIGRATIONS
from digest.workers.duties import Duties, Job, Kind, Later, Opener
from digest.workers.jobs import QUEUE_ERRORS, TABLES, VERSION, Jobs
from digest.workers.newsletters import Configs, Newsletter, newsletters, workspaces

GRACE = 8.0  # seconds that a step may take to finish after SIGTERM; then it is abandoned as if killed
SHORT_PAUSE, FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0, 900.0  # seconds after a step that failed
FORGOTTEN = timedelta(days=1)  # after which a job that nobody did is deleted; the sweep puts what is still due
OURS = f"{__version__} (schema {len(MIGRATIONS)}, procrastinate {VERSION})"
_NAME: ContextVar[str] = ContextVar("newsletter", default="")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """Seconds between two sweeps, between two heartbeats, and without a heartbeat until a worker's jobs are requeued."""

    sweep: float = 60.0
    heartbeat: float = 10.0
    silent: float = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """The worker's dependencies."""

    folders: Sequence[Path]  # workspaces, or folders that hold workspaces
    kinds: Sequence[Kind]
    read: Callable[[Workspace], Config]  # feeds.yaml, or a DigestError
    opened: Opener
    version: str = OURS
    rhythm: Rhythm = field(default_factory=Rhythm)


class Worker:
    """A worker. `run` works until `stop` is called."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._stopping = threading.Event()  # for the thread that does a job
        self._stop = asyncio.Event()
        self._duties = Duties(Configs(setup.read), setup.opened, self._stopping.is_set)
        self._served: dict[str, Newsletter] = {}
        self._told: set[str] = set()

    def stop(self) -> None:
        self._stopping.set()
        self._stop.set()

    async def run(self) -> None:
        """Work until told to stop. A database that cannot be reached any more is tried again, and new workspaces are taken up.

        Raises:
            DigestError: nothing can be served, or workers of another version are at work.
        """
        self._served = self._found()
        joined, pause = False, 1.0
        while not self._stopping.is_set():
            try:
                server = next(iter(self._served.values())).server
                with open_deployment(server) as shared, shared.joined(self._setup.version, jobs=TABLES):
                    _log.info("started: process %d, %s", os.getpid(), ", ".join(self._served))
                    joined, pause = True, 1.0
                    await self._work(server, shared)
                    await self._wait(pause)
            except (WorkspaceError, *QUEUE_ERRORS) as error:
                if not joined:
                    raise
                _log.error("the database failed, and is opened again: %s", " ".join(str(error).split()))
                await self._wait(pause)
                pause = min(2 * pause, FIRST_PAUSE)

    def _found(self) -> dict[str, Newsletter]:
        return newsletters(workspaces(self._setup.folders), told=self._tell_once)

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            _log.error("%s", line)

    async def _work(self, server: Server, shared: Deployment) -> None:
        """Work with the newsletters that are served now, until there are others."""
        rhythm = self._setup.rhythm
        async with Jobs(server, self._done) as jobs:
            doing = jobs.work(self._setup.kinds, self._served, heartbeat=rhythm.heartbeat, grace=GRACE)
            tasks = [asyncio.create_task(one) for one in (doing, self._sweeps(jobs, shared), self._wait(None))]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _sweeps(self, jobs: Jobs, shared: Deployment) -> None:
        """Sweep until the newsletters to serve change, or the session in which this worker joined the others is lost."""
        while True:
            await asyncio.to_thread(shared.clock)
            for newsletter in list(self._served.values()):
                await self._sweep(jobs, newsletter)
            if count := await jobs.put_back(self._setup.rhythm.silent, shared.end_sessions):
                _log.warning("%d jobs of silent workers were put back", count)
            await asyncio.to_thread(shared.forget_jobs, FORGOTTEN)
            await self._wait(self._setup.rhythm.sweep * random.uniform(0.9, 1.1))  # noqa: S311  (spreads the workers)
            with suppress(DigestError):  # as if nothing had changed
                found = self._found()
                if found != self._served:
                    self._served = found
                    return

    async def _sweep(self, jobs: Jobs, at: Newsletter) -> None:
        """Queue a job for everything that is due in a newsletter. An error in it does not affect the others."""
        try:
            with _told_of(at):
                due = await asyncio.to_thread(self._duties.due, at)
        except DigestError as error:
            self._tell_once(f"{at.name}: {error}")
            return
        except Exception:  # noqa: BLE001  (a bug in one newsletter must not stop the others)
            _log.exception("%s: a bug in digest; please report it", at.name)
            return
        for job in due:
            await jobs.put(job)

    async def _done(self, job: Job) -> list[Later]:
        """Do a job, and return what follows. A job that fails is tried again after longer and longer pauses."""
        at = self._served.get(job.newsletter)
        if at is None or self._stopping.is_set():
            return []
        try:
            with _told_of(at):
                return await asyncio.to_thread(self._duties.do, at, job)
        except WorkspaceError as error:  # its store or its disk
            _log.error("%s: %s: %s", at.name, job.kind, error)
            return [(job, SHORT_PAUSE)]
        except DigestError as error:
            _log.error("%s: %s: %s", at.name, job.kind, error)
        except Exception:  # noqa: BLE001  (the same)
            _log.exception("%s: %s: a bug in digest; please report it", at.name, job.kind)
        pause = min(FIRST_PAUSE * 2 ** min(job.failures, 6), LONGEST_PAUSE)
        return [(replace(job, failures=job.failures + 1), pause)]

    async def _wait(self, seconds: float | None) -> None:
        """Wait for some time, at most until told to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()


@contextmanager
def _told_of(at: Newsletter) -> Iterator[None]:
    """Attribute log records to the newsletter, in the block and in the thread that it starts."""
    before = _NAME.set(at.name)
    try:
        yield
    finally:
        _NAME.reset(before)


def _named(record: logging.LogRecord) -> bool:
    """Add the newsletter to a log record."""
    if name := _NAME.get():
        record.newsletter = name
    return True


def run(setup: Setup) -> None:
    """Work until SIGTERM or SIGINT. Must be called in the main thread; a step that does not finish in time ends the process.

    Raises:
        DigestError: nothing can be served, or workers of another version are at work.
    """
    worker = Worker(setup)

    late = threading.Timer(GRACE + 1, _abandon)
    late.daemon = True

    def stop() -> None:
        if not late.is_alive():
            late.start()
        worker.stop()

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(_tell_lost)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        await worker.run()

    for handler in logging.getLogger("digest").handlers:
        handler.addFilter(_named)
    asyncio.run(main())
    late.cancel()
    _log.info("stopped")


def _tell_lost(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log, in one line, that the end of a job could not be recorded. The sweep finds out what is left of it."""
    error = context.get("exception")
    if isinstance(error, QUEUE_ERRORS):
        _log.error("the database failed while a job ended: %s", " ".join(str(error).split()))
    else:
        loop.default_exception_handler(context)


def _abandon() -> None:
    """End the process with its threads, which nothing else can stop."""
    _log.warning("stopped in the middle of a step; the next worker continues it")
    logging.shutdown()
    os._exit(0)
