"""The background work of a server: repeated steps, and steps before it stops."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from digest.errors import DigestError

_LOG = logging.getLogger(__name__)
Step = Callable[[], Awaitable[None]]


class Background:
    """The background steps of one application."""

    def __init__(self) -> None:
        self._steps: list[tuple[float, Step]] = []
        self._last: list[Step] = []

    def every(self, seconds: float, step: Step) -> None:
        """Run a step repeatedly, with this many seconds in between."""
        self._steps.append((seconds, step))

    def at_end(self, step: Step) -> None:
        """Run a step before the server stops."""
        self._last.append(step)

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Run the steps while the application runs; for `Application.cleanup_ctx`."""
        tasks = [asyncio.create_task(_repeat(seconds, step)) for seconds, step in self._steps]
        yield
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        for step in self._last:
            await step()


async def _repeat(seconds: float, step: Step) -> None:
    while True:
        try:
            await step()
        except (DigestError, OSError) as error:
            _LOG.warning("%s", error)
        except Exception:  # noqa: BLE001  (a bug in one step must not end the others)
            _LOG.exception("a bug in digest; please report it")
        await asyncio.sleep(seconds)
