"""`digest collect`: fetch all feeds into the store; print a line per feed that has new items or a problem."""

import click

from digest.cli.common import NO_FEEDS, at_option, json_option, print_json
from digest.cli.help import examples


@click.command("collect", epilog=examples("digest collect", "digest collect --json"))
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, at: str | None, as_json: bool) -> int:
    """Fetch all feeds into the store. Exit code 1: a feed failed."""
    from digest.cli.context import opened
    from digest.cli.progress import feed_lines, progress

    with opened(ctx, at, writes=True) as program:
        from digest.services.collect import collect

        with progress(len(program.config.feeds)) as listener:
            fetched = collect(program, listener=listener)
    if as_json:
        print_json(fetched)
    else:
        feed_lines(fetched)
        if not fetched:
            click.echo(NO_FEEDS, err=True)
    return int(any(one.status in ("failed", "gone") for one in fetched))
