"""`digest store copy`, `digest archive pull`, `digest backup` and `digest restore`: move the store, fill this archive, and save everything."""

from pathlib import Path

import click

from digest.cli.common import at_option, examples, instant, json_option, opened, print_json, say_waiting, workspace


@click.group("store", epilog=examples("digest store copy file server"))
def command() -> None:
    """Move the store: what was seen, who subscribes, and who was mailed."""


@command.command(
    "copy",
    epilog=examples(
        "digest store copy file server",
        "digest store copy file postgresql://digest@db.example.org/digest",
        "digest store copy server file --force",
    ),
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--force", is_flag=True, help="Replace what TO holds.")
@json_option
@click.pass_context
def copy_command(ctx: click.Context, source: str, target: str, force: bool, as_json: bool) -> int:
    """Copy the whole store from FROM to TO, and compare every row.

    Each is `file` (the workspace's .digest/digest.sqlite3), `server` (the database that DIGEST_STORE or `store:` names), or
    postgresql://USER@HOST/DATABASE. Stop the daemon first. All or nothing is copied, and FROM is not changed.
    """
    from digest.services.store import copy

    done = copy(workspace(ctx), source, target, force=force, waiting=say_waiting)
    if as_json:
        print_json(done)
        return 0
    rows = sum(done.tables.values())
    click.echo(f"{rows:,} rows of {len(done.tables)} tables copied from {done.source} to {done.target}; both are equal")
    if not done.used:
        click.echo(
            "The workspace still uses another store: set DIGEST_STORE, or `store:` in feeds.yaml, before the next run."
        )
    return 0


@click.group("archive", epilog=examples("digest archive pull"))
def archive_command() -> None:
    """Keep the archives of several machines equal that share one database."""


@archive_command.command("pull", epilog=examples("digest archive pull", "digest archive pull --json"))
@json_option
@click.pass_context
def pull_command(ctx: click.Context, as_json: bool) -> int:
    """Write the issues that other machines closed into this machine's archive.

    `digest build` and `digest publish` do this first.
    """
    from digest.services.shared_archive import pull_all

    with opened(ctx, None, writes=True) as program:
        keys = pull_all(program)
    if as_json:
        print_json({"pulled": keys})
    else:
        click.echo("\n".join(keys) or "The archive has every closed issue.")
    return 0


@click.command("backup", epilog=examples("digest backup ~/backups/digest-2026-11-29.tar.gz"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def backup_command(ctx: click.Context, file: Path) -> int:
    """Back up store, archive, feeds.yaml, templates and trends to FILE (.tar.gz).

    Other processes may keep running. Passwords and keys that are kept outside the workspace are not included.
    """
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
