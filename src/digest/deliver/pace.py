"""How fast messages may leave, over all connections. Time comes in as an argument; the module `time` is one."""

import threading
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
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next message may leave."""
        if not self._step:
            return
        with self._lock:
            now = self._clock.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._step
        if turn > now:
            self._clock.sleep(turn - now)
