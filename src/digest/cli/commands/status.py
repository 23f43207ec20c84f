"""`digest status`: is all well? Exit code 1 where a person is needed; with `--check`, where a supervisor is."""

import click

from digest.cli.common import at_option, json_option, print_json


@click.command("status")
@click.option(
    "--check", is_flag=True, help="Only what a supervisor should know: is the daemon alive, is an issue late?"
)
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, check: bool, at: str | None, as_json: bool) -> int:
    """Configuration, last and next runs, mail that waits or is in doubt, feeds in trouble."""
    from digest.cli.program import opened
    from digest.pipeline.status import alarms, status

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
        from digest.cli.status_page import print_status

        print_status(sections)
    return int(bool(problems))
