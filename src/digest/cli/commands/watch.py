"""`digest watch`: what the issue puts first, and an import of references into it."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest.cli.common import given_text, json_option, print_json, say_waiting
from digest.services.watchlist import Added, Watching
from digest.text.formatting import count


@click.group("watch", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """The watchlist: authors, terms and arXiv papers of `watch:` in feeds.yaml, with what of the last issues answered to them."""
    if ctx.invoked_subcommand:
        return 0
    from digest.cli.context import opened
    from digest.services.watchlist import watchlist

    with opened(ctx, None, writes=False) as program:
        found = watchlist(program)
    if as_json:
        print_json(found)
    else:
        print_watched(found)
    return 0


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--works",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    metavar="N",
    help="Watch the authors of N works or more.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be added.")
@json_option
@click.pass_context
def import_(ctx: click.Context, file: Path, works: int, dry_run: bool, as_json: bool) -> int:
    """Watch the works of a reference list, and its most frequent authors.

    FILE (or `-`) is BibTeX, CSL JSON or Zotero's CSV. Its arXiv ids and authors are added to `watch:` in feeds.yaml.
    """
    from digest.cli.context import opened
    from digest.editorial import bibliography
    from digest.services.watchlist import Added, add, new

    references = bibliography.read(given_text(file, "name a reference manager's export, in UTF-8"), name=str(file))
    with opened(ctx, None, writes=False) as program:
        authors, ids = bibliography.frequent(references, works), [work.arxiv for work in references if work.arxiv]
        added: Added = new(program.config.watch, authors, ids)
        if not dry_run:
            added = add(program, added, waiting=say_waiting)
    if as_json:
        print_json({"works": len(references), "authors": added.authors, "arxiv": added.arxiv, "dry_run": dry_run})
    else:
        print_added(len(references), added, dry_run=dry_run)
    return 0


def print_watched(found: Sequence[Watching]) -> None:
    """A line per entry."""
    if not found:
        click.echo("Nothing is watched; add `watch:` with authors, terms or arxiv to feeds.yaml.")
        return
    table = Table("Watched", "Kind", "Items", "Last in", box=None, pad_edge=False)
    for one in found:
        table.add_row(Text(one.name), one.kind, str(one.items), one.last or "none yet")
    Console(highlight=False).print(table)


def print_added(works: int, added: Added, *, dry_run: bool) -> None:
    """What an import found."""
    verb = "would be watched" if dry_run else "are watched now"
    more = f"{count(len(added.authors), 'more author')} and {count(len(added.arxiv), 'more paper')}"
    click.echo(f"{count(works, 'work')}: {more} {verb}", err=True)
    for author in added.authors:
        click.echo(author)
