"""Parse feed documents: regular ones in this process, all others in worker processes with limits on time and memory.

A document that makes its worker hang or die affects no other document. Workers are started on demand and share nothing: no lock,
queue or semaphore that a dying worker could leave locked. Where there is a second core and many documents arrive, one worker helps
with all of them.
"""

import asyncio
import os
import pickle
import signal
import sys
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self

from digest.errors import FeedError
from digest.model import Document

SECONDS = 20
TASKS = 500  # documents after which a worker is replaced, because parsers leak memory
PATIENCE = 0.5  # seconds to wait for a free worker before starting another, which takes half of that
ALONE = 50  # documents that are parsed without help, which costs more than it saves for fewer
AHEAD = 24  # documents that the helping worker is given at once, so that it never waits for this process
GIVE_UP = 5.0  # seconds after which a document is no longer expected from the helping worker
MEMORY = 1_000_000_000  # bytes of address space per process

Parsed = Document | FeedError


class ParserProcess:
    """One parser process, which may be given several documents at once and answers them in turn. It counts both kinds."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asked: deque[asyncio.Future[Parsed]] = deque()
        self._listening = asyncio.create_task(self._listen())
        self.tasks = 0

    @classmethod
    async def start(cls, seconds: float) -> Self:
        """Start it in a session of its own, so that Ctrl-C in the terminal reaches only the main process.

        Args:
            seconds: the time for one document, after which the process ends.
        """
        program = [sys.executable, "-P", "-m", "digest.fetch.parser_worker", str(seconds), str(MEMORY)]
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe, process_group=0))

    @property
    def waiting(self) -> int:
        """The number of documents that it has not answered yet."""
        return len(self._asked)

    async def read(self, body: bytes, url: str, content_type: str) -> Parsed:
        """Parse a document in the process.

        Raises:
            ConnectionError: the process died.
        """
        if self._listening.done():
            raise ConnectionResetError
        assert self._process.stdin is not None
        self.tasks += 1
        answer: asyncio.Future[Parsed] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._process.stdin.write(pickle.dumps((body, url, content_type)))
        return await answer

    async def end(self) -> None:
        """Kill it if it is alive. The process object's own method could take the exit code away from the waiting task."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        await self.ended()
        await self._listening

    async def ended(self) -> int:
        """Wait until it has ended, and return its exit code, which is negative for a signal."""
        return await self._process.wait()

    async def _listen(self) -> None:
        answers = self._process.stdout
        assert answers is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = int(await answers.readuntil())
                found: Parsed = pickle.loads(await answers.readexactly(length))  # noqa: S301  (our own process)
                answer = self._asked.popleft()
                if not answer.done():  # the one who asked may have given up
                    answer.set_result(found)
        for answer in self._asked:
            if not answer.done():
                answer.set_exception(ConnectionResetError())


class Parsers:
    """An asynchronous pool of parser processes.

    Use it as a context manager, and call `parse` as often as needed, also concurrently.
    """

    def __init__(self, *, workers: int, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        # None: a slot whose worker is not started yet.
        self._free: asyncio.Queue[ParserProcess | None] = asyncio.Queue()
        self._free.put_nowait(None)
        self._closed = workers - 1  # slots that were not needed yet
        self._unhelped = ALONE if workers > 1 and (os.cpu_count() or 1) > 1 else sys.maxsize  # documents still to come
        self._helper: asyncio.Task[ParserProcess | None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = [self._free.get_nowait() for _ in range(self._free.qsize())]
        if self._helper is not None:
            left.append(await self._helper)
        await asyncio.gather(*(worker.end() for worker in left if worker is not None))

    async def parse(self, body: bytes, *, url: str, content_type: str) -> Document | FeedError:
        """The parsed document, or the error why it cannot be read."""
        from digest.feeds.parsing import parse_regular  # noqa: PLC0415  (a run that gets no document needs no parser)

        if (found := await self._helped(body, url, content_type)) is not None:
            return found
        try:
            regular = parse_regular(body, url=url, content_type=content_type)
        except FeedError as error:
            return error
        except Exception:  # noqa: BLE001  (a document that fails here is parsed again in a worker)
            regular = None
        return regular or await self._isolated(body, url, content_type)

    async def _helped(self, body: bytes, url: str, content_type: str) -> Document | FeedError | None:
        """What the helping worker made of a document; None if there is none, or if it is busy, hangs or dies."""
        if self._unhelped:
            self._unhelped -= 1
            return None
        if self._helper is None:
            if not self._closed or self._free.empty():  # every worker is busy with a document of its own
                return None
            self._closed -= 1
            self._helper = asyncio.create_task(self._hired(self._free.get_nowait()))
            self._free.put_nowait(None)
        helper = self._helper.result() if self._helper.done() else None
        if helper is None or helper.waiting >= AHEAD:
            return None
        try:
            async with asyncio.timeout(GIVE_UP):
                return await helper.read(body, url, content_type)
        except (TimeoutError, ConnectionError):
            return None

    async def _hired(self, worker: ParserProcess | None) -> ParserProcess | None:
        """A worker, started if necessary; None if the system has no room for it."""
        try:
            return worker or await ParserProcess.start(self._seconds)
        except OSError:
            return None

    async def _isolated(self, body: bytes, url: str, content_type: str) -> Document | FeedError:
        worker = await self._take()
        keep = None
        try:
            found = await worker.read(body, url, content_type)
            keep = worker if worker.tasks < TASKS else None
        except ConnectionError:
            found = FeedError(url, _why(await worker.ended(), self._seconds))
        finally:
            if keep is None:
                await worker.end()
            self._free.put_nowait(keep)
        return found

    async def _take(self) -> ParserProcess:
        """A free worker, or a new one."""
        worker: ParserProcess | None = None
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
            return await ParserProcess.start(self._seconds)
        except BaseException:
            self._free.put_nowait(None)
            raise


def _why(code: int, seconds: float) -> str:
    if code == -signal.SIGALRM:
        return f"the document took more than {seconds:g} seconds to read"
    return f"the process that read the document died (exit code {code})"
