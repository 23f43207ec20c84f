"""`digest restore FILE`: a workspace from its backup."""

from pathlib import Path

import click

from digest.cli.common import at_option, instant, say_waiting


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Also into a folder that holds something; issues archived there stay.")
@click.option("--follow-links", is_flag=True, help="Also where a folder of the workspace is a symbolic link.")
@at_option
@click.pass_context
def command(ctx: click.Context, file: Path, force: bool, follow_links: bool, at: str | None) -> int:
    """Make the workspace from FILE. Nobody is mailed anew: who may have got an issue since the backup is in doubt (exit code 1)."""
    from digest.model import Workspace
    from digest.services.backup import restore

    place = Workspace(root=ctx.obj)
    done = restore(place, file, now=instant(at, "UTC"), force=force, follow_links=follow_links, waiting=say_waiting)
    click.echo(f"{done.files} files restored, {len(done.kept)} archived issues were there and stayed")
    if done.opted_out:
        click.echo(f"{done.opted_out} who opted out since the backup stay out")
    if done.in_doubt:
        click.echo(f"{done.in_doubt} in doubt: `digest send --in-doubt` mails them, if you know that they got nothing")
    return int(bool(done.in_doubt))
