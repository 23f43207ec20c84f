"""`digest feeds set`: the weight of a feed, and whether it is fetched."""

import click

from digest.cli.common import examples, json_option, print_json, say_waiting
from digest.errors import UsageError
from digest.text.secrets import public


@click.command(
    "set", epilog=examples("digest feeds set 'arXiv cs.CL' --weight 1.5", "digest feeds set 'arXiv cs.CL' --mute")
)
@click.argument("name", metavar="NAME|URL")
@click.option(
    "--weight", type=float, metavar="N", help="How much its items count, from 0.1 to 10; 1 is the usual weight."
)
@click.option(
    "--mute/--unmute", "muted", default=None, help="Stop fetching it, and keep its history; or fetch it again."
)
@json_option
@click.pass_context
def set_command(ctx: click.Context, name: str, weight: float | None, muted: bool | None, as_json: bool) -> int:
    """Change the weight of a feed in feeds.yaml, mute it, or fetch it again. What a muted feed showed before is kept."""
    from digest.cli.context import opened

    if weight is None and muted is None:
        raise UsageError(name, "nothing is to be changed", "add --weight N, --mute or --unmute")
    with opened(ctx, None, writes=False) as program:
        from digest.services.feed_settings import adjust

        feed = adjust(program.workspace, program.trends, name, weight=weight, muted=muted, waiting=say_waiting)
    if as_json:
        print_json({"name": feed.name, "url": public(feed.url), "weight": feed.weight, "muted": feed.muted})
    else:
        state = "muted" if feed.muted else "fetched"
        click.echo(f"{feed.name}: weight {feed.weight:g}, {state}", err=True)
    return 0
