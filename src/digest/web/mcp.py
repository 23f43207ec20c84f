"""`POST /mcp`: the archive for agents, if `serve: {mcp: true}`. Each request is complete; there are no sessions and no streams.

The SDK speaks ASGI; a request is handed to it whole and its response taken whole.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from aiohttp import web

from digest.errors import UsageError
from digest.services.archive_index import catch_up
from digest.storage.archive import Archive
from digest.storage.db import StoreError, index_of, open_index
from digest.storage.db.catalogue import Catalogue
from digest.web.context import Site

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

LONGEST = 64_000  # bytes of a request
AT_ONCE = 2
SECONDS = 10.0  # for one request


def routes(site: Site, app: web.Application) -> Sequence[web.AbstractRouteDef]:
    """The route. The SDK is imported only here, because most servers do without it.

    Raises:
        UsageError: it is not installed.
    """
    if find_spec("mcp") is None:
        raise UsageError("serve.mcp", "the SDK is not installed", "run `pip install 'llm-trends-digest[mcp]'`")
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415

    from digest.agents.server import Reading, make_server  # noqa: PLC0415

    @contextmanager
    def opened() -> Iterator[Catalogue]:
        with open_index(index_of(site.workspace)) as catalogue:
            with suppress(StoreError):  # another process is writing, and will index the changes
                catch_up(Archive(site.workspace.archive), catalogue)
            yield catalogue

    server = make_server(
        Reading(
            archive=Archive(site.workspace.archive),
            opened=opened,
            trends=site.trends,
            base_url=site.config.delivery.base_url,
            zone=site.config.digest.timezone,
            clock=site.clock,
        )
    )
    manager = StreamableHTTPSessionManager(app=server._lowlevel_server, json_response=True, stateless=True)  # noqa: SLF001
    turns = asyncio.Semaphore(AT_ONCE)

    async def running(_app: web.Application) -> AsyncIterator[None]:
        async with manager.run():
            yield

    async def answer(request: web.Request) -> web.Response:
        body = await request.content.read(LONGEST + 1)
        if len(body) > LONGEST or not request.content.at_eof():
            raise web.HTTPRequestEntityTooLarge(max_size=LONGEST, actual_size=len(body))
        async with turns:
            try:
                return await asyncio.wait_for(_handed(manager, request, body), SECONDS)
            except TimeoutError as error:
                raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from error

    app.cleanup_ctx.append(running)
    return [web.post("/mcp", answer)]


async def _handed(manager: "StreamableHTTPSessionManager", request: web.Request, body: bytes) -> web.Response:
    """The response of the SDK's application to a request."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query_string.encode(),
        "headers": [(name.lower(), value) for name, value in request.raw_headers],
        "client": None,
        "server": None,
    }
    given = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if given:
            return given.pop()
        await asyncio.Event().wait()  # the client stays until it has its response
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(dict(message))

    await manager.handle_request(scope, receive, send)
    start = next((one for one in sent if one["type"] == "http.response.start"), None)
    if start is None:
        raise web.HTTPBadGateway
    headers = {name.decode(): value.decode() for name, value in start["headers"] if name != b"content-length"}
    content = b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")
    return web.Response(status=start["status"], headers=headers, body=content)
