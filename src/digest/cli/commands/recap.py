"""`digest recap --since 4w`: what a holiday missed, on one page, from the archive."""

import re
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from digest.cli.common import at_option, first_instant, instant, json_option, print_json, workspace
from digest.errors import NotFoundError, UsageError
from digest.model import Workspace

if TYPE_CHECKING:
    from digest.model import Issue
from rich.text import Text

from digest.cli.terminal import address, console_of, hanging, linked, paged
from digest.render.recap import RecapView

_AGO = re.compile(r"(\d{1,4})([dw])")


@click.command("recap")
@click.option(
    "--since",
    default="4w",
    show_default=True,
    metavar="WHEN",
    help="Issues of the last days or weeks (10d, 4w), or since a year, month or day (2026-11-02).",
)
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, since: str, at: str | None, as_json: bool) -> int:
    """Sum up the closed issues since a day: the best stories of each, how the trends moved. Markdown in a pipe."""
    from digest.editorial.recap import recap
    from digest.render.recap import recap_markdown, recap_view

    issues = _issues(workspace(ctx), since, at)
    latest, told = issues[0], recap(issues)
    if as_json:
        print_json(told)
        return 0
    view = recap_view(told, title=latest.title, language=latest.language, zone=ZoneInfo(latest.timezone))
    if sys.stdout.isatty():
        print_recap(view)
    else:
        click.echo(recap_markdown(view), nl=False)
    return 0


def _issues(place: Workspace, since: str, at: str | None) -> list["Issue"]:
    """The closed issues whose slots are later, latest first; no other issue is opened."""
    from digest.cli.archive_index import catalogued
    from digest.storage.archive import Archive

    archive = Archive(place.archive)
    with catalogued(place) as catalogue:
        closed = catalogue.summaries(closed=True)
    if not closed:
        raise NotFoundError(str(place.archive), "holds no closed issue", "`digest build` makes the first one")
    first = _first(since, at, archive.read(closed[0].key).timezone)
    keys = [summary.key for summary in closed if summary.slot > first]
    if not keys:
        raise NotFoundError(
            f"--since {since}", f"no issue is that new; the latest is {closed[0].key}", "go back further"
        )
    return [archive.read(key) for key in keys]


def _first(since: str, at: str | None, zone: str) -> datetime:
    """The instant after which an issue counts, in UTC."""
    if found := _AGO.fullmatch(since):
        days = int(found[1]) * (7 if found[2] == "w" else 1)
        return instant(at, zone) - timedelta(days=days)
    if (day := first_instant(since, zone)) is None:
        raise UsageError(f"--since {since}", "is neither a time nor a date", "write it as 10d, 4w or 2026-11-02")
    return day


def print_recap(view: RecapView) -> None:
    """The whole page; through a pager where there is a terminal that is too low for it."""
    console = console_of()
    with paged(console):
        hanging(console, "", Text(f"{view.title}: what you missed", style="bold"))
        console.print(Text(f"{view.span} · {view.told}", style="dim"))
        if view.stories:
            console.print(Text("\nBest stories", style="bold underline"))
        for number, story in enumerate(view.stories, 1):
            lead = f"{number}. "
            hanging(console, lead, linked(Text(story.title, style="bold"), story.url))
            hanging(console, " " * len(lead), Text(story.about, style="dim"))
            if story.summary:
                hanging(console, " " * len(lead), Text(story.summary))
            address(console, story.url, indent=len(lead))
        for heading, rows in view.headed:
            console.print(Text(f"\n{heading}", style="bold underline"))
            for row in rows:
                hanging(console, f"{row.mark or ' ':2} ", Text(f"{row.name}: {row.words}"))
