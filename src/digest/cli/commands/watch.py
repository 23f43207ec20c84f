"""`digest watch`: what the issue puts first, and an import of references into it."""

from pathlib import Path

import click

from digest.cli.common import given_text, json_option, print_json, say_waiting


@click.group("watch", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """The watchlist: authors, terms and arXiv papers of `watch:` in feeds.yaml, with what of the last issues answered to them."""
    if ctx.invoked_subcommand:
        return 0
    from digest.cli.program import opened
    from digest.cli.watch_page import print_watched
    from digest.pipeline.watch import watchlist

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
    from digest.cli.program import opened
    from digest.cli.watch_page import print_added
    from digest.pipeline.watch import Added, add, new
    from digest.sources import bibliography

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
