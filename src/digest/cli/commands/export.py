"""`digest export`: write everything stored in a format that other programs read."""

import json

import click

from digest.cli.common import ascii_only, examples, json_form


@click.command("export", epilog=examples("digest export > items.jsonl"))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one JSON object per line, one line per item and feed.",
)
@click.pass_context
def command(ctx: click.Context, format_: str) -> int:  # noqa: ARG001  (a choice of one so far)
    """Write what every feed showed, and what became of it, to standard output.

    A null fate means that the item was accepted.
    """
    from digest.cli.context import opened
    from digest.services.explain import export

    with opened(ctx, None, writes=False) as program:
        for record in export(program):
            click.echo(json.dumps(record, default=json_form, ensure_ascii=ascii_only()))
    return 0
