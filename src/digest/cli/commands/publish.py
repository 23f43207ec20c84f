"""`digest publish` and `digest approve`: build, check, archive and mail the issue that is due; close and mail a held one."""

import time
from collections.abc import Sequence

import click

from digest.cli.common import (
    ask_about_undecided,
    ask_to_mail,
    at_option,
    examples,
    json_option,
    opened,
    print_json,
    yes_option,
)
from digest.schedule import due
from digest.services.context import Program, standing
from digest.services.publish import Published
from digest.storage.db.issues import Publication
from digest.text.formatting import count


@click.command("publish", epilog=examples("digest publish", "*/15 * * * *  digest -C /srv/news publish   (crontab)"))
@at_option
@json_option
@click.pass_context
def command(ctx: click.Context, at: str | None, as_json: bool) -> int:
    """Build, check, archive and mail the issue and the letters that are due, or finish what an interrupted run left.

    Safe to repeat.

    Exit code 1: an issue is held or was skipped, or mail needs your attention.
    """
    from digest.cli.log_lines import log_to_stderr
    from digest.cli.progress import feed_lines, progress
    from digest.services.effects import effects
    from digest.services.publish import publish

    with opened(ctx, at, writes=True) as program:
        log_to_stderr("warnings")
        with progress(len(program.config.feeds)) as listener:
            done = publish(program, effects(time), listener=listener)
        if not as_json:
            feed_lines(done.fetched)
        return print_published(done, program, as_json=as_json)


def print_published(done: Published, program: Program, *, as_json: bool) -> int:
    """Print what was published. The exit code: 1 if an issue is held or skipped, or if a message was not delivered."""
    keys = {*(row.key for row in done.news), *done.rounds}
    doubtful = [row for row in program.store.ledger.open_rows() if row.issue in keys]
    if as_json:
        print_json({"news": done.news, "rounds": done.rounds, "open": doubtful, "feeds": done.fetched})
    elif not done.news and not done.rounds:
        coming = due.coming(program.timetable, standing(program), program.now)
        click.echo(f"nothing is due before {coming.key}, {coming.at:%Y-%m-%d %H:%M} UTC")
    else:
        for key in done.rounds:
            click.echo(f"{key}: {count(program.store.ledger.accepted(key), 'letter')} sent")
        _lines(done.news, len(doubtful))
    return int(any(row.state != "published" for row in done.news) or bool(doubtful))


def _lines(news: Sequence[Publication], doubtful: int) -> None:
    for row in news:
        click.echo(str(row))
    if doubtful:
        click.echo(f"{doubtful} messages are waiting, refused or in doubt; `digest status` lists them", err=True)


@click.command("approve", epilog=examples("digest approve 2026-W48", "digest approve 2026-W48 --undo"))
@click.argument("key")
@click.option("--now", "at_once", is_flag=True, help="Mail it now, even before its slot.")
@click.option("--undo", is_flag=True, help="Take an approval back before the slot.")
@yes_option
@at_option
@json_option
@click.pass_context
def approve_command(
    ctx: click.Context, /, key: str, at: str | None, *, at_once: bool, undo: bool, yes: bool, as_json: bool
) -> int:
    """Approve the held issue KEY: close it as it stands, and mail it; before its slot, it goes out at the slot."""
    from digest.cli.log_lines import log_to_stderr
    from digest.cli.terminal import login
    from digest.services.approval import held_row, take_back
    from digest.services.editor import undecided
    from digest.services.effects import effects
    from digest.services.publish import approve
    from digest.services.send import count_recipients

    if undo:
        with opened(ctx, at, writes=True) as program:
            take_back(program.store, key)
        click.echo(f"issue {key} is held again")
        return 0
    with opened(ctx, at, writes=False) as program:
        row = held_row(program.store, key)
        ask_about_undecided(key, len(undecided(program.archive, key)), yes=yes)
        if at_once or program.now >= row.slot:
            ask_to_mail(*count_recipients(program, key), yes=yes)
    with opened(ctx, at, writes=True) as program:
        log_to_stderr("warnings")
        done = approve(program, effects(time), key, by=login(), at_once=at_once)
        if done.ahead is None:
            return print_published(done, program, as_json=as_json)
    if as_json:
        print_json({"approved": key, "slot": done.ahead})
    else:
        click.echo(f"issue {key} is approved, and goes out at its slot, {done.ahead:%Y-%m-%d %H:%M} UTC")
    return 0
