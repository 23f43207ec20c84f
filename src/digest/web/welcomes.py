"""Send new subscribers their first issue in the background, and again later what was put off."""

import asyncio
import logging

from digest.errors import DigestError
from digest.web.context import Background, Site, Welcoming

_LOG = logging.getLogger(__name__)
LOOK = 15.0  # seconds between checks for those who are waiting


class Welcomes:
    """Who is waiting stands in the store, so that a server that is killed forgets nobody."""

    def __init__(self, site: Site, welcoming: Welcoming, background: Background) -> None:
        self._site = site
        self._welcoming = welcoming
        self._one = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._trouble = ""
        background.every(LOOK, self._greet)
        background.at_end(self._finish)

    def hurry(self) -> None:
        """Look now, not in a few seconds."""
        task = asyncio.create_task(self._greet())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _greet(self) -> None:
        async with self._one:
            if not self._site.store.ledger.welcomes_due(self._site.clock()):
                return
            try:
                await asyncio.to_thread(self._welcoming.greet)
                self._trouble = ""
            except DigestError as error:
                if str(error) != self._trouble:
                    _LOG.warning("a new subscriber is waiting for the latest issue: %s", error)
                self._trouble = str(error)

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)
