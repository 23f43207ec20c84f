"""Send over several connections at once in one thread: letters in, events out. The caller keeps the ledger.

An `Offer` waits for an answer, and the body of its letter leaves only after a yes. So the caller can first commit what is about
to happen, with one commit for all events that arrived meanwhile.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from digest.mail.transport import Channel, Letter, Outcome, Talk, Wait, ready


class Clock(Protocol):
    """A monotonic clock that can also sleep."""

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float, /) -> None: ...


class Pace:
    """Limits sending to `rate` messages per second, evenly spaced; None is unlimited."""

    def __init__(self, rate: float | None, clock: Clock) -> None:
        self._step = 1 / rate if rate else 0.0
        self._clock = clock
        self._next = clock.monotonic()

    def due(self) -> float:
        """The number of seconds until the next message may be sent; 0 means now."""
        return max(0.0, self._next - self._clock.monotonic()) if self._step else 0.0

    def take(self) -> None:
        """Record that a message is sent."""
        if self._step:
            self._next = max(self._next, self._clock.monotonic()) + self._step


class SharedPace:
    """The same for several processes together: each reserves the time for some messages, which no other then uses.

    `reserve` takes a number of seconds from all processes' time, and returns in how many seconds they begin.
    """

    def __init__(self, rate: float, clock: Clock, reserve: Callable[[float], float]) -> None:
        self._step = 1 / rate
        self._span = max(1, int(rate)) / rate
        self._clock = clock
        self._reserve = reserve
        self._next = self._end = clock.monotonic()

    def due(self) -> float:
        now = self._clock.monotonic()
        if max(now, self._next) >= self._end:
            self._next = now + self._reserve(self._span)
            self._end = self._next + self._span
        return max(0.0, self._next - now)

    def take(self) -> None:
        self._next = max(self._next, self._clock.monotonic()) + self._step


LONGEST_PAUSE = 30.0  # the longest pause in seconds between attempts to connect
GLANCE = 1.0  # seconds between checks for a request to stop


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A letter whose body is about to be sent."""

    number: int
    answer: Callable[[bool], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A finished letter with its outcome; None if it was withdrawn."""

    number: int
    outcome: Outcome | None


Event = Offer | Done
Job = tuple[int, Letter]


@dataclass(slots=True)
class _Hand:
    """One connection, with its current letter and, if it has asked for it, the next."""

    channel: Channel
    talk: Talk | None = None
    number: int = 0
    wait: Wait | None = None
    until: float = 0.0  # when its wait ends or, without a talk, its pause
    pause: float = 0.0
    claimed: Job | None = None


class Crew:
    """The connections. Use it as a context manager; leaving it aborts what has not finished."""

    def __init__(
        self, connect: Callable[[], Channel], *, connections: int, pace: Pace | SharedPace, clock: Clock
    ) -> None:
        self._hands = [_Hand(connect()) for _ in range(connections)]
        self._pace = pace
        self._clock = clock
        self._jobs: deque[Job] = deque()
        self._events: list[Event] = []

    def give(self, number: int, letter: Letter) -> None:
        self._jobs.append((number, letter))

    def take_back(self) -> Iterator[int]:
        """Remove the letters that no connection has begun to send, and return their numbers."""
        while self._jobs:
            yield self._jobs.popleft()[0]

    @property
    def busy(self) -> bool:
        """Whether a connection is waiting for its server."""
        return any(hand.wait is not None for hand in self._hands)

    def events(self, seconds: float = GLANCE) -> list[Event]:
        """The events since the last call. Empty if nothing happened within `seconds`."""
        self._begin()
        if not self._events:
            self._rest(seconds)
            self._begin()
        found, self._events = self._events, []
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hand in self._hands:
            if hand.talk is not None:
                hand.talk.close()
            hand.channel.close()

    def _begin(self) -> None:
        """Give each free connection a letter, as far as there are letters and the rate allows."""
        now = self._clock.monotonic()
        for hand in self._hands:
            if hand.talk is None and hand.until <= now and (job := self._next(hand)) is not None:
                self._start(hand, *job)

    def _next(self, hand: _Hand) -> Job | None:
        if hand.claimed is not None:
            claimed, hand.claimed = hand.claimed, None
            return claimed
        if not self._jobs or self._pace.due() > 0:
            return None
        self._pace.take()
        return self._jobs.popleft()

    def _start(self, hand: _Hand, number: int, letter: Letter) -> None:
        def following() -> Letter | None:
            hand.claimed = self._next(hand)
            return None if hand.claimed is None else hand.claimed[1]

        hand.talk = hand.channel.send(letter, following)
        self._go_on(hand, number, None)

    def _go_on(self, hand: _Hand, number: int, answer: bool | None) -> None:
        """Resume a talk until it waits again."""
        assert hand.talk is not None
        hand.wait = None
        try:
            step = hand.talk.send(answer)
        except StopIteration as end:
            hand.talk = None
            self._pause(hand, end.value)
            self._events.append(Done(number=number, outcome=end.value))
            return
        if isinstance(step, Wait):
            hand.number, hand.wait, hand.until = number, step, self._clock.monotonic() + step.seconds
        else:
            self._events.append(Offer(number=number, answer=lambda yes: self._go_on(hand, number, yes)))

    def _pause(self, hand: _Hand, outcome: Outcome | None) -> None:
        unreachable = outcome is not None and outcome.kind == "unreachable"
        hand.pause = min(max(1.0, 2 * hand.pause), LONGEST_PAUSE) if unreachable else 0.0
        hand.until = self._clock.monotonic() + hand.pause

    def _rest(self, longest: float) -> None:
        """Sleep until a connection can continue or its wait ends."""
        waiting = [(hand, hand.wait) for hand in self._hands if hand.wait is not None]
        seconds = min([longest, *self._deadlines()])
        if not waiting:
            self._clock.sleep(seconds)
            return
        able = ready([wait for _, wait in waiting], seconds)
        now = self._clock.monotonic()
        for hand, wait in waiting:
            if wait in able:
                self._go_on(hand, hand.number, True)
            elif hand.until <= now:
                self._go_on(hand, hand.number, False)

    def _deadlines(self) -> Iterator[float]:
        """The seconds until the wait or pause of each connection ends."""
        now, due = self._clock.monotonic(), self._pace.due() if self._jobs else 0.0
        for hand in self._hands:
            if hand.wait is not None or hand.claimed is not None:
                yield max(0.0, hand.until - now)
            elif hand.talk is None and self._jobs:
                yield max(due, hand.until - now)
