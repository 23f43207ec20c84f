"""`digest trends [ID]`: the table of trends, or one trend's baseline."""

import click

from digest.cli.common import json_option, print_json, workspace
from digest.errors import NotFoundError


@click.command("trends")
@click.argument("trend", required=False)
@json_option
@click.pass_context
def command(ctx: click.Context, trend: str | None, as_json: bool) -> int:
    """List the trends, or show one with its baseline, examples and reading."""
    from digest import resources, trends
    from digest.cli.trend_page import print_trend, print_trends

    known = trends.load(resources.trend_texts(workspace(ctx)))
    if trend is not None and trend not in known:
        raise NotFoundError(f"trend {trend}", "there is none of that id", "`digest trends` lists them")
    if as_json:
        print_json(list(known.values()) if trend is None else known[trend])
    elif trend is None:
        print_trends(known.values())
    else:
        print_trend(known[trend])
    return 0
