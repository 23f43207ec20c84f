"""`digest worker`: one of several processes that serve the newsletters of one PostgreSQL database together."""

import logging
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.common import examples, log_option, workspace
from digest.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.config import Config
    from digest.model import Workspace
    from digest.services.context import Program
    from digest.workers.worker import Setup

_log = logging.getLogger(__name__)
QUEUES = ("collect", "compose", "send")


def _patient(holder: str) -> None:
    _log.debug("waiting for process %s, which is using this workspace", holder)


def chosen(_ctx: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """The queues in a list with commas."""
    found = tuple(dict.fromkeys(filter(None, map(str.strip, value.split(",")))))
    if not found or not set(found) <= set(QUEUES):
        raise UsageError(f"--queues {value}", "names no queues", f"choose among {','.join(QUEUES)}")
    return found


@click.command(
    "worker",
    epilog=examples("digest worker --workspaces /srv/newsletters", "digest worker --queues send --log json"),
)
@click.option(
    "--queues",
    "queues",
    metavar="LIST",
    default=",".join(QUEUES),
    show_default=True,
    callback=chosen,
    help="What to do, separated by commas.",
)
@click.option(
    "--workspaces",
    "folders",
    metavar="FOLDER",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Serve FOLDER, a workspace or a folder of workspaces. Repeatable.  [default: this workspace]",
)
@log_option
@click.pass_context
def command(ctx: click.Context, queues: tuple[str, ...], folders: tuple[Path, ...], form: str) -> int:
    """Collect, compose and send for newsletters whose stores are in one PostgreSQL database.

    Any number of workers on any number of machines share the work. SIGTERM stops one after the current step.
    """
    from digest.cli.log_lines import log_to_stderr

    log_to_stderr(form)
    be_worker(queues, folders or (workspace(ctx).root,))
    return 0


def be_worker(queues: tuple[str, ...], folders: tuple[Path, ...]) -> None:
    """Work until told to stop.

    Raises:
        DigestError: nothing can be served, or workers of another version are at work.
    """
    from digest.workers.worker import run

    run(set_up(queues, folders))


def set_up(queues: tuple[str, ...], folders: tuple[Path, ...]) -> "Setup":
    """The worker's dependencies.

    Raises:
        UsageError: the extra is not installed.
    """
    from digest.config import trend_files
    from digest.services.context import program_at, read_config
    from digest.storage.files import resources

    try:
        from digest.workers.worker import Setup
    except ImportError as error:
        raise UsageError(
            "digest worker", "procrastinate is not installed", "run `pip install 'llm-trends-digest[postgres]'`"
        ) from error

    def read(place: "Workspace") -> "Config":
        return read_config(place, trend_files.load(resources.trend_texts(place)))

    @contextmanager
    def opened(place: "Workspace", settings: "Config", now: datetime, writes: bool) -> "Iterator[Program]":
        known = trend_files.load(resources.trend_texts(place))
        with program_at(now, place, settings, known, writes=writes, waiting=_patient) as program:
            yield program

    return Setup(folders=folders, kinds=queues, read=read, opened=opened)  # type: ignore[arg-type]
