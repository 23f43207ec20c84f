"""`digest feeds set` and `digest feeds filter`: the weight of a feed, whether it is fetched, and what it lets through."""

import click

from digest.cli.common import dry_option, examples, json_option, opened, print_json, say_waiting
from digest.errors import UsageError
from digest.text.clean import readable
from digest.text.formatting import count
from digest.text.secrets import public

SHOWN = 10  # titles


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


@click.command(
    "filter",
    epilog=examples(
        "digest feeds filter 'arXiv cs.CV' --include '(?i)\\bVLMs?\\b' --dry-run",
        "digest feeds filter 'arXiv cs.CV' --remove '(?i)survey'",
    ),
)
@click.argument("name", metavar="NAME|URL")
@click.option("--include", multiple=True, metavar="PATTERN", help="Let in what matches PATTERN, too. Repeatable.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Keep out what matches PATTERN. Repeatable.")
@click.option("--remove", multiple=True, metavar="PATTERN", help="Remove PATTERN from the feed's filter. Repeatable.")
@dry_option
@json_option
@click.pass_context
def filter_command(  # noqa: PLR0917  (click passes them)
    ctx: click.Context,
    name: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    remove: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Change the filter of a feed in feeds.yaml: regular expressions on title and summary.

    Shows which works of the last twelve issues the new filter would have let in or kept out.
    """
    from digest.services.feed_list import filter_feed
    from digest.services.feed_settings import effect

    if not (include or exclude or remove):
        raise UsageError("digest feeds filter", "no change was named", "add --include, --exclude or --remove")
    with opened(ctx, None, writes=False) as program:
        found = effect(program, name, include=include, exclude=exclude, remove=remove)
        if not dry_run:
            filter_feed(
                program.workspace,
                program.trends,
                name,
                include=include,
                exclude=exclude,
                remove=remove,
                waiting=say_waiting,
            )
    if as_json:
        print_json({"let_in": found.let_in, "kept_out": found.kept_out, "issues": found.issues, "dry_run": dry_run})
        return 0
    for told, titles in (("let in", found.let_in), ("kept out", found.kept_out)):
        click.echo(f"would have {told} {count(len(titles), 'work')} of {count(found.issues, 'issue')}")
        for title in titles[:SHOWN]:
            click.echo(f"  {readable(title)}")
        if len(titles) > SHOWN:
            click.echo(f"  and {len(titles) - SHOWN} more")
    click.echo("feeds.yaml was not changed" if dry_run else "feeds.yaml was changed", err=True)
    return 0
