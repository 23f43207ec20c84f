"""`digest backup FILE`: back up the whole workspace to one file, even while other processes use it."""

from pathlib import Path

import click

from digest.cli.help import examples


@click.command("backup", epilog=examples("digest backup ~/backups/digest-2026-11-29.tar.gz"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def command(ctx: click.Context, file: Path) -> int:
    """Back up store, archive, feeds.yaml, templates and trends to FILE (.tar.gz).

    Other processes may go on working. Passwords and keys that are kept outside the workspace are not included.
    """
    from digest.cli.context import opened
    from digest.services.backup import backup

    with opened(ctx, None, writes=False) as program:
        count = backup(program.workspace, program.store, file)
    click.echo(f"{file}: {count} files; it contains subscribers' addresses, so protect it like the workspace")
    return 0
