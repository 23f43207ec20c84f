"""`digest grade [KEY]`: what the field took up of an issue's works since, and what became of each miss."""

from collections.abc import Iterator

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from digest.cli.common import at_option, examples, json_option, print_json
from digest.model import Grade, GradedWork, Remedy, Uptake
from digest.text.clean import clean, readable
from digest.text.formatting import count


@click.command("grade", epilog=examples("digest grade", "digest grade 2026-W48", "digest grade 2026-W48 --now --json"))
@click.argument("key", required=False, metavar="[KEY]")
@click.option("--now", "fresh", is_flag=True, help="Grade by what was seen up to now, whatever a later issue states.")
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, key: str | None, fresh: bool, at: str | None, as_json: bool) -> int:
    """Grade issue KEY (default: the latest that is four weeks old) by what the field took up since.

    A work counts as taken up if votes for it grew, a round-up linked to it, another source showed it, or a later item
    followed it up, all after the issue's cutoff. For each work that the issue had not shown, prints its fate,
    the command that would have let it in, and how many other works of the last twelve issues that command lets in.
    """
    from digest.cli.context import opened
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
        for line in _lines(work):
            told.append(f"{line}\n", style="not bold")
        console.print(Padding(told.append(clean(work.url), style="not bold dim"), (0, 0, 0, 2)))


def _lines(work: GradedWork) -> Iterator[str]:
    yield f"{work.fate.replace('_', ' ')}{f' ({clean(work.detail)})' if work.detail else ''}"
    yield f"taken up: {'; '.join(map(_uptake, work.uptakes))}"
    if work.remedy:
        yield from map(clean, (work.remedy.command, *(f"or {command}" for command in work.remedy.also)))
        yield f"  {_cost(work.remedy)}"


def _uptake(one: Uptake) -> str:
    what = f"{one.value} {one.kind} after {one.before}" if one.value else one.kind.replace("_", " ")
    return f"{what} ({clean(one.source)}, {one.at:%Y-%m-%d})"


def _cost(remedy: Remedy) -> str:
    if remedy.others is None:
        return "what else it would bring is unknown until it is collected"
    taken = f", {remedy.taken_up} of them taken up, too" if remedy.taken_up else ""
    return f"would have let in {count(remedy.others, 'other work')} in {count(remedy.issues, 'issue')}{taken}"
