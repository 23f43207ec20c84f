"""`digest store copy FROM TO`: move the store between the workspace's file and a PostgreSQL database."""

import click

from digest.cli.common import examples, json_option, print_json, say_waiting, workspace


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
