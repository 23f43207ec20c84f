"""Feed documents -> parsed ones: regular ones here, all others in processes with limits on time and memory. Fetches nothing.

A document that makes its worker hang or die costs that document alone. Workers start with the first document that needs one.
"""

import asyncio
import multiprocessing
import resource
import signal
from concurrent.futures import TimeoutError as LateError
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from digest.errors import FeedError
from digest.model import Document

SECONDS = 20
MEMORY = 1_000_000_000  # bytes of address space for one worker
TASKS = 500  # documents after which a worker is replaced: parsers leak


class Parsers:
    """An asynchronous pool of parsing processes.

    Use it as a context manager, and `parse` as often as needed, at the same time too.
    """

    def __init__(self, *, workers: int, seconds: float = SECONDS) -> None:
        self._workers = workers
        self._seconds = seconds
        self._pool: ProcessPool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(self._pool.join)

    async def parse(self, body: bytes, *, url: str, content_type: str) -> Document | FeedError:
        """One document, or why it cannot be read."""
        from digest.feeds import parse_regular  # noqa: PLC0415  (a run that gets no document needs no parser)

        try:
            regular = parse_regular(body, url=url, content_type=content_type)
        except FeedError as error:
            return error
        return regular or await self._isolated(body, url, content_type)

    async def _isolated(self, body: bytes, url: str, content_type: str) -> Document | FeedError:
        future = self._started().schedule(_parse, args=(body, url, content_type), timeout=self._seconds)
        try:
            found: Document | FeedError = await asyncio.wrap_future(future)
        except LateError:
            return FeedError(url, f"the document took more than {self._seconds:g} seconds to read")
        except MemoryError:
            return FeedError(url, "the document cannot be read in the memory that one may take")
        except ProcessExpired as error:
            return FeedError(url, f"the process that read the document died (exit code {error.exitcode})")
        return found

    def _started(self) -> ProcessPool:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["digest.feeds.judge"])
            self._pool = ProcessPool(
                max_workers=self._workers, max_tasks=TASKS, initializer=_limit, initargs=(MEMORY,), context=context
            )
        return self._pool


def _limit(memory: int) -> None:
    """Bound this process, and leave Ctrl-C to the one that started it."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _parse(body: bytes, url: str, content_type: str) -> Document | FeedError:
    from digest.feeds import parse  # noqa: PLC0415  (the parsers belong in the worker)

    try:
        return parse(body, url=url, content_type=content_type)
    except FeedError as error:
        return error
    except RecursionError:
        return FeedError(url, "the document is nested too deeply to be read")
