"""`digest reindex`: rebuild the search index, after an archive was copied or repaired by hand."""

import click

from digest.cli.common import json_option, print_json, workspace
from digest.cli.help import examples


@click.command("reindex", epilog=examples("digest reindex"))
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Rebuild the search index from the archive, for example after copying issues into it."""
    from digest.services.archive_index import catch_up
    from digest.storage.archive import Archive
    from digest.storage.db import open_store

    place = workspace(ctx)
    with open_store(place.database) as store:
        issues = len(catch_up(Archive(place.archive), store, rebuild=True))
    if as_json:
        print_json({"issues": issues})
    else:
        click.echo(f"{issues} issue{'' if issues == 1 else 's'} indexed.")
    return 0
