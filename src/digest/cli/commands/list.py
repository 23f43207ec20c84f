"""`digest list`: the archived issues, newest first. Opens no issue.json that the catalogue knows."""

import shutil
import sys
from collections.abc import Sequence

import click

from digest.cli.common import json_option, print_json, workspace
from digest.model import Summary
from digest.text.clean import one_line


@click.command("list")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """List the archived issues, newest first, each with its first line; drafts and samples are marked.

    Shown is what the mail shows, Items what the issue holds.
    """
    from digest.cli.archive_index import catalogued

    with catalogued(workspace(ctx)) as catalogue:
        entries = catalogue.summaries()
    if as_json:
        print_json(entries)
    elif entries:
        _print(entries)
    else:
        click.echo("No issue is archived yet; `digest build` makes the first one.", err=True)
    return 0


def _print(entries: Sequence[Summary]) -> None:
    """A line each; first lines are cut on a terminal and whole in a pipe. Without rich: a list is asked for often."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    rows = [
        (one.key, f"{one.window.end:%Y-%m-%d}", one.state + ", sample" * one.sample, str(one.shown), str(one.items))
        for one in entries
    ]
    head = ("Issue", "Up to", "State", "Shown", "Items")
    wide = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row, line in zip((head, *rows), ("First line", *(one.line for one in entries)), strict=True):
        left = [cell.ljust(width) for cell, width in zip(row[:3], wide[:3], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[3:], wide[3:], strict=True)]
        text = "  ".join((*left, *right, one_line(line)))
        click.echo(text if room is None or len(text) <= room else text[: room - 1] + "…")
