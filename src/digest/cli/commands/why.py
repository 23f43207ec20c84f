"""`digest why ITEM`: sightings, filters, scores with their evidence, rank."""

import click

from digest.cli.common import json_option, print_json


@click.command("why")
@click.argument("item")
@json_option
@click.pass_context
def command(ctx: click.Context, item: str, as_json: bool) -> int:
    """Why an item, named by id, URL or arXiv id, is where it is."""
    from digest.cli.program import opened
    from digest.pipeline.why import why

    with opened(ctx, None, writes=False) as program:
        found = why(program, item)
    if as_json:
        print_json(found)
    else:
        from digest.cli.why_page import print_why

        print_why(found)
    return 0
