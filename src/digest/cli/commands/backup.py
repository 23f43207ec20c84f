"""`digest backup FILE`: the whole workspace in one file, while others work on it."""

from pathlib import Path

import click


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def command(ctx: click.Context, file: Path) -> int:
    """Write store, archive, feeds.yaml, templates and trends to FILE (.tar.gz); passwords and keys kept elsewhere are not in it."""
    from digest.cli.context import opened
    from digest.services.backup import backup

    with opened(ctx, None, writes=False) as program:
        count = backup(program.workspace, program.store, file)
    click.echo(f"{file}: {count} files; it holds addresses, so keep it as safe as the workspace")
    return 0
