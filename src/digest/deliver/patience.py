"""Signals that wait: what is under way may be finished first. Decides nothing about what is finished."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

HELD = (signal.SIGINT, signal.SIGALRM)
_Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None


@contextmanager
def held() -> Iterator[Callable[[], bool]]:
    """In the block the first signal only makes the yielded function true, and acts when the block is left; a second acts at once.

    Outside of the main thread no signal ever acts, and none is held.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return

    def hold(number: int, frame: FrameType | None) -> None:
        came.append(number)
        if len(came) > 1:
            _act(before[number], number, frame)

    before: dict[int, _Handler] = {number: signal.signal(number, hold) for number in HELD}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        _act(before[came[0]], came[0], None)


def _act(handler: _Handler, number: int, frame: FrameType | None) -> None:
    if callable(handler):
        handler(number, frame)
