"""`digest trends [ID]`: list the trends, or show one with its baseline and claims. `digest baseline` drafts and signs the next one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from digest.cli.common import at_option, examples, json_option, opened, print_json, workspace
from digest.errors import NotFoundError, UsageError, did_you_mean
from digest.model import BestReported, ClaimTouch, Example, MovedThere, Touch, Trend
from digest.text.clean import clean, readable
from digest.text.formatting import count

MOVED = 20  # the latest names and phrases
TITLES = 2  # of items that hold one
Touched = Mapping[str, Sequence[ClaimTouch]]  # by claim
_STANDS = {
    "extends": "extended by",
    "disputes": "disputed by",
    "dates": "made out of date by",
    "unrelated": "unrelated:",
}


@click.command(
    "trends", epilog=examples("digest trends", "digest trends agents", "digest trends agents --as-of 2025-06")
)
@click.argument("trend", required=False, metavar="[ID]")
@click.option("--as-of", metavar="DATE", help="Show what was believed at DATE (2025, 2025-06 or 2025-06-30).")
@json_option
@click.pass_context
def command(ctx: click.Context, trend: str | None, as_of: str | None, as_json: bool) -> int:
    """List the trends and works on the whole field, or show trend ID.

    A trend is shown with its baseline, the items that have touched its claims since, the names that moved,
    and the best results that items report.
    """
    from digest.cli.archive_index import catalogued
    from digest.config import trend_files
    from digest.storage.files import resources

    place = workspace(ctx)
    known = trend_files.load(resources.trend_texts(place))
    if trend is not None and trend not in known:
        raise NotFoundError(
            f"trend {trend}", "no such trend", did_you_mean(trend, known, "`digest trends` lists the trends")
        )
    if trend is None and as_of is not None:
        raise UsageError("--as-of", "needs a trend", "name one; `digest trends` lists them")
    if trend is None:
        print_json(list(known.values())) if as_json else print_trends(known.values(), trend_files.GENERAL_READING)
        return 0
    if as_of is not None:
        from digest.services.baseline import as_of as believed

        known |= {trend: believed(place, trend, as_of)}
    with catalogued(place) as catalogue:
        touched = catalogue.touches(trend, catalogue.closed())
        moved = catalogue.moved(trend, catalogue.closed())
        best = catalogue.best_reported(trend)
    if as_json:
        print_json(asdict(known[trend]) | {"touches": _touches(touched), "moved": moved, "best_reported": best})
    else:
        print_trend(known[trend], touched, moved, best)
    return 0


def _touches(touched: Touched) -> dict[str, list[dict[str, Any]]]:
    """The items that touch each claim, as they are printed as JSON."""
    return {
        claim: [
            {"key": one.key, "claim": claim, "title": one.title, "url": one.url, **asdict(one.touch)} for one in found
        ]
        for claim, found in touched.items()
    }


def print_trends(trends: Iterable[Trend], reading: Iterable[Example]) -> None:
    """Print a line per trend, then works on the whole field."""
    table = Table("Id", "Name", "Baseline", "Terms", box=None, pad_edge=False)
    table.columns[3].justify = "right"
    for trend in trends:
        table.add_row(trend.id, Text(trend.name), trend.as_of, str(len(trend.terms)))
    console = Console(highlight=False)
    console.print(table)
    _works(console, "Reading", reading)


def print_trend(trend: Trend, touched: Touched, moved: Sequence[MovedThere], best: Sequence[BestReported]) -> None:
    """Print one trend: baseline, examples, reading, dated claims with the items that touch them, names that moved, best reported results."""
    console = Console(highlight=False)
    console.print(Text(trend.name, style="bold"))
    console.print(Text(f"{trend.id} · baseline of {trend.as_of}{_signed(trend)}", style="dim"))
    console.print()
    console.print(Markdown(trend.body, hyperlinks=False))
    _works(console, "Examples", trend.examples)
    _works(console, "Reading", trend.reading)
    if trend.claims:
        console.print(Text("\nDated claims", style="bold"))
        for number, claim in enumerate(trend.claims, start=1):
            console.print(Padding(Text(f"{number}. {claim.date}: {claim.text} ({claim.source})"), (0, 0, 0, 2)))
            for one in sorted(touched.get(claim.text, ()), key=lambda one: not one.touch.stance):
                line = Text(f"{one.key} {_stands(one.touch)} {readable(one.title)}{_shown(one.touch)}\n")
                console.print(Padding(line.append(clean(one.url), style="dim"), (0, 0, 0, 4)))
    _moved(console, moved)
    if best:
        console.print(Text("\nBest results as their authors report them, not checked", style="bold"))
    for result in best:
        line = Text(f"{clean(result.benchmark)}: {result.value:g} %", style="bold")
        model = f" ({clean(result.model)})" if result.model else ""
        others = f" ({result.others} other, none better)" if result.others else ""
        line.append(
            f"{model}{others}\n{result.key} {readable(result.title)}: {readable(result.sentence)}\n", style="not bold"
        )
        console.print(Padding(line.append(clean(result.url), style="not bold dim"), (0, 0, 0, 2)))


def _moved(console: Console, moved: Sequence[MovedThere]) -> None:
    """The latest names and phrases that moved, each with the titles of the trend's items that hold it."""
    if moved:
        console.print(Text("\nNames and phrases that moved", style="bold"))
    for one in moved[:MOVED]:
        past = f"{one.term.expected:.2g} expected" if any(one.term.past) else "first seen there"
        line = Text(readable(one.term.name), style="bold")
        line.append(f": {count(one.term.count, 'item')} in {one.key}, {past}", style="not bold")
        for title, url in one.works[:TITLES]:
            line.append(f"\n{readable(title)} ", style="not bold").append(clean(url), style="not bold dim")
        console.print(Padding(line, (0, 0, 0, 2)))


def _signed(trend: Trend) -> str:
    return f", signed by {clean(trend.signed_by)}" if trend.signed_by else ""


def _stands(touch: Touch) -> str:
    return _STANDS.get(touch.stance, "touched by")


def _shown(touch: Touch) -> str:
    """What shows it: both values with the sentence, who decided, or the words by which it was found."""
    if touch.values:
        ours, theirs = touch.values
        return f" ({clean(theirs)}, where the claim states {clean(ours)}: “{readable(touch.sentence)}”)"
    if touch.sentence:
        return f" (as a language model sees it: “{readable(touch.sentence)}”)"
    return " (decided by the editor)" if touch.by == "editor" else f" (words: {clean(', '.join(touch.words))})"


def _works(console: Console, heading: str, works: Iterable[Example]) -> None:
    works = tuple(works)
    if works:
        console.print(Text(f"\n{heading}", style="bold"))
    for work in works:
        line = Text(work.name, style="bold")
        line.append(f": {work.note}", style="not bold")
        line.append(f"\n{work.url}" if work.url else "", style="not bold dim")
        console.print(Padding(line, (0, 0, 0, 2)))


@click.group(
    "baseline",
    invoke_without_command=True,
    epilog=examples("digest baseline", "digest baseline draft agents", "digest baseline sign agents"),
)
@json_option
@click.pass_context
def baseline_command(ctx: click.Context, as_json: bool) -> int:
    """List the dated baselines of the trends, or make the next one with a command below."""
    if ctx.invoked_subcommand:
        return 0
    from digest.services.baseline import standings

    found = standings(workspace(ctx))
    if as_json:
        print_json(found)
        return 0
    table = Table("Id", "Name", "Baselines", "Draft", box=None, pad_edge=False)
    table.columns[3].overflow = "fold"
    for one in found:
        table.add_row(one.id, Text(one.name), ", ".join(one.dates), Text(one.draft))
    Console(highlight=False).print(table)
    return 0


@baseline_command.command("draft", epilog=examples("digest baseline draft agents"))
@click.argument("trend")
@at_option
@json_option
@click.pass_context
def draft_command(ctx: click.Context, trend: str, at: str | None, as_json: bool) -> int:
    """Write the skeleton of TREND's next baseline, from the issues of the last quarter.

    Its lines begin with TODO and have their sources. Complete the file in your own words, then sign it.
    """
    from digest.services.baseline import draft

    with opened(ctx, at, writes=False) as program:
        path = draft(program, trend)
    if as_json:
        print_json({"trend": trend, "draft": str(path)})
    else:
        click.echo(path)
    return 0


@baseline_command.command(
    "sign", epilog=examples("digest baseline sign agents", "digest baseline sign agents --by Ada")
)
@click.argument("trend")
@click.option("--by", metavar="NAME", help="Who signs it (default: your login name).")
@at_option
@json_option
@click.pass_context
def sign_command(ctx: click.Context, trend: str, by: str | None, at: str | None, as_json: bool) -> int:
    """Make TREND's completed draft its baseline of this month. Earlier baselines stay as they are."""
    from digest.cli.terminal import login
    from digest.services.baseline import sign

    with opened(ctx, at, writes=True) as program:
        signed = sign(program, trend, by or login())
        path = program.workspace.signed_baseline(trend, signed.as_of)
    if as_json:
        print_json({"trend": trend, "as_of": signed.as_of, "signed_by": signed.signed_by, "file": str(path)})
    else:
        click.echo(f"baseline of {trend}, {signed.as_of}, signed by {signed.signed_by}: {path}")
    return 0
