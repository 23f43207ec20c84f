"""`digest approve KEY`: close and mail a held issue."""

import time

import click

from digest.cli.common import at_option, json_option
from digest.cli.help import examples


@click.command("approve", epilog=examples("digest approve 2026-W48"))
@click.argument("key")
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, key: str, at: str | None, as_json: bool) -> int:
    """Approve the held issue KEY: close it as it stands, and mail it."""
    from digest.cli.commands.publish import print_published
    from digest.cli.common import log_to_stderr
    from digest.cli.context import opened
    from digest.services.publish import approve, effects

    with opened(ctx, at, writes=True) as program:
        log_to_stderr("warnings")
        return print_published(approve(program, effects(time), key), program, as_json=as_json)
