"""`digest archive pull`: the issues that other machines closed, into the archive of this one."""

import click

from digest.cli.common import examples, json_option, print_json


@click.group("archive", epilog=examples("digest archive pull"))
def command() -> None:
    """Keep the archives of several machines equal that share one database."""


@command.command("pull", epilog=examples("digest archive pull", "digest archive pull --json"))
@json_option
@click.pass_context
def pull_command(ctx: click.Context, as_json: bool) -> int:
    """Write the issues that other machines closed into this machine's archive.

    `digest build` and `digest publish` do this first.
    """
    from digest.cli.context import opened
    from digest.services.shared_archive import pull_all

    with opened(ctx, None, writes=True) as program:
        keys = pull_all(program)
    if as_json:
        print_json({"pulled": keys})
    else:
        click.echo("\n".join(keys) or "The archive has every closed issue.")
    return 0
