"""Feed documents -> parsed ones: regular ones here, all others in processes with limits on time and memory. Fetches nothing.

A document that makes its worker hang or die costs that document alone. Workers start when a document needs one, and share
nothing: no lock, no queue and no semaphore that one of them could take with it.
"""

import asyncio
import os
import pickle
import signal
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from digest.errors import FeedError
from digest.model import Document

SECONDS = 20
MEMORY = 1_000_000_000  # bytes of address space for one worker
TASKS = 500  # documents after which a worker is replaced: parsers leak
PATIENCE = 0.5  # seconds for which a document waits for a worker that there is before another is started, which takes half of that


class Parsers:
    """An asynchronous pool of parsing processes.

    Use it as a context manager, and `parse` as often as needed, at the same time too.
    """

    def __init__(self, *, workers: int, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free: asyncio.Queue[_Worker | None] = asyncio.Queue()  # None: a place whose worker is not there yet
        self._free.put_nowait(None)
        self._closed = workers - 1  # places that nobody has needed yet

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = [self._free.get_nowait() for _ in range(self._free.qsize())]
        await asyncio.gather(*(worker.end() for worker in left if worker is not None))

    async def parse(self, body: bytes, *, url: str, content_type: str) -> Document | FeedError:
        """One document, or why it cannot be read."""
        from digest.feeds.parsing import parse_regular  # noqa: PLC0415  (a run that gets no document needs no parser)

        try:
            regular = parse_regular(body, url=url, content_type=content_type)
        except FeedError as error:
            return error
        return regular or await self._isolated(body, url, content_type)

    async def _isolated(self, body: bytes, url: str, content_type: str) -> Document | FeedError:
        worker = await self._take()
        keep = None
        try:
            found = await worker.read(body, url, content_type)
            keep = worker if worker.tasks < TASKS else None
        except (asyncio.IncompleteReadError, ConnectionError):
            found = FeedError(url, _why(await worker.ended(), self._seconds))
        finally:
            if keep is None:
                await worker.end()
            self._free.put_nowait(keep)
        return found

    async def _take(self) -> "_Worker":
        """A worker that is free, or a new one."""
        worker: _Worker | None = None
        try:
            async with asyncio.timeout(PATIENCE):
                worker = await self._free.get()
        except TimeoutError:
            if self._closed:
                self._closed -= 1
            else:
                worker = await self._free.get()
        if worker is not None:
            return worker
        try:
            return await _Worker.start(self._seconds)
        except BaseException:
            self._free.put_nowait(None)
            raise


class _Worker:
    """One process that reads one document at a time, and how many it was given."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.tasks = 0

    @classmethod
    async def start(cls, seconds: float) -> Self:
        """Start it apart from the terminal's Ctrl-C, which is for the process that started it."""
        program = [sys.executable, "-P", "-m", "digest.fetch.parser_worker", str(seconds), str(MEMORY)]
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe, process_group=0))

    async def read(self, body: bytes, url: str, content_type: str) -> Document | FeedError:
        """Have a document read.

        Raises:
            asyncio.IncompleteReadError, ConnectionError: the process died.
        """
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        self.tasks += 1
        asked.write(pickle.dumps((body, url, content_type)))
        await asked.drain()
        length = int(await answers.readuntil())
        found: Document | FeedError = pickle.loads(await answers.readexactly(length))  # noqa: S301  (our own process)
        return found

    async def end(self) -> None:
        """Kill it if it lives. Not by the process's own method, which may take the exit code from the one that waits for it."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        await self.ended()

    async def ended(self) -> int:
        """Wait until it has ended; its exit code, negative for a signal."""
        return await self._process.wait()


def _why(code: int, seconds: float) -> str:
    if code == -signal.SIGALRM:
        return f"the document took more than {seconds:g} seconds to read"
    return f"the process that read the document died (exit code {code})"
