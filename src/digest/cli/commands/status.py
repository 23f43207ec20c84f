"""`digest status`: the health of configuration, runs, mail and feeds (`--check` for supervisors).

`digest next` shows the next slots; `digest rewind` returns to the present after the clock was ahead. `digest doctor` examines what a
workspace depends on, and `digest model check` its language model.
"""

import itertools
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import at_option, examples, json_option, opened, print_json
from digest.services.status import Section


@click.command("status", epilog=examples("digest status", "digest status --check || systemctl restart digest"))
@click.option("--check", is_flag=True, help="Check only that the daemon is alive and no issue is late.")
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, check: bool, at: str | None, as_json: bool) -> int:
    """Show the configuration, the last and next runs, mail that is waiting or in doubt, and feeds with problems.

    Exit code 1: something needs your attention.
    """
    from digest.services.status import alarms, needed, status

    with opened(ctx, at, writes=False) as program:
        if check:
            found = alarms(program)
            if as_json:
                print_json({"ok": not found, "alarms": found})
            for alarm in () if as_json else found:
                click.echo(f"digest: {alarm}", err=True)
            return int(bool(found))
        sections, first = status(program), needed(program)
    problems = [problem for section in sections for problem in (*section.alarms, *section.problems)]
    if as_json:
        facts = {section.name: section.facts for section in sections}
        print_json({"ok": not problems, "problems": problems, "needed": first, **facts})
    else:
        print_status(sections, first)
    return int(bool(problems))


def print_status(sections: Sequence[Section], first: str) -> None:
    """Print every section, then all problems, each marked with an exclamation mark, and the one thing to do first."""
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
    console.print(Text(first, style="bold"))


@click.command("next", epilog=examples("digest next", "digest next 10 --at 2027-01-01"))
@click.argument("count", type=click.IntRange(1, 1000), default=5)
@at_option
@json_option
@click.pass_context
def next_command(ctx: click.Context, count: int, at: str | None, as_json: bool) -> int:
    """Show the next COUNT slots (default: 5), in local time and UTC."""
    from digest.services.context import standing
    from digest.services.store import warning

    with opened(ctx, at, writes=False) as program:
        standing_ = standing(program)
        since = max(program.now, standing_.cutoff or program.now)
        open_ = (slot for slot in program.timetable.after(since) if slot.key not in standing_.taken)
        slots = list(itertools.islice(open_, count))
        warnings = warning(program.store, program.now)
        zone = ZoneInfo(program.config.digest.timezone)
    if as_json:
        print_json([{"key": slot.key, "local": slot.at.astimezone(zone).isoformat(), "utc": slot.at} for slot in slots])
        return 0
    for slot in slots:
        local = slot.at.astimezone(zone)
        click.echo(f"{slot.key:10}  {local:%a %Y-%m-%d %H:%M} {local.tzname():5}  {slot.at:%Y-%m-%d %H:%M} UTC")
    for line in warnings:
        click.echo(f"digest: {line}", err=True)
    return int(bool(warnings))


@click.command("rewind", epilog=examples("digest rewind"))
@click.pass_context
def rewind_command(ctx: click.Context) -> int:
    """Return to the present after the clock was ahead, so that issues are published on schedule again.

    What was published meanwhile stays as it is, and its keys stay taken. Correct the clock and stop the daemon first.
    """
    from digest.api import open_workspace
    from digest.cli.common import say_waiting, workspace
    from digest.services.store import rewind
    from digest.storage.files.lock import sole

    place = workspace(ctx)
    with (
        sole(place.state / "daemon.lock", what="digest run"),
        open_workspace(place.root, waiting=say_waiting) as opened_,
    ):
        moved = rewind(opened_.context)
    click.echo("Everything is in the present again." if moved else "Nothing is stored under a later time than now.")
    return 0


@click.command("doctor", epilog=examples("digest doctor", "digest doctor --json"))
@json_option
@click.pass_context
def doctor_command(ctx: click.Context, as_json: bool) -> int:
    """Examine the store, the workers' queue, the clock, locks, the mail server and the disk.

    Connects to the mail server and logs in, but sends nothing. Exit code 1: something needs your attention.
    """
    from datetime import UTC, datetime

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


@click.group("model", epilog=examples("digest model check"))
def model_command() -> None:
    """Check the language model that feeds.yaml configures. An issue is complete without one."""


@model_command.command("check", epilog=examples("digest model check", "digest model check --json"))
@at_option
@json_option
@click.pass_context
def check_model(ctx: click.Context, at: str | None, as_json: bool) -> int:
    """Send one request; show whether server, model and structured answers work, and estimate the cost of an issue.

    Exit code 1: it cannot be used as configured.
    """
    from digest.services.model_check import check as checked

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
