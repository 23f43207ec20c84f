"""A workspace and a clock -> a `Program` to run: reads feeds.yaml, takes the lock, opens the store."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from digest import config
from digest.cli.common import instant, say_waiting, workspace
from digest.config import Config, trend_files
from digest.errors import WorkspaceError
from digest.model import Edit, Lesson, Trend, Workspace
from digest.schedule.slots import Slots, Timetable
from digest.services.context import Program, refuse_past
from digest.storage.archive import Archive
from digest.storage.db import open_store
from digest.storage.files import jsonl, resources
from digest.storage.files.lock import exclusive

WORKERS = 2


def read_config(place: Workspace, known: dict[str, Trend]) -> Config:
    """The workspace's feeds.yaml.

    Raises:
        WorkspaceError: there is none, or it cannot be read.
        ConfigError: it has problems.
    """
    try:
        text = place.config.read_text("utf-8")
    except FileNotFoundError as error:
        raise WorkspaceError(
            str(place.config), "there is no such file", "make a workspace with `digest init`, or name one with -C DIR"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(str(place.config), f"cannot be read ({error})", "write it as UTF-8 text") from error
    return config.parse(text, file=str(place.config), trends=known)


def timetable(settings: Config) -> Slots:
    """The slots that feeds.yaml asks for."""
    digest = settings.digest
    return Timetable(schedule=digest.schedule, cadence=digest.cadence, zone=ZoneInfo(digest.timezone))


@contextmanager
def opened(ctx: click.Context, at: str | None, *, writes: bool) -> Iterator[Program]:
    """The program of this run. One that writes has the workspace to itself, and its clock may not lie in a closed window."""
    place = workspace(ctx)
    known = trend_files.load(resources.trend_texts(place))
    settings = read_config(place, known)
    now = instant(at, settings.digest.timezone)
    with program_at(now, place, settings, known, writes=writes) as program:
        if writes and at is not None:
            refuse_past(program)
        yield program


@contextmanager
def program_at(
    now: datetime,
    place: Workspace,
    settings: Config,
    known: Mapping[str, Trend],
    *,
    writes: bool,
    slots: Callable[[Config], Slots] = timetable,
) -> Iterator[Program]:
    """A workspace's program at an instant; one that writes has the workspace to itself."""
    with (
        exclusive(place.state / "lock", enabled=writes, waiting=say_waiting) as released,
        open_store(place.database) as store,
    ):
        yield Program(
            workspace=place,
            config=settings,
            trends=known,
            store=store,
            archive=Archive(place.archive),
            timetable=slots(settings),
            now=now,
            random=random.Random(),  # noqa: S311  (spreads requests; guards nothing)
            workers=WORKERS,
            lessons=jsonl.read(place.lessons, Lesson),
            edits=jsonl.read(place.edits, Edit),
            released=released,
        )
