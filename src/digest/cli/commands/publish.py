"""`digest publish`: what the slot does, for cron and timers; any number of runs do it once."""

import time

import click

from digest.cli.common import at_option, json_option


@click.command("publish")
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, at: str | None, as_json: bool) -> int:
    """Build, check, archive and mail the issue that is due; go on with what an earlier run left.

    Exit code 1: an issue is held or was skipped, or mail needs a person.
    """
    from digest.cli.logs import log_to_stderr
    from digest.cli.program import opened
    from digest.cli.progress import feed_lines, progress
    from digest.cli.publishing import print_published
    from digest.pipeline.desk import desk
    from digest.pipeline.publish import publish

    with opened(ctx, at, writes=True) as program:
        log_to_stderr("warnings")
        with progress(len(program.config.feeds)) as listener:
            done = publish(program, desk(time), listener=listener)
        if not as_json:
            feed_lines(done.fetched)
        return print_published(done, program, as_json=as_json)
