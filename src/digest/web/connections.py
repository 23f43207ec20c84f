"""Limit the number and duration of a server's connections, with a protocol in front of aiohttp's.

Without a limit, a client that opens a thousand idle connections would use up the file descriptors of the process, including the
store's. So at most a quarter of them are used for connections; after that, a new one replaces the one that has been idle longest.
"""

import asyncio
import logging
import resource
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log = logging.getLogger(__name__)
MOST = 512
PER_ADDRESS = 64  # connections of one client, unless it is a trusted proxy
SILENT = 15.0  # seconds without a complete request
SLOW = 20.0  # seconds after which a request in progress does not protect its connection
LONGEST = 120.0  # seconds for one request and its response
LOOK = 1.0  # seconds between checks for idle connections
ACCEPT_PAUSE = 60.0  # seconds between log lines about file descriptors


class Connections:
    """All open connections of one server."""

    def __init__(
        self,
        *,
        shared: Callable[[str], bool],
        most: int | None = None,
        per_address: int = PER_ADDRESS,
        silent: float = SILENT,
    ) -> None:
        """`shared` tells whether an address stands for many clients, as a proxy's does."""
        self._shared = shared
        self._most = most or min(MOST, max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4))
        self._per_address = per_address
        self._silent = silent
        self._open: dict[asyncio.BaseTransport, _Guarded] = {}
        self._addresses: Counter[str] = Counter()

    @property
    def batch(self) -> int:
        """How many connections may be accepted at once, before any of them is counted."""
        return max(8, min(128, self._most // 4))

    def before(self, make: Callable[[], asyncio.BaseProtocol]) -> Callable[[], asyncio.Protocol]:
        """Wrap the protocol factory of a server, for `loop.create_server`."""
        return lambda: _Guarded(self, make())

    @contextmanager
    def answering(self, transport: asyncio.BaseTransport | None) -> Iterator[None]:
        """Mark a request as in progress on this connection during the block."""
        guarded = self._open.get(transport) if transport is not None else None
        if guarded is None:
            yield
            return
        guarded.begin()
        try:
            yield
        finally:
            guarded.end()

    async def watch(self) -> None:
        """Close connections that are idle for too long, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            now = asyncio.get_running_loop().time()
            for guarded in [one for one in self._open.values() if now - one.since > one.allowed(self._silent)]:
                guarded.abort()

    def admit(self, guarded: "_Guarded") -> bool:
        """Admit a new connection, if there is room or an idle one can be closed."""
        address = guarded.address
        if self._addresses[address] >= self._per_address and not self._shared(address):
            return False
        if len(self._open) >= self._most:
            idle = [one for one in self._open.values() if one.idle]
            if not idle:
                return False
            min(idle, key=lambda one: one.since).abort()
        self._open[guarded.transport] = guarded
        self._addresses[address] += 1
        return True

    def gone(self, guarded: "_Guarded") -> None:
        if self._open.pop(guarded.transport, None) is not None:
            self._addresses[guarded.address] -= 1
            self._addresses += Counter()  # drops the zeros


CONNECTIONS = web.AppKey("connections", Connections)


class _Guarded(asyncio.Protocol):
    """One connection. Passes everything on to aiohttp's protocol, once it is admitted."""

    transport: asyncio.Transport

    def __init__(self, connections: Connections, inner: asyncio.BaseProtocol) -> None:
        assert isinstance(inner, asyncio.Protocol)
        self._connections = connections
        self._inner = inner
        self._admitted = False
        self.address = ""
        self.busy = 0
        self.since = 0.0

    def allowed(self, silent: float) -> float:
        """How many seconds it may stay in its current state."""
        return LONGEST if self.busy else silent

    @property
    def idle(self) -> bool:
        """Whether it may be closed for a new one: no request is in progress, or only one that is overdue."""
        return not self.busy or _now() - self.since > SLOW

    def begin(self) -> None:
        self.busy += 1
        self.since = _now()

    def end(self) -> None:
        self.busy -= 1
        self.since = _now()

    def abort(self) -> None:
        self.transport.abort()
        self._connections.gone(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        peer = transport.get_extra_info("peername")
        self.transport, self.since = transport, _now()
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._admitted = self._connections.admit(self)
        if self._admitted:
            self._inner.connection_made(transport)
        else:
            transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.gone(self)
        if self._admitted:
            self._inner.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._admitted:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._admitted else None

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


def counted(connections: Connections) -> Middleware:
    """A middleware that marks requests as in progress."""

    @web.middleware
    async def in_hand(request: web.Request, handler: Handler) -> web.StreamResponse:
        with connections.answering(request.transport):
            return await handler(request)

    return in_hand


def quiet_about_descriptors(loop: asyncio.AbstractEventLoop) -> None:
    """If accepting fails because file descriptors ran out, log one line per minute instead of tracebacks."""
    last = -ACCEPT_PAUSE

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal last
        if not isinstance(context.get("exception"), OSError) or "accept" not in context.get("message", ""):
            loop.default_exception_handler(context)
        elif loop.time() - last >= ACCEPT_PAUSE:
            last = loop.time()
            _log.error("cannot accept connections (%s); raise the limit of open files", context["exception"])

    loop.set_exception_handler(handle)


def _now() -> float:
    return asyncio.get_running_loop().time()
