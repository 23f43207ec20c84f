"""`digest doctor`: whether store, clock, locks, mail server and disk are fit for use."""

import click

from digest.cli.common import examples, json_option, print_json


@click.command("doctor", epilog=examples("digest doctor", "digest doctor --json"))
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Examine the store, the clock, locks, the mail server and the disk.

    Connects to the mail server and logs in, but sends nothing. Exit code 1: something needs your attention.
    """
    from datetime import UTC, datetime

    from digest.cli.context import opened
    from digest.services.doctor import examine

    with opened(ctx, None, writes=False) as program:
        findings = examine(program, clock=lambda: datetime.now(UTC))
    problems = [f"{one.name}: {problem}" for one in findings for problem in one.problems]
    if as_json:
        print_json({"ok": not problems, "problems": problems, **{one.name: one.words for one in findings}})
        return int(bool(problems))
    for one in findings:
        click.echo(f"{one.name:6}  {one.words}")
    for problem in problems:
        click.echo(f"! {problem}")
    return int(bool(problems))
