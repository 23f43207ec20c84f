"""Approve and mail in the background, so that a page need not wait for a long list, and tell how far a mailing is."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

from aiohttp import web

from digest.errors import DigestError
from digest.model import DeliveryState
from digest.services import effects, publish
from digest.services.context import Program
from digest.services.effects import Effects
from digest.services.publish import Published
from digest.services.send_now import send_now
from digest.storage.archive.records import SentNote
from digest.storage.db.mailing import Mailing as Book
from digest.text.clean import one_line

_log = logging.getLogger(__name__)
AT_ONCE = 2.0  # seconds within which a refusal is told on the same page
Step = Callable[[Program, Effects, str], Published]
REPLIES = 10  # different replies of servers that are shown
TROUBLED = 100  # recipients in doubt or not accepted who are listed
_OPEN: tuple[DeliveryState, ...] = ("pending", "offered")


class Opened(Protocol):
    """Opens the workspace for a block."""

    def __call__(self, *, writes: bool) -> AbstractContextManager[Program]: ...


@dataclass(kw_only=True, slots=True)
class Run:
    """One mailing of this server."""

    task: "asyncio.Task[None] | None" = None
    stopping: bool = False
    error: DigestError | None = None

    @property
    def running(self) -> bool:
        return self.task is not None and not self.task.done()


@dataclass(frozen=True, slots=True)
class Mailings:
    """The mailings by issue."""

    runs: dict[str, Run] = field(default_factory=dict)

    def state(self, key: str) -> Run:
        """The mailing of an issue by this server; one that never ran if there is none."""
        return self.runs.get(key, Run())

    async def approve(self, opened: Opened, key: str, by: str) -> None:
        """Approve a held issue. Mailing continues in the background; what is refused at once is raised.

        Raises:
            DigestError: it cannot be approved.
        """
        await self.start(opened, key, partial(publish.approve, by=by))

    async def resume(self, opened: Opened, key: str) -> None:
        """Continue a mailing.

        Raises:
            DigestError: it cannot be sent.
        """
        await self.start(opened, key, publish.resume)

    async def send(self, opened: Opened, key: str, *, early: bool) -> None:
        """Send an issue to those who have not received it; a draft is closed first, with `early` even before its slot.

        Raises:
            DigestError: it cannot be sent.
        """
        await self.start(opened, key, partial(send_now, early=early))

    async def stop(self, _app: web.Application) -> None:
        """Stop every mailing before the server stops. It is not paused: the next run continues it."""
        for run in self.runs.values():
            run.stopping = True
        await asyncio.gather(*(run.task for run in self.runs.values() if run.task), return_exceptions=True)

    async def start(self, opened: Opened, key: str, step: Step) -> None:
        """Start mailing an issue or letters, unless that is in progress already.

        Raises:
            DigestError: it is refused at once.
        """
        if self.state(key).running:
            return
        run = self.runs[key] = Run()
        run.task = asyncio.create_task(_run(opened, key, step, run))
        await asyncio.wait([run.task], timeout=AT_ONCE)
        if not run.running and run.error is not None and not run.stopping:
            raise run.error


async def _run(opened: Opened, key: str, step: Step, run: Run) -> None:
    def work() -> None:
        with opened(writes=True) as program:
            step(program, effects.effects(time, stopping=lambda: run.stopping), key)

    try:
        await asyncio.to_thread(work)
    except DigestError as error:
        run.error = error
    except Exception:
        _log.exception("a bug in digest; please report it")
        raise


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """How far one route's mailing is. `replies` are the servers' words, most frequent first; `pace` is in messages a second."""

    route: str
    counts: tuple[tuple[str, int], ...]
    candidates: int
    settled: int
    doubtful: int
    replies: tuple[tuple[int, str, str], ...]
    people: tuple[tuple[str, str, str], ...]
    named: int = 0  # of those in doubt, how many `people` has
    cut: bool = False  # there are more in trouble than `people` has
    pace: str = ""
    left: str = ""


def progress(book: Book, route: str, *, named: bool, note: SentNote | None = None) -> Mailing:
    """How far one route's mailing is; with `named`, also the people in trouble.

    The counts of the archive's note are those of the last run's end, so the store's are shown if it has any.
    """
    row = book.row()
    counts = book.counts() if row or not note else note.counts
    waiting = sum(counts.get(state, 0) for state in _OPEN)
    troubled = book.troubled(TROUBLED) if named else ()
    return Mailing(
        route=route,
        counts=tuple((state.replace("_", " "), number) for state, number in counts.items() if number),
        candidates=note.candidates if note else row.candidates if row else 0,
        settled=sum(number for state, number in counts.items() if state not in _OPEN),
        doubtful=counts.get("in_doubt", 0),
        replies=tuple(
            (one.count, one.state.replace("_", " "), one_line(one.reply, 200)) for one in book.reasons(REPLIES)
        ),
        people=tuple(
            (address or route, state.replace("_", " "), one_line(reply, 200)) for address, state, reply in troubled
        ),
        cut=len(troubled) == TROUBLED,
        named=sum(state == "in_doubt" for _, state, _ in troubled),
        **dict(_speed(book, waiting)),
    )


def _speed(book: Book, waiting: int) -> Iterator[tuple[str, str]]:
    """How fast it goes, and how long the rest takes at that rate."""
    pace = book.pace()
    if pace:
        yield "pace", f"{pace:.1f} a second"
        if waiting:
            yield "left", str(timedelta(seconds=round(waiting / pace)))
