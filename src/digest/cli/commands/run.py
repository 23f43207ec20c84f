"""`digest run`: the daemon, which collects and publishes on schedule until it is told to stop."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from digest.cli.common import examples, log_option, say_waiting
from digest.config import Config, trend_files
from digest.daemon import Orders, Setup, run
from digest.errors import UsageError
from digest.model import Workspace
from digest.schedule.slots import Slots
from digest.services.context import Program, program_at, read_config
from digest.services.effects import effects
from digest.storage.files import resources
from digest.storage.files.lock import sole


@click.command(
    "run",
    epilog=examples(
        "digest -C /srv/news run",
        "digest run --log json --serve 127.0.0.1:8000",
        "digest run --workspaces /srv/newsletters",
    ),
)
@log_option
@click.option(
    "--serve",
    "address",
    metavar="HOST:PORT",
    help="Also serve the archive, its search, /healthz, and the desk if it is switched on.",
)
@click.option(
    "--workspaces",
    "folders",
    metavar="FOLDER",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Serve every newsletter in FOLDER, a workspace or a folder of workspaces. Repeatable.  [default: this workspace]",
)
@click.pass_context
def command(ctx: click.Context, form: str, address: str | None, folders: tuple[Path, ...]) -> int:
    """Run the daemon: collect every few hours and publish at each slot.

    SIGTERM stops it after the current step; SIGHUP makes it read feeds.yaml again.
    """
    from digest.cli.common import workspace
    from digest.cli.log_lines import log_to_stderr
    from digest.services.context import timetable

    if folders and address is not None:
        raise UsageError("--serve", "shows one newsletter", "run `digest -C DIR serve` for each newsletter")
    log_to_stderr(form)
    if folders:
        serve_all(folders)
    else:
        be_daemon(workspace(ctx), slots=timetable, address=address)
    return 0


def serve_all(folders: tuple[Path, ...]) -> None:
    """Run the daemons of all workspaces in some folders until told to stop.

    Raises:
        DigestError: a folder neither is a workspace nor holds one.
    """
    from digest.cli.many_daemons import Daemons
    from digest.services.context import timetable
    from digest.workers.newsletters import workspaces

    def found() -> dict[str, Workspace]:
        places = [replace(place, root=place.root.absolute()) for place in workspaces(folders)]
        names = Counter(place.root.name for place in places)
        return {place.root.name if names[place.root.name] == 1 else str(place.root): place for place in places}

    Daemons(found=found, be=partial(be_daemon, slots=timetable)).run()


def be_daemon(place: Workspace, *, slots: Callable[[Config], Slots], address: str | None = None) -> None:
    """Run until told to stop.

    Raises:
        DigestError: another daemon uses this workspace, or feeds.yaml is invalid at the start.
    """
    orders = Orders()
    setup = set_up(place, slots=slots, clock=lambda: datetime.now(UTC), orders=orders)
    with ExitStack() as stack:
        setup = replace(setup, ours=stack.enter_context(sole(place.state / "daemon.lock", what="digest run")))
        if address is not None:
            from digest.cli.web_server import background

            host, port = _parted(address)
            stack.enter_context(background(place, setup.read(), host=host, port=port))
        run(setup, orders)


def set_up(
    place: Workspace, *, slots: Callable[[Config], Slots], clock: Callable[[], datetime], orders: Orders
) -> Setup:
    """The daemon's dependencies. feeds.yaml and the trend files are read again at each step."""

    def read() -> Config:
        return read_config(place, trend_files.load(resources.trend_texts(place)))

    @contextmanager
    def opened(settings: Config, now: datetime, writes: bool) -> Iterator[Program]:
        known = trend_files.load(resources.trend_texts(place)) if writes else {}
        with program_at(now, place, settings, known, writes=writes, waiting=say_waiting, slots=slots) as program:
            yield program

    return Setup(place=place, read=read, opened=opened, clock=clock, effects=effects(time, stopping=orders.stop.is_set))


def _parted(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise UsageError(f"--serve {address}", "is not HOST:PORT", "write it as 127.0.0.1:8000")
    return host.strip("[]"), int(port)
