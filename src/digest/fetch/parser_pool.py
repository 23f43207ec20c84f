"""Parse feed documents: regular ones in this process, all others in worker processes with limits on time and memory.

A document that makes its worker hang or die affects no other document. Workers are started on demand and share nothing: no lock,
queue or semaphore that a dying worker could leave locked.
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
MEMORY = 1_000_000_000  # bytes of address space per worker
TASKS = 500  # documents after which a worker is replaced, because parsers leak memory
PATIENCE = 0.5  # seconds to wait for a free worker before starting another, which takes half of that


class Parsers:
    """An asynchronous pool of parser processes.

    Use it as a context manager, and call `parse` as often as needed, also concurrently.
    """

    def __init__(self, *, workers: int, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free: asyncio.Queue[_Worker | None] = asyncio.Queue()  # None: a slot whose worker is not started yet
        self._free.put_nowait(None)
        self._closed = workers - 1  # slots that were not needed yet

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = [self._free.get_nowait() for _ in range(self._free.qsize())]
        await asyncio.gather(*(worker.end() for worker in left if worker is not None))

    async def parse(self, body: bytes, *, url: str, content_type: str) -> Document | FeedError:
        """The parsed document, or the error why it cannot be read."""
        from digest.feeds.parsing import parse_regular  # noqa: PLC0415  (a run that gets no document needs no parser)

        try:
            regular = parse_regular(body, url=url, content_type=content_type)
        except FeedError as error:
            return error
        except Exception:  # noqa: BLE001  (a document that fails here is parsed again in a worker)
            regular = None
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
        """A free worker, or a new one."""
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
    """One process that parses one document at a time, with the number of documents it has had."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.tasks = 0

    @classmethod
    async def start(cls, seconds: float) -> Self:
        """Start it in a session of its own, so that Ctrl-C in the terminal reaches only the main process."""
        program = [sys.executable, "-P", "-m", "digest.fetch.parser_worker", str(seconds), str(MEMORY)]
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe, process_group=0))

    async def read(self, body: bytes, url: str, content_type: str) -> Document | FeedError:
        """Parse a document in the process.

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
        """Kill it if it is alive. The process object's own method could take the exit code away from the waiting task."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        await self.ended()

    async def ended(self) -> int:
        """Wait until it has ended, and return its exit code, which is negative for a signal."""
        return await self._process.wait()


def _why(code: int, seconds: float) -> str:
    if code == -signal.SIGALRM:
        return f"the document took more than {seconds:g} seconds to read"
    return f"the process that read the document died (exit code {code})"
