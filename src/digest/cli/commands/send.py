"""`digest send [KEY]`: mail an archived issue once to each subscriber, and report how many messages ended in each state."""

import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass

import click

from digest.cli.common import ask_to_mail, at_option, examples, json_option, opened, print_json, say_waiting, yes_option
from digest.cli.mailing import Decisions, plan_lines, progress, sent_lines
from digest.errors import DeliveryError, UsageError
from digest.services.context import Program
from digest.services.send_results import Sent
from digest.text.formatting import count


@click.command(
    "send",
    epilog=examples(
        "digest send --dry-run",
        "digest send 2026-W48 --to me@example.org",
        "digest send --limit 100",
        "digest send 2026-W48 --pause",
        "digest send 2026-W48 --not-received ada@example.org",
        "digest send --letters",
    ),
)
@click.argument("key", required=False)
@click.option("--to", "address", metavar="ADDR", help="Send one test copy to ADDR; works for drafts, too.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Send to at most N recipients in this run.")
@click.option("--in-doubt", is_flag=True, help="Send again to recipients in doubt, who may have received it.")
@click.option(
    "--retry",
    metavar="WORDS",
    help="Send again to recipients who were refused or given up with WORDS in the server's reply.",
)
@click.option(
    "--received", multiple=True, metavar="ADDR", help="Record that ADDR, who is in doubt, received it. Sends nothing."
)
@click.option(
    "--not-received",
    multiple=True,
    metavar="ADDR",
    help="Send it again to ADDR, who is in doubt and did not receive it.",
)
@click.option("--pause", is_flag=True, help="Stop the mailing, in whichever process sends it, until --resume.")
@click.option("--resume", is_flag=True, help="Continue a mailing that was paused.")
@click.option(
    "--letters", is_flag=True, help="Make and send the readers' own letters that are due, and continue unfinished ones."
)
@click.option("--early", is_flag=True, help="Close the draft before its slot; nothing is published at the slot itself.")
@yes_option
@at_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    key: str | None,
    address: str | None,
    dry_run: bool,
    limit: int | None,
    in_doubt: bool,
    retry: str | None,
    received: tuple[str, ...],
    not_received: tuple[str, ...],
    pause: bool,
    resume: bool,
    letters: bool,
    early: bool,
    yes: bool,
    at: str | None,
    as_json: bool,
) -> int:
    """Mail issue KEY (default: the latest closed one) to every subscriber who has not received it yet.

    A draft must be named by its KEY, and is closed first. KEY may also name a round of letters; `digest status` lists them.
    Exit code 1: a recipient is waiting, refused or in doubt.
    """
    from digest.services.rounds import ROUND
    from digest.services.send import count_recipients

    decisions = Decisions(pause=pause, resume=resume, received=received, not_received=not_received)
    if letters or (key or "").startswith(ROUND):
        if address or early or (letters and (key or in_doubt or retry or decisions.any)):
            raise UsageError(
                "digest send --letters",
                "sends what is due, of all rounds",
                "name one round instead of --letters, and leave out --to and --early",
            )
        manner = _Manner(limit=limit, in_doubt=in_doubt, retry=retry, dry_run=dry_run, yes=yes)
        return _send_letters(ctx, at, key, manner, decisions, as_json=as_json)
    if address is not None and (dry_run or limit or in_doubt):
        raise UsageError("digest send --to", "sends one test copy", "leave out --dry-run, --limit and --in-doubt")
    decisions.refuse_mixed(others=bool(address or dry_run))
    if decisions.alone:
        with opened(ctx, at, writes=False) as program:
            return _decided(decisions.take(program, key), as_json=as_json)
    if address is None and not dry_run:
        with opened(ctx, at, writes=False) as program:
            chosen, recipients = count_recipients(program, key)
        ask_to_mail(chosen, min(recipients, limit or recipients), yes=yes)
    if key is not None and address is None and not dry_run:
        _close(ctx, key, at, early=early)
    with opened(ctx, at, writes=False) as program:
        decisions.take(program, key)
        if address is not None:
            return _copy(program, key, address, as_json=as_json)
        if dry_run:
            return _plan(program, key, as_json=as_json)
        sent = _send(program, key, limit=limit, in_doubt=in_doubt, retry=retry)
    return _report(sent, as_json=as_json)


def _decided(said: str, *, as_json: bool) -> int:
    if as_json:
        print_json({"decided": said})
    else:
        click.echo(said)
    return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Manner:
    """The options that letters and issues share."""

    limit: int | None
    in_doubt: bool
    retry: str | None
    dry_run: bool
    yes: bool


def _send_letters(
    ctx: click.Context, at: str | None, key: str | None, manner: _Manner, decisions: Decisions, *, as_json: bool
) -> int:
    """Make the letters that are due, unless one round is named, and send what waits."""
    from digest.services.mailing_run import Manner
    from digest.services.send_letters import count_due, due_rounds, make_round, send_round
    from digest.services.send_results import Silent

    decisions.refuse_mixed(others=manner.dry_run)
    with opened(ctx, at, writes=False) as program:
        if decisions.alone:
            return _decided(decisions.take(program, key), as_json=as_json)
        readers = count_due(program, key)
    if manner.dry_run:
        print_json({"due": readers}) if as_json else click.echo(f"{count(readers, 'letter')} would be sent")
        return 0
    ask_to_mail(key or "letters", min(readers, manner.limit or readers), yes=manner.yes)
    with opened(ctx, at, writes=True) as program:
        if key is not None:
            decisions.take(program, key)
        else:
            make_round(program)
        rounds = due_rounds(program) if key is None else (key,)
        with program.released(), progress() if sys.stderr.isatty() else nullcontext(Silent()) as listener:
            how = Manner(clock=time, limit=manner.limit, asked=True, listener=listener)
            sent = [
                send_round(program, one, how, in_doubt=manner.in_doubt, retry=manner.retry, waiting=say_waiting)
                for one in rounds
            ]
    if not sent and not as_json:
        click.echo("No letter is due.")
    if as_json:
        print_json([{"key": one.key, "routes": one.routes} for one in sent])
        return int(any(one.needs_people for one in sent))
    return max((_report(one, as_json=False) for one in sent), default=0)


def _close(ctx: click.Context, key: str, at: str | None, *, early: bool) -> None:
    """Close the draft of this key with the workspace locked; sending itself does not lock it."""
    from digest.services.build import close_draft
    from digest.services.send import refuse_nobody
    from digest.services.send_now import refuse_unready

    with opened(ctx, at, writes=False) as program:
        issue = program.archive.read(key)
        draft = issue.state == "draft"
        if draft:
            refuse_nobody(program)
            refuse_unready(program, issue, early=early)
    if draft:
        with opened(ctx, at, writes=True) as program:
            close_draft(program, key)


def _send(program: Program, key: str | None, *, limit: int | None, in_doubt: bool, retry: str | None) -> Sent:
    from digest.services.send import refuse_nobody, send
    from digest.services.send_results import Silent

    refuse_nobody(program)
    with progress() if sys.stderr.isatty() else nullcontext(Silent()) as listener:
        return send(
            program,
            key,
            clock=time,
            limit=limit,
            in_doubt=in_doubt,
            retry=retry,
            asked=True,
            waiting=say_waiting,
            listener=listener,
        )


def _report(sent: Sent, *, as_json: bool) -> int:
    """Print what was sent; the exit code.

    Raises:
        DeliveryError: sending stopped before the first message was accepted.
    """
    if as_json:
        print_json({"key": sent.key, "routes": sent.routes})
    else:
        sent_lines(sent)
    if sent.stopped and not sent.accepted:
        raise DeliveryError(
            sent.stopped, "nothing was sent", "fix the cause, then run the same command again; nobody is skipped"
        )
    return int(sent.needs_people)


def _copy(program: Program, key: str | None, address: str, *, as_json: bool) -> int:
    from digest.services.send import send_copy
    from digest.text import addresses

    checked = addresses.parse(address)
    person = program.store.subscribers.find(checked.key)
    outcome = send_copy(
        program,
        key,
        checked.text,
        link=person.link if person else "",
        trends=person.trends if person else (),
    )
    if as_json:
        print_json({"address": checked.text, "state": outcome.kind, "reply": outcome.reply})
    else:
        click.echo(f"Sent a test copy to {checked.text}: {outcome.reply}")
    return 0


def _plan(program: Program, key: str | None, *, as_json: bool) -> int:
    from digest.services.send import plan, refuse_nobody

    refuse_nobody(program)
    planned = plan(program, key)
    if as_json:
        print_json(planned)
    else:
        plan_lines(planned)
    return int(any(one.refused for one in planned))
