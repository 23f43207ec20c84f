"""`digest export`: write everything stored, or some items, in a format that other programs read."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.common import ascii_only, at_option, examples, json_form, opened, workspace
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.model import Card
    from digest.services.selection import Choice
    from digest.storage.db.catalogue import Catalogue

FORMATS = ("jsonl", "bibtex", "ris", "csl", "opml", "obsidian")


@click.command(
    "export",
    epilog=examples(
        "digest export > everything.jsonl",
        "digest export --format bibtex --issue 2026-W48 > references.bib",
        "digest export --format ris --search 'state space' --since 4w",
        "digest export --format csl --item 2606.25519",
        "digest export --format obsidian ~/vault/LLM --since 4w",
    ),
)
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="jsonl",
    show_default=True,
    help="jsonl: a line per item and feed; bibtex, ris, csl: references; opml: the feeds that the items came from; obsidian: notes in DIRECTORY.",
)
@click.option(
    "--item", "items", multiple=True, metavar="ITEM", help="Only this item: its URL, arXiv id or id. Repeatable."
)
@click.option("--issue", metavar="KEY", default="", help="Only one issue; its own reference comes first.")
@click.option("--trend", metavar="ID", default="", help="Only items that issues show under this trend.")
@click.option("--search", metavar="QUERY", default="", help="Only the results of a search, best first.")
@click.option("--watched", is_flag=True, help="Only items that matched the watchlist.")
@click.option(
    "--since", "when", metavar="WHEN", help="Only issues of the last days or weeks (10d, 4w), or since a date."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N items (of a search: 20 unless given).")
@at_option
@click.pass_context
def command(  # noqa: PLR0917  (click passes by name)
    ctx: click.Context,
    directory: Path | None,
    format_: str,
    items: tuple[str, ...],
    issue: str,
    trend: str,
    search: str,
    watched: bool,
    when: str | None,
    limit: int | None,
    at: str | None,
) -> int:
    """Write items of published issues to standard output, for a reference manager or another program.

    Without an option that chooses items, jsonl is everything stored: what every feed showed, and what became of it. A null fate means
    that the item was accepted. Drafts are never exported as references.

    obsidian writes a note for each item, trend and issue into DIRECTORY. What you write below the line in a note is kept.
    """
    from digest.cli.archive_index import catalogued, since_instant, zone_of
    from digest.services.selection import Choice

    if (format_ == "obsidian") != (directory is not None):
        raise UsageError(
            "digest export",
            "needs a folder for --format obsidian, and takes none for other formats",
            "name a folder for notes, or leave it out",
        )
    ways = [
        name
        for name, given in (("--item", items), ("--issue", issue), ("--search", search), ("--watched", watched))
        if given
    ]
    if len(ways) > 1 or (trend and ways not in ([], ["--search"])):
        chosen_by = ", ".join([*ways, *(["--trend"] if trend else [])])
        raise UsageError("digest export", f"got {chosen_by}", "choose by one of them; only --search takes --trend")
    if (items or issue) and (when or limit):
        raise UsageError("digest export", f"got {ways[0]} with --since or --limit", "leave those out")
    with catalogued(workspace(ctx)) as catalogue:
        since = since_instant(when, at, zone_of(workspace(ctx), catalogue.summaries(closed=True))) if when else None
        choice = Choice(items=items, issue=issue, search=search, trend=trend, watched=watched, since=since, limit=limit)
        if directory is not None:
            return _write_notes(ctx, directory, catalogue, choice)
        _write(ctx, format_, catalogue, choice)
    return 0


def _write_notes(ctx: click.Context, directory: Path, catalogue: "Catalogue", choice: "Choice") -> int:
    from digest.config import trend_files
    from digest.services.export import write_notes
    from digest.services.selection import chosen
    from digest.storage.archive import Archive
    from digest.storage.files import resources

    place = workspace(ctx)
    trends = trend_files.load(resources.trend_texts(place))
    done = write_notes(directory, chosen(catalogue, choice), Archive(place.archive), trends)
    click.echo(f"{done.new} notes new, {done.changed} changed, {done.same} as they were", err=True)
    for path in done.left:
        click.echo(f"digest: {path} has no line of digest, so it was left alone; rename it to get the note", err=True)
    return int(bool(done.left))


def _write(ctx: click.Context, format_: str, catalogue: "Catalogue", choice: "Choice") -> None:
    from digest.services.selection import Choice, chosen

    everything = choice == Choice()
    cards = () if everything and format_ in ("jsonl", "opml") else chosen(catalogue, choice)
    if format_ == "jsonl":
        _write_lines(ctx, None if everything else cards)
    elif format_ == "opml":
        _write_feeds(ctx, None if everything else cards)
    else:
        _write_references(ctx, format_, cards, choice.issue)


def _write_lines(ctx: click.Context, cards: "tuple[Card, ...] | None") -> None:
    from digest.services.export import records

    with opened(ctx, None, writes=False) as program:
        for record in records(program, cards):
            click.echo(json.dumps(record, default=json_form, ensure_ascii=ascii_only()))


def _write_feeds(ctx: click.Context, cards: "tuple[Card, ...] | None") -> None:
    from digest.feeds.subscriptions import opml
    from digest.text.formatting import count

    with opened(ctx, None, writes=False) as program:
        names = None if cards is None else {name for card in cards for name in card.sources}
        feeds = [feed for feed in program.config.feeds if names is None or feed.name in names]
        web = [feed for feed in feeds if "://" in feed.url]
        click.echo(opml.write(program.config.digest.title, web), nl=False)
    if len(web) < len(feeds):
        click.echo(f"digest: left out {count(len(feeds) - len(web), 'feed')} read from local files", err=True)


def _write_references(ctx: click.Context, format_: str, cards: "tuple[Card, ...]", key: str) -> None:
    from digest.citations import FORMATS as WRITERS
    from digest.citations import of_card, of_issue
    from digest.storage.archive import Archive

    own = [of_issue(Archive(workspace(ctx).archive).read(key), url=_page(ctx, key))] if key else []
    click.echo(WRITERS[format_]([*own, *map(of_card, cards)]), nl=False)


def _page(ctx: click.Context, key: str) -> str:
    """The address of an issue, if the archive has one; a copied archive has no configuration that says so."""
    if not workspace(ctx).config.exists():
        return ""
    from digest.render.links import on_the_web

    with opened(ctx, None, writes=False) as program:
        return on_the_web(program.config.delivery.base_url).issue(key)
