"""`digest reindex`: the catalogue of the archive made anew, for a copied or repaired archive."""

import click

from digest.cli.common import json_option, print_json, workspace


@click.command("reindex")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Read the whole archive again, so that every issue in it can be searched."""
    from digest.services.archive_index import catch_up
    from digest.storage.archive import Archive
    from digest.storage.db import open_store

    place = workspace(ctx)
    with open_store(place.database) as store:
        issues = len(catch_up(Archive(place.archive), store, anew=True))
    if as_json:
        print_json({"issues": issues})
    else:
        click.echo(f"{issues} issue{'' if issues == 1 else 's'} can be searched.")
    return 0
