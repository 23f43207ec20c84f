"""An application on an address until the process is told to stop. Says on standard output where it listens."""

import asyncio
import signal

import click
from aiohttp import web

from digest.errors import UsageError


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
            click.launch(address)
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
