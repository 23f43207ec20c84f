"""`digest backup FILE` and `digest restore FILE`: the whole workspace in one file, and back."""

from pathlib import Path

import click

from digest.cli.common import at_option, examples, instant, say_waiting


@click.command("backup", epilog=examples("digest backup ~/backups/digest-2026-11-29.tar.gz"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def command(ctx: click.Context, file: Path) -> int:
    """Back up store, archive, feeds.yaml, templates and trends to FILE (.tar.gz).

    Other processes may keep running. Passwords and keys that are kept outside the workspace are not included.
    """
    from digest.cli.context import opened
    from digest.services.backup import backup

    with opened(ctx, None, writes=False) as program:
        count = backup(program.workspace, program.store, file)
    click.echo(f"{file}: {count} files; it contains subscribers' addresses, so protect it like the workspace")
    return 0


@click.command("restore", epilog=examples("digest -C ~/news restore ~/backups/digest-2026-11-29.tar.gz"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Restore into a folder that is not empty; issues archived there are kept.")
@click.option("--follow-links", is_flag=True, help="Restore even if a folder of the workspace is a symbolic link.")
@at_option
@click.pass_context
def restore_command(ctx: click.Context, file: Path, force: bool, follow_links: bool, at: str | None) -> int:
    """Restore the workspace from FILE, a backup made by `digest backup`.

    Nothing is mailed again: recipients who may have received an issue since the backup are marked in doubt (exit code 1).
    """
    from digest.model import Workspace
    from digest.services.backup import restore

    place = Workspace(root=ctx.obj)
    done = restore(place, file, now=instant(at, "UTC"), force=force, follow_links=follow_links, waiting=say_waiting)

    click.echo(f"{done.files} files restored; {len(done.kept)} archived issues that were there already are kept")
    if done.opted_out:
        click.echo(f"{done.opted_out} unsubscribed since the backup and stay unsubscribed")
    if done.in_doubt:
        click.echo(
            f"{done.in_doubt} in doubt; if you know that they got nothing, mail them with `digest send --in-doubt`"
        )
    return int(bool(done.in_doubt))
