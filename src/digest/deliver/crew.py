"""Several connections at once, a thread each: letters in, events out. Keeps no ledger; whoever reads the events does.

An `Offer` waits for an answer: its letter's body leaves only after a yes. So whoever answers can commit first what is about to happen.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from digest.deliver.channel import Channel, Letter, Outcome
from digest.deliver.pace import Clock, Pace

LONGEST_PAUSE = 30.0  # seconds between two tries to connect


class Withdrawn(Exception):  # noqa: N818  (says what happened)
    """The letter may not leave after all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A letter whose body is about to leave."""

    number: int
    _answer: "queue.SimpleQueue[bool]" = field(default_factory=queue.SimpleQueue)

    def answer(self, yes: bool) -> None:
        self._answer.put(yes)

    def wait(self) -> bool:
        return self._answer.get()


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A letter that is done with: its outcome, None where it was withdrawn, or the bug that ended its connection."""

    number: int
    outcome: Outcome | Exception | None


Event = Offer | Done


class Crew:
    """The threads. To be used as a context; leaving it lets each finish the letter it is at, and offers no more."""

    def __init__(self, connect: Callable[[], Channel], *, connections: int, pace: Pace, clock: Clock) -> None:
        self._connect = connect
        self._pace = pace
        self._clock = clock
        self._jobs: queue.SimpleQueue[tuple[int, Letter] | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(connections)]

    def give(self, number: int, letter: Letter) -> None:
        self._jobs.put((number, letter))

    def take_back(self) -> Iterator[int]:
        """The numbers of the letters that nobody has begun with."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                yield job[0]

    def events(self) -> list[Event]:
        """What happened since the last call: at least one event."""
        found = [self._events.get()]
        while True:
            try:
                found.append(self._events.get_nowait())
            except queue.Empty:
                return found

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self.take_back():
            pass
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            while thread.is_alive():
                self._refuse_offers()
                thread.join(timeout=0.02)

    def _refuse_offers(self) -> None:
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, Offer):
                event.answer(yes=False)

    def _work(self) -> None:
        channel = self._connect()
        pause = 0.0
        while (job := self._jobs.get()) is not None:
            number, letter = job
            self._pace.wait()
            outcome = self._send(channel, number, letter)
            self._events.put(Done(number=number, outcome=outcome))
            if isinstance(outcome, Outcome) and outcome.kind == "unreachable":
                pause = min(max(1.0, 2 * pause), LONGEST_PAUSE)
                self._clock.sleep(pause)
            else:
                pause = 0.0
        channel.close()

    def _send(self, channel: Channel, number: int, letter: Letter) -> Outcome | Exception | None:
        def offer() -> None:
            asked = Offer(number=number)
            self._events.put(asked)
            if not asked.wait():
                raise Withdrawn

        try:
            return channel.send(letter, offer)
        except Withdrawn:
            return None
        except Exception as bug:  # noqa: BLE001  (raised again where the events are read)
            return bug
