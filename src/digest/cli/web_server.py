"""Run a web application until the process is told to stop, in the foreground or in a thread."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from aiohttp import web

from digest.cli import common
from digest.config import Config
from digest.errors import UsageError
from digest.model import Workspace

if TYPE_CHECKING:
    from digest.web import Site
    from digest.web.desk import Desk

SHORT_WAIT = 0.1  # seconds that the event loop may wait for the store


async def serve(app: web.Application, *, host: str, port: int, opens: bool = False, path: str = "") -> None:
    """Serve until SIGINT or SIGTERM, then finish the requests in progress. Prints the URL to standard output, with `path`.

    Raises:
        UsageError: the address cannot be listened on.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with _listening(app, host=host, port=port) as address:
        click.echo(address + path)
        if opens:
            common.show(address + path)
        await stopped.wait()


@asynccontextmanager
async def _listening(app: web.Application, *, host: str, port: int) -> AsyncIterator[str]:
    """Listen for the block; the address that a browser opens.

    Raises:
        UsageError: the address cannot be listened on.
    """
    from digest.web.connections import CONNECTIONS, quiet_about_descriptors

    loop = asyncio.get_running_loop()
    quiet_about_descriptors(loop)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    assert runner.server is not None
    connections = app.get(CONNECTIONS)
    make = connections.before(runner.server) if connections else runner.server
    watch = loop.create_task(connections.watch()) if connections else None
    server: asyncio.Server | None = None
    try:
        server = await _bound(make, host, port, batch=connections.batch if connections else 128)
        taken = server.sockets[0].getsockname()[1]
        yield f"http://{f'[{host}]' if ':' in host else host}:{taken}/"
    finally:
        if watch:
            watch.cancel()
        if server:
            server.close()
        await runner.cleanup()


async def _bound(make: Callable[[], asyncio.BaseProtocol], host: str, port: int, *, batch: int) -> asyncio.Server:
    subject, remedy = f"{host}:{port}", "choose another --host or --port"
    try:
        server = await asyncio.get_running_loop().create_server(make, host, port, backlog=batch)
    except OSError as error:
        cause = error.strerror or "no such address"
        raise UsageError(subject, f"cannot listen ({cause})", remedy) from error
    if not server.sockets:  # asyncio passes over a family that the kernel lacks
        raise UsageError(subject, "cannot listen (this machine lacks the address family)", remedy)
    return server


def desk_of(site: "Site") -> "Desk | None":
    """The desk that the configuration switches on, for the accounts in the store.

    Raises:
        UsageError: a secret or a key for sending mail is not where the configuration says.
    """
    if not site.config.serve.desk:
        return None
    from digest.services.mail_merge import imprint
    from digest.services.transports import send_single
    from digest.storage.db import located
    from digest.web import Mail
    from digest.web.desk import Desk
    from digest.web.desk.place import Limits
    from digest.web.desk.sessions import Sessions
    from digest.web.requests import Callers

    place, config = site.workspace, site.config
    if not site.store.desk_accounts.enabled():
        click.echo("digest: the desk is on, but nobody has an account; `digest desk accounts add` adds one", err=True)
    return Desk(
        place=place,
        clock=site.clock,
        sessions=Sessions(database=located(place), clock=site.clock),
        limits=Limits(located(place), site.clock),
        callers=Callers(config),
        mail=site.mail or Mail(imprint=imprint(config), post=send_single(place, config)),
    )


@contextmanager
def background(place: Workspace, config: Config, *, host: str, port: int) -> Iterator[None]:
    """Serve a workspace from a separate thread while the block runs. Prints the URL to standard error.

    Raises:
        UsageError: the address cannot be listened on.
    """
    loop = asyncio.new_event_loop()
    started: Future[None] = Future()
    stop = asyncio.Event()
    beside = _beside(place, config, host=host, port=port, started=started, stop=stop)
    thread = threading.Thread(target=loop.run_until_complete, args=(beside,))
    thread.start()
    try:
        started.result()
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _beside(
    place: Workspace, config: Config, *, host: str, port: int, started: "Future[None]", stop: asyncio.Event
) -> None:
    from digest.config import trend_files
    from digest.storage.db import located, open_store
    from digest.storage.files import resources
    from digest.web import Site, make_app

    try:
        with open_store(located(place)) as store:
            store.connection.wait_at_most(SHORT_WAIT)
            known = trend_files.load(resources.trend_texts(place, config.digest.language))
            site = Site(workspace=place, config=config, trends=known, store=store, clock=lambda: datetime.now(UTC))
            async with _listening(make_app(site, desk_of(site)), host=host, port=port) as address:
                click.echo(address, err=True)
                started.set_result(None)
                await stop.wait()
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)
