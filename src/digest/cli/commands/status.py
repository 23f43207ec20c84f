"""`digest status`: is all well? Exit code 1 where a person is needed; with `--check`, where a supervisor is."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import at_option, json_option, print_json
from digest.services.status import Section


@click.command("status")
@click.option(
    "--check", is_flag=True, help="Only what a supervisor should know: is the daemon alive, is an issue late?"
)
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, check: bool, at: str | None, as_json: bool) -> int:
    """Configuration, last and next runs, mail that waits or is in doubt, feeds in trouble."""
    from digest.cli.context import opened
    from digest.services.status import alarms, status

    with opened(ctx, at, writes=False) as program:
        if check:
            found = alarms(program)
            if as_json:
                print_json({"ok": not found, "alarms": found})
            for alarm in () if as_json else found:
                click.echo(f"digest: {alarm}", err=True)
            return int(bool(found))
        sections = status(program)
    problems = [problem for section in sections for problem in (*section.alarms, *section.problems)]
    if as_json:
        facts = {section.name: section.facts for section in sections}
        print_json({"ok": not problems, "problems": problems, **facts})
    else:
        print_status(sections)
    return int(bool(problems))


def print_status(sections: Sequence[Section]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for section in sections:
        for number, line in enumerate(section.lines):
            console.print(Text(f"{'' if number else section.name:8}", style="bold").append(line, style="not bold"))
    problems = [problem for section in sections for problem in (*section.alarms, *section.problems)]
    console.print()
    for problem in problems:
        console.print(Text("! ", style="bold red").append(problem, style="not bold"))
    if not problems:
        console.print(Text("All is well.", style="green"))
