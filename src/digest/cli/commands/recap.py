"""`digest recap --since 4w`: sum up the last issues on one page, from the archive alone."""

import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from digest.cli.common import at_option, examples, json_option, print_json, workspace
from digest.errors import NotFoundError
from digest.model import Workspace

if TYPE_CHECKING:
    from digest.model import Issue
from rich.text import Text

from digest.cli.terminal import address, console_of, hanging, linked, paged
from digest.render.recap import RecapView
from digest.text.words import gettext, using


@click.command(
    "recap", epilog=examples("digest recap", "digest recap --since 2026-11", "digest recap --since 10d > recap.md")
)
@click.option(
    "--since",
    default="4w",
    show_default=True,
    metavar="WHEN",
    help="Sum up the issues of the last days or weeks (10d, 4w), or since a date (2026, 2026-11, 2026-11-02).",
)
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, since: str, at: str | None, as_json: bool) -> int:
    """Sum up the last closed issues: the best stories, and how the trends moved. Prints Markdown into a pipe."""
    from digest.editorial.recap import recap
    from digest.render.recap import recap_markdown, recap_view

    issues = _issues(workspace(ctx), since, at)
    latest, summed = issues[0], recap(issues)
    if as_json:
        print_json(summed)
        return 0
    with using(latest.language):
        view = recap_view(summed, title=latest.title, language=latest.language, zone=ZoneInfo(latest.timezone))
        if sys.stdout.isatty():
            print_recap(view)
        else:
            click.echo(recap_markdown(view), nl=False)
    return 0


def _issues(place: Workspace, when: str, at: str | None) -> list["Issue"]:
    """The closed issues whose slots `--since` includes, latest first. Opens no other issue than these and the latest."""
    from digest.cli.archive_index import catalogued, since_instant, zone_of
    from digest.storage.archive import Archive

    archive = Archive(place.archive)
    with catalogued(place) as catalogue:
        closed = catalogue.summaries(closed=True)
    if not closed:
        raise NotFoundError(str(place.archive), "contains no closed issue", "build the first one with `digest build`")
    first = since_instant(when, at, zone_of(place, closed))
    keys = [summary.key for summary in closed if summary.slot >= first]
    if not keys:
        raise NotFoundError(
            f"--since {when}", f"no issue is that recent; the latest is {closed[0].key}", "go back further"
        )
    return [archive.read(key) for key in keys]


def print_recap(view: RecapView) -> None:
    """Print the whole page, through a pager if it is taller than the terminal."""
    console = console_of()
    with paged(console):
        hanging(console, "", Text(gettext("%(title)s: what you missed", title=view.title), style="bold"))
        console.print(Text(f"{view.span} · {view.told}", style="dim"))
        if view.stories:
            console.print(Text("\n" + gettext("Best stories"), style="bold underline"))
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
