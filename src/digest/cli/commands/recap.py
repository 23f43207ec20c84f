"""`digest recap --since 4w`: sum up the last issues on one page, from the archive alone. `digest grade` shows what the field took up of one."""

import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from digest.cli.common import at_option, examples, json_option, opened, print_json, workspace
from digest.errors import NotFoundError
from digest.model import Workspace

if TYPE_CHECKING:
    from digest.model import Issue
from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from digest.cli.terminal import address, console_of, hanging, linked, paged, told
from digest.model import Grade, GradedWork, Remedy, Uptake
from digest.render.recap import RecapView
from digest.text.clean import clean, readable
from digest.text.formatting import count
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
                hanging(console, " " * len(lead), told(story.summary, story.written))
            address(console, story.url, indent=len(lead))
        for heading, rows in view.headed:
            console.print(Text(f"\n{heading}", style="bold underline"))
            for row in rows:
                hanging(console, f"{row.mark or ' ':2} ", Text(f"{row.name}: {row.words}"))


@click.command("grade", epilog=examples("digest grade", "digest grade 2026-W48", "digest grade 2026-W48 --now --json"))
@click.argument("key", required=False, metavar="[KEY]")
@click.option("--now", "fresh", is_flag=True, help="Grade by what was seen up to now, whatever a later issue states.")
@at_option
@json_option
@click.pass_context
def grade_command(ctx: click.Context, key: str | None, fresh: bool, at: str | None, as_json: bool) -> int:
    """Grade issue KEY (default: the latest that is four weeks old) by what the field took up since.

    A work counts as taken up if votes for it grew, a round-up linked to it, another source showed it, or a later item
    followed it up, all after the issue's cutoff. For each work that the issue had not shown, prints its fate,
    the command that would have let it in, and how many other works of the last twelve issues that command lets in.
    """
    from digest.services.grade import gradable, grade, stated

    with opened(ctx, at, writes=False) as program:
        chosen = key or gradable(program)
        place, found = (None if fresh else stated(program, chosen)) or ("", grade(program, chosen, program.now))
    if as_json:
        print_json({"stated_in": place, "grade": found, "shown": found.shown, "taken_up": len(found.works)})
    else:
        print_grade(found, place)
    return 0


def print_grade(found: Grade, place: str) -> None:
    """Print the sum, then each work with the signs that it was taken up, its fate, and what would have let it in."""
    console = Console(highlight=False)
    where = f" (stated in {place})" if place else ""
    console.print(
        f"{found.key}, by what was seen up to {found.until:%Y-%m-%d %H:%M} UTC{where}: "
        f"{count(len(found.works), 'work')} taken up, {found.shown} shown, {len(found.missed)} missed"
    )
    for work in sorted(found.works, key=lambda one: (one.fate, one.id)):
        told = Text(f"\n{readable(work.title) or clean(work.url)}\n", style="bold")
        for line in _lines(work, found.key):
            told.append(f"{line}\n", style="not bold")
        console.print(Padding(told.append(clean(work.url), style="not bold dim"), (0, 0, 0, 2)))


def _lines(work: GradedWork, key: str) -> Iterator[str]:
    yield f"{work.fate.replace('_', ' ')}{f' ({clean(work.detail)})' if work.detail else ''}"
    yield f"taken up: {'; '.join(map(_uptake, work.uptakes))}"
    if work.remedy:
        yield from map(clean, (work.remedy.command, *(f"or {other}" for other in work.remedy.also)))
        yield f"  {_cost(work.remedy, key)}"


def _uptake(one: Uptake) -> str:
    what = f"{one.value} {one.kind} after {one.before}" if one.value else one.kind.replace("_", " ")
    return f"{what} ({clean(one.source)}, {one.at:%Y-%m-%d})"


def _cost(remedy: Remedy, key: str) -> str:
    if remedy.command.startswith(f"digest edit {key} "):
        return "could be done until the issue was closed, and changes nothing else"
    if remedy.command.startswith("digest edit --add "):
        return "adds it to the draft that is open, and nothing else"
    if remedy.others is None:
        return "what else it would bring is unknown until it is collected"
    taken = f", {remedy.taken_up} of them taken up, too" if remedy.taken_up else ""
    return f"would have let in {count(remedy.others, 'other work')} in {count(remedy.issues, 'issue')}{taken}"
