"""How fast messages may leave, over all connections. Time comes in as an argument; the module `time` is one."""

from typing import Protocol


class Clock(Protocol):
    """Seconds that only ever grow, and a way to let some pass."""

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float, /) -> None: ...


class Pace:
    """At most `rate` messages a second, evenly; None is as fast as it goes."""

    def __init__(self, rate: float | None, clock: Clock) -> None:
        self._step = 1 / rate if rate else 0.0
        self._clock = clock
        self._next = clock.monotonic()

    def due(self) -> float:
        """How many seconds it is until the next message may leave; 0 is now."""
        return max(0.0, self._next - self._clock.monotonic()) if self._step else 0.0

    def take(self) -> None:
        """A message leaves."""
        if self._step:
            self._next = max(self._next, self._clock.monotonic()) + self._step
