"""The queue of jobs, in the database of the newsletters. Procrastinate is imported only here.

A job is a wake-up, which is deleted when it is done. Procrastinate's locks by name are not used: a job that waits for a newsletter which nobody
serves any more would hold up all others under its lock.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Self

import procrastinate
import psycopg
from procrastinate import exceptions, jobs
from procrastinate.job_context import JobContext
from procrastinate.schema import SchemaManager

from digest.storage.db.location import QUEUE, Server
from digest.storage.db.postgres_session import settings
from digest.workers.duties import KINDS, Job, Kind, Later

VERSION: str = procrastinate.__version__
TABLES: str = SchemaManager.get_schema()
QUEUE_ERRORS = (exceptions.ConnectorException, psycopg.Error)
POLL = 5.0  # seconds, for whatever no notification announces
NEVER = 10.0 * 365 * 86_400
_TASK = "look"


def session_of(worker: int | None) -> str:
    """The name under which a worker's sessions are known to the server."""
    return f"digest worker {worker}"


class Jobs:
    """The queue, while the block lasts. `do` does a job and returns what is to be done then; it never raises."""

    def __init__(self, server: Server, do: Callable[[Job], Awaitable[list[Later]]]) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=server.url, configure=_configure, min_size=1, max_size=3, timeout=10, reconnect_timeout=5
        )
        self._app = procrastinate.App(connector=connector)
        self._do = do
        self._app.task(name=_TASK, pass_context=True)(self._look)
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)

    async def __aenter__(self) -> Self:
        await self._app.open_async()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._app.close_async()

    async def _look(self, context: JobContext, /, **fields: Any) -> None:
        os.environ["PGAPPNAME"] = session_of(context.job.worker_id)
        for job, delay in await self._do(Job(**fields)):
            await self.put(job, delay=delay)

    async def put(self, job: Job, *, delay: float = 0.0) -> bool:
        """Wake somebody for a job; False if one like it waits already."""
        deferrer = self._app.configure_task(
            _TASK,
            queue=_queue(job.kind, job.newsletter),
            queueing_lock=job.place,
            priority=len(KINDS) - KINDS.index(job.kind),
            schedule_at=await self._clock() + timedelta(seconds=round(delay)) if delay else None,
        )
        try:
            await deferrer.defer_async(**asdict(job))
        except exceptions.AlreadyEnqueued:
            return False
        return True

    async def _clock(self) -> datetime:
        """The time by the server's clock. Procrastinate would take this machine's, which may be fast, and nobody would do the job until then."""
        row = await self._app.connector.execute_query_one_async("SELECT clock_timestamp() AS at")
        at: datetime = row["at"]
        return at

    async def work(self, kinds: Iterable[Kind], names: Iterable[str], *, heartbeat: float, grace: float) -> None:
        """Do jobs, one at a time, until the task is cancelled; then finish the one at hand, for at most `grace` seconds."""
        names = list(names)
        await self._app.run_worker_async(
            queues=[_queue(kind, name) for kind in kinds for name in names],
            fetch_job_polling_interval=POLL,
            update_heartbeat_interval=heartbeat,
            stalled_worker_timeout=NEVER,  # `put_back` does it, once what they had claimed is free
            shutdown_graceful_timeout=grace,
            install_signal_handlers=False,
            delete_jobs="always",
        )

    async def put_back(self, silent: float, end: Callable[[str], int]) -> int:
        """Put back the jobs of workers without a heartbeat for so many seconds, and return how many there were.

        `end` ends the sessions of a worker, which may be stopped and not dead, so that it can write nothing more.
        """
        manager = self._app.job_manager
        stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=silent))
        for job in stalled:
            await asyncio.to_thread(end, session_of(job.worker_id))
            try:
                await manager.retry_job(job)
            except exceptions.UniqueViolation:  # one like it waits already
                await manager.finish_job(job, jobs.Status.ABORTED, delete_job=True)
        await manager.prune_stalled_workers(silent)
        return len(stalled)


def _queue(kind: Kind, name: str) -> str:
    return f"{kind}:{name}"


async def _configure(connection: "psycopg.AsyncConnection[Any]") -> None:
    wanted = settings(connection.info.server_version) | {"search_path": QUEUE}
    await connection.execute("; ".join(f"SET {name} TO {value!r}" for name, value in wanted.items()))
    await connection.commit()
