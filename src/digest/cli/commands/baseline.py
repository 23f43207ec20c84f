"""`digest baseline`: list the baselines of the trends, draft the next one of a trend, and sign it."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest.cli.common import at_option, examples, json_option, print_json, workspace


@click.group(
    "baseline",
    invoke_without_command=True,
    epilog=examples("digest baseline", "digest baseline draft agents", "digest baseline sign agents"),
)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """List the dated baselines of the trends, or make the next one with a command below."""
    if ctx.invoked_subcommand:
        return 0
    from digest.services.baseline import standings

    found = standings(workspace(ctx))
    if as_json:
        print_json(found)
        return 0
    table = Table("Id", "Name", "Baselines", "Draft", box=None, pad_edge=False)
    for one in found:
        table.add_row(one.id, Text(one.name), ", ".join(one.dates), Text(one.draft))
    Console(highlight=False).print(table)
    return 0


@command.command("draft", epilog=examples("digest baseline draft agents"))
@click.argument("trend")
@at_option
@json_option
@click.pass_context
def draft_command(ctx: click.Context, trend: str, at: str | None, as_json: bool) -> int:
    """Write the skeleton of TREND's next baseline, from the issues of the last quarter.

    Its lines begin with TODO and have their sources. Complete the file in your own words, then sign it.
    """
    from digest.cli.context import opened
    from digest.services.baseline import draft

    with opened(ctx, at, writes=False) as program:
        path = draft(program, trend)
    if as_json:
        print_json({"trend": trend, "draft": str(path)})
    else:
        click.echo(path)
    return 0


@command.command("sign", epilog=examples("digest baseline sign agents", "digest baseline sign agents --by Ada"))
@click.argument("trend")
@click.option("--by", metavar="NAME", help="Who signs it (default: your login name).")
@at_option
@json_option
@click.pass_context
def sign_command(ctx: click.Context, trend: str, by: str | None, at: str | None, as_json: bool) -> int:
    """Make TREND's completed draft its baseline of this month. Earlier baselines stay as they are."""
    from digest.cli.context import opened
    from digest.cli.terminal import login
    from digest.services.baseline import sign

    with opened(ctx, at, writes=True) as program:
        signed = sign(program, trend, by or login())
        path = program.workspace.signed_baseline(trend, signed.as_of)
    if as_json:
        print_json({"trend": trend, "as_of": signed.as_of, "signed_by": signed.signed_by, "file": str(path)})
    else:
        click.echo(f"baseline of {trend}, {signed.as_of}, signed by {signed.signed_by}: {path}")
    return 0
