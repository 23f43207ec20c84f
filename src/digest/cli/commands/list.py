"""`digest list`: the archived issues, newest first."""

import click

from digest.cli.common import json_option, print_json, workspace


@click.command("list")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """List the archived issues, newest first; drafts and samples are marked."""
    from digest.archive import Archive

    entries = Archive(workspace(ctx).archive).entries()
    if as_json:
        print_json(entries)
        return 0
    if not entries:
        click.echo("No issue is archived yet; `digest build` makes the first one.", err=True)
        return 0
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("Issue", "Up to", "State", "Shown", "Items", "Title", box=None, pad_edge=False)
    table.columns[3].justify = table.columns[4].justify = "right"
    for entry in entries:
        state = f"{entry.state}, sample" if entry.sample else entry.state
        until = f"{entry.window.end:%Y-%m-%d}"
        table.add_row(entry.key, until, state, str(entry.shown), str(entry.items), Text(entry.title))
    Console(highlight=False).print(table)
    return 0
