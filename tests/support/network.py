"""The network between programs and a server on a Unix socket: a TCP proxy that is cut when so many bytes have passed."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

CHUNK = 65_536


class Network:
    """A proxy that runs. `port` is where programs reach the server."""

    def __init__(self, target: Path) -> None:
        self.port = 0
        self.passed = 0  # bytes, both ways, since the last limit was set
        self.relays: set[asyncio.Task[None]] = set()
        self._target = target
        self._limit: int | None = None
        self._fault: Callable[[], None] = lambda: None
        self._open: set[asyncio.StreamWriter] = set()

    def fail_after(self, size: int | None, fault: Callable[[], None] | None = None) -> None:
        """Let so many more bytes pass, then call `fault` (default: cut all connections); None lets everything pass."""
        self._fault = fault or self.cut
        self.passed, self._limit = 0, size

    def cut(self) -> None:
        """Reset all connections at both ends. What was still on its way is lost."""
        for writer in self._open:
            writer.transport.abort()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.relays.add(task)
        try:
            await self._relay(reader, writer)
        finally:
            self.relays.discard(task)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind, ahead = await asyncio.open_unix_connection(str(self._target))
        except OSError:  # the server is down
            writer.transport.abort()
            return
        self._open |= {writer, ahead}
        try:
            await asyncio.gather(self._copy(reader, ahead), self._copy(behind, writer), return_exceptions=True)
        finally:
            self._open -= {writer, ahead}

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes, up to the limit even within one write."""
        try:
            while data := await reader.read(CHUNK):
                left = len(data) if self._limit is None else self._limit - self.passed
                self.passed += len(data)
                writer.write(data[: max(left, 0)])
                if left < len(data):
                    self._limit = None
                    await asyncio.sleep(0)  # the last bytes leave
                    self._fault()
                    return
                await writer.drain()
        finally:
            writer.close()


@contextmanager
def network_before(target: Path) -> Iterator[Network]:
    """A network to the server at the Unix socket `target`, while the block runs, in a thread of its own."""
    started: Future[tuple[Network, asyncio.Event]] = Future()

    async def serve() -> None:
        network, stop = Network(target), asyncio.Event()
        async with await asyncio.start_server(network.relay, "127.0.0.1", 0) as server:
            network.port = server.sockets[0].getsockname()[1]
            started.set_result((network, stop))
            await stop.wait()
            network.cut()
            await asyncio.gather(*network.relays, return_exceptions=True)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    network, stop = started.result(timeout=10)
    try:
        yield network
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
