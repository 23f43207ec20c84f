"""`digest trends [ID]`: the table of trends, or one trend's baseline."""

from dataclasses import asdict

import click

from digest.cli.common import json_option, print_json, workspace
from digest.errors import NotFoundError


@click.command("trends")
@click.argument("trend", required=False)
@json_option
@click.pass_context
def command(ctx: click.Context, trend: str | None, as_json: bool) -> int:
    """List the trends, or show one with its baseline and what has touched its claims since."""
    from digest import resources, trends
    from digest.archive import Archive
    from digest.cli.trend_page import print_trend, print_trends
    from digest.pipeline.touches import touches

    place = workspace(ctx)
    known = trends.load(resources.trend_texts(place))
    if trend is not None and trend not in known:
        raise NotFoundError(f"trend {trend}", "there is none of that id", "`digest trends` lists them")
    if trend is None:
        print_json(list(known.values())) if as_json else print_trends(known.values())
        return 0
    touched = touches(Archive(place.archive), trend)
    if as_json:
        print_json(asdict(known[trend]) | {"touches": touched})
    else:
        print_trend(known[trend], touched)
    return 0
