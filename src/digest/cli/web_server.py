"""An application on an address until the process is told to stop. Says on standard output where it listens."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from aiohttp import web

from digest.cli import common
from digest.config import Config
from digest.errors import UsageError
from digest.model import Workspace


async def serve(app: web.Application, *, host: str, port: int, opens: bool = False) -> None:
    """Listen until SIGINT or SIGTERM; what is being answered is answered first.

    Raises:
        UsageError: the address cannot be listened on.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        address = await _listen(runner, host, port)
        click.echo(address)
        if opens:
            common.show(address)
        await stopped.wait()
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> str:
    """Start listening; the address that a browser opens."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        cause = error.strerror or "no such address"
        raise UsageError(f"{host}:{port}", f"cannot listen there ({cause})", "name another --host or --port") from error
    taken = runner.addresses[0][1]
    return f"http://{f'[{host}]' if ':' in host else host}:{taken}/"


@contextmanager
def background(place: Workspace, config: Config, *, host: str, port: int) -> Iterator[None]:
    """Serve a workspace from a thread of its own for the block.

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
    from digest.storage.db import open_store
    from digest.storage.files import resources
    from digest.web import Site, make_app

    try:
        with open_store(place.database) as store:
            known = trend_files.load(resources.trend_texts(place))
            site = Site(workspace=place, config=config, trends=known, store=store, clock=lambda: datetime.now(UTC))
            runner = web.AppRunner(make_app(site), access_log=None, shutdown_timeout=5)
            await runner.setup()
            try:
                click.echo(await _listen(runner, host, port), err=True)
                started.set_result(None)
                await stop.wait()
            finally:
                await runner.cleanup()
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)
