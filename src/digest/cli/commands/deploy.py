"""`digest deploy status`: all newsletters of a deployment, and the workers that serve them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import examples, json_option, print_json, say_waiting, workspace
from digest.text.formatting import count

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from digest.model import Workspace
    from digest.services.context import Program
    from digest.workers.overview import Fleet, Seen


@click.group("deploy", epilog=examples("digest deploy status /srv/newsletters"))
def command() -> None:
    """Look after several newsletters at once."""


@command.command(
    "status", epilog=examples("digest deploy status /srv/newsletters", "digest deploy status weekly daily --json")
)
@click.argument("folders", metavar="FOLDER...", nargs=-1, type=click.Path(path_type=Path))
@json_option
@click.pass_context
def status_command(ctx: click.Context, folders: tuple[Path, ...], as_json: bool) -> int:
    """Show each newsletter in FOLDERs (workspaces or folders of workspaces; default: this workspace), and the workers.

    Exit code 1: something needs your attention.
    """
    from digest.workers.newsletters import workspaces
    from digest.workers.overview import fleets, seen, told_apart

    places = workspaces(folders or (workspace(ctx).root,))
    found = told_apart([seen(place, _opened) for place in places])
    at_work = fleets(places)
    problems = [f"{one.name}: {line}" for one in found for line in ((one.error,) if one.error else one.problems)]
    problems += [f"{one.database}: {line}" for one in at_work for line in one.problems]
    if as_json:
        print_json({"ok": not problems, "problems": problems, "newsletters": found, "databases": at_work})
        return int(bool(problems))
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(_table(found)))
    for fleet in at_work:
        console.print(Text(_words(fleet)))
    for line in problems:
        console.print(Text("! ", style="bold red").append(line, style="not bold"))
    return int(bool(problems))


def _opened(place: "Workspace") -> "AbstractContextManager[Program]":
    from digest.config import trend_files
    from digest.services.context import program_at, read_config
    from digest.storage.files import resources

    known = trend_files.load(resources.trend_texts(place))
    settings = read_config(place, known)
    return program_at(datetime.now(UTC), place, settings, known, writes=False, waiting=say_waiting)


HEADINGS = (
    "newsletter",
    "feeds",
    "late",
    "readers",
    "waiting",
    "in doubt",
    "collected (UTC)",
    "next slot (UTC)",
    "problems",
)


def _table(found: "Sequence[Seen]") -> str:
    """A line for each newsletter below the headings; numbers are flush right."""
    rows = [HEADINGS, *map(_row, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = (
        "  ".join(
            text.rjust(width) if 0 < column < 6 else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _row(one: "Seen") -> tuple[str, ...]:
    if one.error:
        return (one.name, *[""] * 7, "cannot be opened")
    figures = one.figures
    numbers = [number for number in (figures["feeds"], figures["feeds_late"]) if not isinstance(number, Mapping)]
    instants = (figures.get(f"{name}_timestamp_seconds") for name in ("collected", "next_slot"))
    problems = str(len(one.problems)) if one.problems else "none"
    return (one.name, *(f"{value:,.0f}" for value in (*numbers, *_counts(one))), *map(_instant, instants), problems)


def _counts(one: "Seen") -> tuple[float, float, float]:
    """Active readers, and letters that wait and that are in doubt."""
    readers, letters = one.figures["subscribers"], one.figures["letters"]
    assert isinstance(readers, Mapping)
    assert isinstance(letters, Mapping)
    return readers.get("active", 0), letters["pending"], letters["in_doubt"] + letters["offered"]


def _instant(seconds: object) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%a %Y-%m-%d %H:%M}" if isinstance(seconds, float) else "never"


def _words(fleet: "Fleet") -> str:
    idle = sum(not one.doing for one in fleet.workers)
    busy = [one.doing.partition(":")[0] for one in fleet.workers if one.doing]
    doing = [f"{busy.count(kind)} {kind}" for kind in dict.fromkeys(busy)] + ([f"{idle} idle"] if idle else [])
    waiting = sum(fleet.jobs.values())
    workers = count(len(fleet.workers), "worker") + (f" ({', '.join(doing)})" if doing else "")
    version = f", version {fleet.version}" if fleet.version else ""
    return f"\n{fleet.database}: {workers}, {count(waiting, 'job')}{version}"
