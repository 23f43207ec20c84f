"""A workspace -> its daemon, with the real clock, store, lint and mail. The slots are an argument."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from digest import resources, trends
from digest.cli.program import program_at, read_config
from digest.config import Config
from digest.errors import UsageError
from digest.model import Workspace
from digest.periods import Slots
from digest.pipeline.desk import desk
from digest.pipeline.program import Program
from digest.schedule import Orders, Setup, run
from digest.store.lock import sole


def be_daemon(place: Workspace, *, slots: Callable[[Config], Slots], address: str | None = None) -> None:
    """Run until told to stop.

    Raises:
        DigestError: another daemon works here, or feeds.yaml is broken at the start.
    """
    orders = Orders()
    setup = set_up(place, slots=slots, clock=lambda: datetime.now(UTC), orders=orders)
    with ExitStack() as stack:
        stack.enter_context(sole(place.state / "daemon.lock", what="digest run"))
        if address is not None:
            from digest.cli.serving import background

            host, port = _parted(address)
            stack.enter_context(background(place, setup.read(), host=host, port=port))
        run(setup, orders)


def set_up(
    place: Workspace, *, slots: Callable[[Config], Slots], clock: Callable[[], datetime], orders: Orders
) -> Setup:
    """What the daemon works with; feeds.yaml and the trends' files are read as they are at each step."""

    def read() -> Config:
        return read_config(place, trends.load(resources.trend_texts(place)))

    @contextmanager
    def opened(settings: Config, now: datetime, writes: bool) -> Iterator[Program]:
        known = trends.load(resources.trend_texts(place)) if writes else {}
        with program_at(now, place, settings, known, writes=writes, slots=slots) as program:
            yield program

    return Setup(place=place, read=read, opened=opened, clock=clock, desk=desk(time, stopping=orders.stop.is_set))


def _parted(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise UsageError(f"--serve {address}", "is no address", "write it as 127.0.0.1:8000")
    return host.strip("[]"), int(port)
