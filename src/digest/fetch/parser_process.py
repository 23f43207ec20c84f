"""One parser process, which may be given several documents at once and answers them in turn."""

import asyncio
import os
import pickle
import signal
import sys
from collections import deque
from contextlib import suppress
from typing import Self

from digest.errors import FeedError
from digest.model import Document

MEMORY = 1_000_000_000  # bytes of address space per process

Parsed = Document | FeedError


class ParserProcess:
    """A process with the number of documents that it has been given, and of those that it has not answered."""

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
