"""The watchlist as a page for the terminal."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest.pipeline.watch import Added, Watching
from digest.render.words import count


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
