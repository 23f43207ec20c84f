"""`digest send [KEY]`: an archived issue, once to each subscriber; what became of every one of them."""

import sys
import time
from contextlib import AbstractContextManager, nullcontext

import click

from digest.cli.common import at_option, json_option, print_json, say_waiting
from digest.errors import DeliveryError, UsageError
from digest.pipeline.program import Program
from digest.pipeline.send import Listener, Sent


@click.command("send")
@click.argument("key", required=False)
@click.option("--to", "address", metavar="ADDR", help="One test copy to this address, of a draft too.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send nothing.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N recipients this time.")
@click.option("--in-doubt", is_flag=True, help="Send again to those who may have got it.")
@click.option(
    "--early", is_flag=True, help="Close an open period's draft before its slot; the slot then publishes nothing."
)
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
    early: bool,
    at: str | None,
    as_json: bool,
) -> int:
    """Mail an issue (default: the latest closed one) to everyone who has not got it yet.

    A draft that KEY names is closed first. Exit code 1: somebody waits, was refused, or is in doubt.
    """
    from digest.cli.program import opened

    if address is not None and (dry_run or limit or in_doubt):
        raise UsageError("digest send --to", "is one test copy", "leave out --dry-run, --limit and --in-doubt")
    if key is not None and address is None and not dry_run:
        _close(ctx, key, at, early=early)
    with opened(ctx, at, writes=False) as program:
        if address is not None:
            return _copy(program, key, address, as_json=as_json)
        if dry_run:
            return _plan(program, key, as_json=as_json)
        sent = _send(program, key, limit=limit, in_doubt=in_doubt)
    return _tell(sent, as_json=as_json)


def _close(ctx: click.Context, key: str, at: str | None, *, early: bool) -> None:
    """Close the draft that was named, with the workspace to itself; sending lets others work."""
    from digest.cli.program import opened
    from digest.pipeline.build import close_draft
    from digest.pipeline.publish import refuse_early
    from digest.pipeline.send import refuse_nobody

    with opened(ctx, at, writes=False) as program:
        issue = program.archive.read(key)
        draft = issue.state == "draft"
        if draft:
            refuse_nobody(program)
            refuse_early(program, issue, early=early)
    if draft:
        with opened(ctx, at, writes=True) as program:
            close_draft(program, key)


def _send(program: Program, key: str | None, *, limit: int | None, in_doubt: bool) -> Sent:
    from digest.pipeline.send import Silent, refuse_nobody, send

    refuse_nobody(program)
    with _progress() if sys.stderr.isatty() else nullcontext(Silent()) as listener:
        return send(program, key, clock=time, limit=limit, in_doubt=in_doubt, waiting=say_waiting, listener=listener)


def _progress() -> AbstractContextManager[Listener]:
    from digest.cli.sending_bar import progress

    return progress()


def _tell(sent: Sent, *, as_json: bool) -> int:
    from digest.cli.sending import sent_lines

    if as_json:
        print_json({"key": sent.key, "routes": sent.routes})
    else:
        sent_lines(sent)
    if sent.stopped and not sent.accepted:
        raise DeliveryError(
            sent.stopped, "nothing was sent, and nobody is lost", "mend that, then run the same command again"
        )
    return int(sent.needs_people)


def _copy(program: Program, key: str | None, address: str, *, as_json: bool) -> int:
    from digest.deliver import addresses
    from digest.pipeline.send import send_copy

    checked = addresses.parse(address)
    person = program.store.subscribers.find(checked.key)
    outcome = send_copy(
        program,
        key,
        checked.text,
        number=person.id if person else 0,
        trends=person.trends if person else (),
    )
    if as_json:
        print_json({"address": checked.text, "state": outcome.kind, "reply": outcome.reply})
    else:
        click.echo(f"A test copy went to {checked.text}: {outcome.reply}")
    return 0


def _plan(program: Program, key: str | None, *, as_json: bool) -> int:
    from digest.cli.sending import plan_lines
    from digest.pipeline.send import plan, refuse_nobody

    refuse_nobody(program)
    planned = plan(program, key)
    if as_json:
        print_json(planned)
    else:
        plan_lines(planned)
    return 0
