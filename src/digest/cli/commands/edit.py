"""`digest edit`: the editor's decisions on a draft. They survive every rebuild."""

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import at_option, examples, given_text, json_option, print_json
from digest.model import EditAction  # noqa: TC001  (an annotation inside a function)
from digest.services.edit import Decided


@click.command(
    "edit",
    epilog=examples(
        "digest edit",
        "digest edit --pin 2606.01234 --drop https://example.org/post",
        "digest edit 2026-W48 --move 2606.01234 agents --note note.md",
    ),
)
@click.argument("key", required=False)
@click.option("--pin", multiple=True, metavar="ITEM", help="Show ITEM first in its section, whatever the reading time.")
@click.option("--drop", multiple=True, metavar="ITEM", help="Leave ITEM out; the receipt counts it as filtered.")
@click.option("--move", multiple=True, nargs=2, metavar="ITEM TREND", help="Put this one item under another trend.")
@click.option("--undo", multiple=True, metavar="ITEM", help="Undo the decisions on ITEM.")
@click.option(
    "--note",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Open the issue with the Markdown text in FILE (- means standard input); an empty FILE removes it.",
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
    """Change the items of draft KEY (default: the latest) and rebuild it. Without options, show the decisions so far.

    ITEM is an id, URL or arXiv id. Decisions are kept in edits.jsonl and apply to the issue that the draft becomes. If similar
    items have the wrong trend, too, use `digest teach` instead.
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
        chosen = editing.draft_key(program.store, program.archive, key)
        edits = [editing.decision(program, action, one, trend) for action, one, trend in asked]
        if note is not None:
            edits.append(
                editing.note(
                    program.now, chosen, given_text(note, "name a file of UTF-8 text, or - for standard input")
                )
            )
        found = editing.decided(editing.decide(program, chosen, edits) if edits else program, chosen)
        if as_json:
            print_json(found.facts)
        else:
            print_decided(found)
    return 0


def print_decided(found: Decided) -> None:
    """Print a line per decision, then the note."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(Text(f"Draft {found.key}", style="bold"))
    decisions = [
        *(("pinned", item, "") for item in sorted(found.hand.pinned)),
        *(("dropped", item, "") for item in sorted(found.hand.dropped)),
        *(("moved", item, f" to {trend}") for item, trend in sorted(found.hand.moved.items())),
    ]
    for what, item, where in decisions:
        console.print(Text(f"{what}{where}: {found.titles.get(item, '')} ({item})"))
    if found.hand.note:
        console.print(Text(f"note: {found.hand.note}"))
    if not decisions and not found.hand.note:
        console.print("No decisions yet.")
