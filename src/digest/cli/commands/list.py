"""`digest list`: list the archived issues, newest first, from the index alone."""

import shutil
import sys
from collections.abc import Sequence

import click

from digest.cli.common import examples, json_option, print_json, workspace
from digest.model import Summary
from digest.text.clean import one_line
from digest.text.columns import fitted, padded, width
from digest.text.words import N_, gettext, using

_HEAD = (N_("Issue"), N_("Up to"), N_("State"), N_("Shown"), N_("Items"))
_STATES = {"draft": N_("draft"), "closed": N_("closed")}


@click.command("list", epilog=examples("digest list", "digest list --json"))
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """List the archived issues, newest first, each with its first line. Drafts and samples are marked.

    Shown counts the items in the mail, Items all items of the issue.
    """
    from digest.cli.archive_index import catalogued, language_of

    with catalogued(workspace(ctx)) as catalogue:
        entries = catalogue.summaries()
    newest = entries[0].key if entries else ""
    if as_json:
        print_json(entries)
    elif entries:
        with using(language_of(workspace(ctx), newest)):
            _print(entries)
    else:
        click.echo("No issue is archived yet; build the first one with `digest build`.", err=True)
    return 0


def _print(entries: Sequence[Summary]) -> None:
    """Print a line per issue, cut to the width of a terminal but whole in a pipe. Plain `click`, because rich starts slowly."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    rows = [
        (
            one.key,
            f"{one.window.end:%Y-%m-%d}",
            gettext(_STATES[one.state]) + (", " + gettext("sample")) * one.sample,
            str(one.shown),
            str(one.items),
        )
        for one in entries
    ]
    head = tuple(map(gettext, _HEAD))
    wide = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    for row, line in zip((head, *rows), (gettext("First line"), *(one.line for one in entries)), strict=True):
        left = [padded(cell, columns) for cell, columns in zip(row[:3], wide[:3], strict=True)]
        right = [padded(cell, columns, right=True) for cell, columns in zip(row[3:], wide[3:], strict=True)]
        text = "  ".join((*left, *right, one_line(line)))
        click.echo(text if room is None else fitted(text, room))
