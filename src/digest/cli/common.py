"""What the commands share: the workspace option, the clock, JSON output."""

import json
import re
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from digest.errors import UsageError
from digest.model import Workspace

NO_FEEDS = "feeds.yaml names no feeds; add one with `digest feeds add URL`"
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON on standard output.")
at_option = click.option("--at", metavar="ISO", help="Set the clock; without an offset, in the digest's zone.")


def workspace(ctx: click.Context) -> Workspace:
    """The workspace of this run; a restore that was killed is finished first."""
    directory: Path = ctx.obj
    place = Workspace(root=directory)
    if place.restored.exists():
        from digest.services.backup import finish

        finish(place, now=instant(None, "UTC"), waiting=say_waiting)
    return place


def say_waiting(holder: str) -> None:
    click.echo(f"digest: waiting for process {holder}, which works on this workspace", err=True)


def given_bytes(file: Path, remedy: str) -> bytes:
    """What a file holds that a person named; `-` is standard input."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(str(file), f"cannot be read ({error.strerror})", remedy) from error


def given_text(file: Path, remedy: str) -> str:
    """The same as text, with lines that end in a line feed."""
    try:
        return given_bytes(file, remedy).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(
            str(file), f"cannot be read as UTF-8 ({error.reason} at byte {error.start})", remedy
        ) from error


def instant(at: str | None, zone: str) -> datetime:
    """The clock of this run, in UTC: `--at`, read in the digest's zone where it names none, or now."""
    if at is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError as error:
        raise UsageError(
            f"--at {at}", "not an ISO 8601 date and time", "write it as 2026-11-23T08:00, with an offset or without"
        ) from error
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def first_instant(text: str, zone: str) -> datetime | None:
    """Where a year, a month or a day (2026, 2026-06, 2026-06-29) begins in a zone, in UTC; None where the text is none."""
    found = _DATE.fullmatch(text)
    try:
        first = found and datetime(int(found[1]), int(found[2] or 1), int(found[3] or 1), tzinfo=ZoneInfo(zone))
    except ValueError:  # a month or a day that no calendar has
        return None
    return first.astimezone(UTC) if first else None


def print_json(value: object) -> None:
    """One JSON document on standard output; dataclasses become objects, times ISO 8601 in UTC."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def show(address: str) -> None:
    """Open an address (http or file) in the browser that the system, or $BROWSER, names."""
    if not webbrowser.open(address):
        click.echo(f"digest: there is no browser to show it in; open {address}", err=True)
