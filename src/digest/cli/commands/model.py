"""`digest model check`: whether the configured language model can be used, and what an issue takes of it."""

import click

from digest.cli.common import at_option, examples, json_option, print_json


@click.group("model", epilog=examples("digest model check"))
def command() -> None:
    """Check the language model that feeds.yaml configures. An issue is complete without one."""


@command.command("check", epilog=examples("digest model check", "digest model check --json"))
@at_option
@json_option
@click.pass_context
def check(ctx: click.Context, at: str | None, as_json: bool) -> int:
    """Send one request; say whether server, model and structured answers work, and what an issue takes.

    Exit code 1: it cannot be used as configured.
    """
    from digest.cli.context import opened
    from digest.services.model import check as checked

    with opened(ctx, at, writes=False) as program:
        found = checked(program)
        settings = program.config.model
    if as_json:
        print_json(found)
        return int(bool(found.trouble))
    context = "not told" if found.context is None else f"{found.context:,} tokens"
    structured = {True: "work", False: "do not work", None: "not known"}[found.structured]
    click.echo(f"Server: {found.server}")
    click.echo(f"Model: {found.model} (context: {context}; structured answers: {structured})")
    click.echo(
        f"An issue takes about {found.tokens_in:,} tokens in and {found.tokens_out:,} out: {found.price:.3f} by the configured price."
    )
    if settings is not None:
        limit = f"{settings.purse.per_issue:,} for an issue, {settings.purse.per_month:,} for a month"
        click.echo(f"Purse: {limit}; {found.spent:,} spent this month.")
    if found.trouble:
        click.echo(f"It cannot be used: {found.trouble}. Issues stay as they are without a model.", err=True)
        if found.structured is False:
            click.echo("If the server cannot hold answers to a schema, try `structured: false`.", err=True)
    return int(bool(found.trouble))
