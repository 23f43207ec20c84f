"""`digest edit`: the editor's hand on a draft; it survives every rebuild."""

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import at_option, given_text, json_option, print_json
from digest.model import EditAction  # noqa: TC001  (an annotation inside a function)
from digest.services.edit import Decided


@click.command("edit")
@click.argument("key", required=False)
@click.option("--pin", multiple=True, metavar="ITEM", help="Show it first in its section, whatever the reading time.")
@click.option("--drop", multiple=True, metavar="ITEM", help="Leave it out; it counts as filtered.")
@click.option(
    "--move", multiple=True, nargs=2, metavar="ITEM TREND", help="Put it under another trend, this item alone."
)
@click.option("--undo", multiple=True, metavar="ITEM", help="Take back what was decided on it.")
@click.option(
    "--note",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Opening words in Markdown; an empty file takes them back.",
)
@at_option
@json_option
@click.pass_context
def command(  # noqa: PLR0917  (click passes them)
    ctx: click.Context,
    key: str | None,
    pin: tuple[str, ...],
    drop: tuple[str, ...],
    move: tuple[tuple[str, str], ...],
    undo: tuple[str, ...],
    note: Path | None,
    at: str | None,
    as_json: bool,
) -> int:
    """Decide on the items of draft KEY (default: the latest), and make it again; without options, show what was decided.

    ITEM is an id, URL or arXiv id. Decisions are kept in edits.jsonl and hold for the issue that the draft becomes. `digest teach` is
    for a label that is wrong on similar items too.
    """
    from digest.cli.context import opened
    from digest.services import edit as editing

    asked: list[tuple[EditAction, str, str]] = [
        *(("pin", one, "") for one in pin),
        *(("drop", one, "") for one in drop),
        *(("move", one, trend) for one, trend in move),
        *(("undo", one, "") for one in undo),
    ]
    with opened(ctx, at, writes=bool(asked or note)) as program:
        chosen = editing.draft_key(program, key)
        edits = [editing.decision(program, action, one, trend) for action, one, trend in asked]
        if note is not None:
            edits.append(
                editing.note(program, chosen, given_text(note, "name a file of UTF-8 text, or - for standard input"))
            )
        found = editing.decided(editing.decide(program, chosen, edits) if edits else program, chosen)
        if as_json:
            print_json(found.facts)
        else:
            print_decided(found)
    return 0


def print_decided(found: Decided) -> None:
    """A line per decision, then the note."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(Text(f"Draft {found.key}", style="bold"))
    told = [
        *(("pinned", item, "") for item in sorted(found.hand.pinned)),
        *(("dropped", item, "") for item in sorted(found.hand.dropped)),
        *(("moved", item, f" to {trend}") for item, trend in sorted(found.hand.moved.items())),
    ]
    for what, item, where in told:
        console.print(Text(f"{what}{where}: {found.titles.get(item, '')} ({item})"))
    if found.hand.note:
        console.print(Text(f"note: {found.hand.note}"))
    if not told and not found.hand.note:
        console.print("Nothing was decided on it.")
