"""`digest watch`: show the watchlist, or add to it by name or from a reference manager's export."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest.cli.common import dry_option, examples, given_bytes, json_option, opened, print_json, say_waiting
from digest.errors import UsageError
from digest.services.watchlist import Added, Watching
from digest.text.formatting import count


@click.group(
    "watch",
    invoke_without_command=True,
    epilog=examples("digest watch", "digest watch add --term 'state space model'", "digest watch import library.bib"),
)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Show the watchlist and the recent items that matched it.

    The watchlist is `watch:` in feeds.yaml: authors, terms and arXiv papers whose items open each issue.
    """
    if ctx.invoked_subcommand:
        return 0
    from digest.services.watchlist import watchlist

    with opened(ctx, None, writes=False) as program:
        found = watchlist(program)
    if as_json:
        print_json(found)
    else:
        print_watched(found)
    return 0


@command.command(
    "add",
    epilog=examples(
        "digest watch add --term 'state space model'", "digest watch add --author 'Ada Lovelace' --dry-run"
    ),
)
@click.option("--author", "authors", multiple=True, metavar="NAME", help="Watch the works of NAME. Repeatable.")
@click.option("--term", "terms", multiple=True, metavar="TERM", help="Watch works that contain TERM. Repeatable.")
@click.option("--arxiv", "ids", multiple=True, metavar="ID", help="Watch a paper and what mentions it. Repeatable.")
@dry_option
@json_option
@click.pass_context
def add_(  # noqa: PLR0917  (click passes them)
    ctx: click.Context,
    authors: tuple[str, ...],
    terms: tuple[str, ...],
    ids: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Add authors, terms and arXiv papers to `watch:` in feeds.yaml."""
    from digest.services.watchlist import add, new

    if not (authors or terms or ids):
        raise UsageError("digest watch add", "nothing to watch was named", "add --author, --term or --arxiv")
    with opened(ctx, None, writes=False) as program:
        added = new(program.config.watch, authors, ids, terms)
        if not dry_run:
            added = add(program.workspace, program.trends, added, waiting=say_waiting)
    if as_json:
        print_json({"authors": added.authors, "terms": added.terms, "arxiv": added.arxiv, "dry_run": dry_run})
    else:
        entries = (*added.authors, *added.terms, *added.arxiv)
        verb = "would be added" if dry_run else "added"
        click.echo(f"{', '.join(entries)} {verb} to the watchlist" if entries else "watched already", err=True)
    return 0


@command.command(
    "import", epilog=examples("digest watch import library.bib --dry-run", "digest watch import zotero.csv --works 5")
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--works",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    metavar="N",
    help="Watch authors of at least N works in the list.",
)
@dry_option
@json_option
@click.pass_context
def import_(ctx: click.Context, file: Path, works: int, dry_run: bool, as_json: bool) -> int:
    """Add the arXiv papers of a reference list, and its most frequent authors, to `watch:` in feeds.yaml.

    FILE is BibTeX, CSL JSON, or Zotero's RDF or CSV; - means standard input.
    """
    from digest.editorial import references
    from digest.services.watchlist import Added, add, new

    works_read = references.read(given_bytes(file, "name a reference manager's export"), name=str(file))
    with opened(ctx, None, writes=False) as program:
        authors, ids = references.frequent(works_read, works), [work.arxiv for work in works_read if work.arxiv]
        added: Added = new(program.config.watch, authors, ids)
        if not dry_run:
            added = add(program.workspace, program.trends, added, waiting=say_waiting)
    if as_json:
        print_json({"works": len(works_read), "authors": added.authors, "arxiv": added.arxiv, "dry_run": dry_run})
    else:
        print_added(len(works_read), added, dry_run=dry_run)
    return 0


def print_watched(found: Sequence[Watching]) -> None:
    """Print a line per entry of the watchlist."""
    if not found:
        click.echo("The watchlist is empty; add `watch:` with authors, terms or arxiv to feeds.yaml.")
        return
    table = Table("Watched", "Kind", "Items", "Last in", box=None, pad_edge=False)
    for one in found:
        table.add_row(Text(one.name), one.kind, str(one.items), one.last or "none yet")
    Console(highlight=False).print(table)


def print_added(works: int, added: Added, *, dry_run: bool) -> None:
    """Print how many authors and papers an import adds, then the authors."""
    verb = "would be added" if dry_run else "added to the watchlist"
    more = f"{count(len(added.authors), 'more author')} and {count(len(added.arxiv), 'more paper')}"
    click.echo(f"{count(works, 'work')}: {more} {verb}", err=True)
    for author in added.authors:
        click.echo(author)
