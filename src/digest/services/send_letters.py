"""Send the letters that are due: to each reader their own, at most once, whatever happens in between.

make_round     with the workspace locked: what another store may have sent is in doubt | fix the recipients | make the letters, unless others do
send_round     hold the sending lock | begin, as for an issue | record it in the archive | run
"""

from collections.abc import Callable
from dataclasses import replace

from digest.model import DeliveryState
from digest.services.context import Program
from digest.services.letter_making import make_letters
from digest.services.mail_merge import OwnLetters
from digest.services.mailing_decisions import refuse_paused, stopping_if_paused
from digest.services.mailing_run import Manner, begin_run, run_mailing
from digest.services.rounds import ROUND, begin_round, count_ready, doubt_lost, no_round, note_round, notice_lost
from digest.services.send_results import Sent
from digest.services.transports import people_route
from digest.storage.db.mailing import Mailing
from digest.storage.files import opt_outs


def make_round(program: Program, *, in_shards: bool = False) -> None:
    """Fix and make the letters that are due, and make those that a killed run did not. The caller has locked the workspace.

    With `in_shards`, other processes make them. Texts of old letters go with each new round, because many digests run without the daemon,
    which tidies the rest of the store.
    """
    route = people_route(program.workspace, program.config).name
    doubt_lost(program, route)
    if begin_round(program, route) is not None:
        with program.store.transaction():
            program.store.letters.tidy(program.now)
    for key in () if in_shards else program.store.ledger.unfinished(ROUND):
        make_letters(program, key)


def due_rounds(program: Program) -> tuple[str, ...]:
    """The rounds that have messages to send now, and that nobody paused."""
    paused, unfinished = program.store.pauses.keys(), program.store.ledger.unfinished(ROUND)
    return tuple(key for key, at in unfinished.items() if at <= program.now and key not in paused)


def count_due(program: Program, key: str | None) -> int:
    """How many readers would get a letter now: in one round, or in all unfinished rounds and a new one."""
    route = people_route(program.workspace, program.config).name
    ledger = program.store.ledger
    rounds = due_rounds(program) if key is None else (key,)
    waiting = sum(ledger.mailing(one, route).count_due(program.now, asked=True) for one in rounds)
    return waiting + (count_ready(program) if key is None else 0)


def send_round(
    program: Program,
    key: str,
    manner: Manner,
    *,
    in_doubt: bool = False,
    retry: str | None = None,
    waiting: Callable[[str], None] = lambda _: None,
    in_shards: bool = False,
) -> Sent:
    """Send a round of letters to all recipients who have not received theirs.

    Args:
        program: the run.
        key: the round's.
        manner: how to send.
        in_doubt: also send again to recipients in doubt; their messages keep their Message-IDs.
        retry: also send again to recipients who were refused or given up with these words in the server's reply.
        waiting: called with the id of another process that is sending.
        in_shards: only begin it; others make its letters and send them in shards.

    Raises:
        NotFoundError: there is no such round.
        UsageError: somebody paused it.
    """
    refuse_paused(program.store, key)
    manner = replace(manner, stopping=stopping_if_paused(program.store, key, manner.clock, manner.stopping))
    route = people_route(program.workspace, program.config)
    mailing = program.store.ledger.mailing(key, route.name)
    known = mailing.row()
    if known is None:
        raise no_round(key)
    with program.store.exclusive(program.workspace.state / "sending.lock", waiting=waiting):
        opt_outs.enter(program.store, program.workspace.state)
        notice_lost(program, route.name)
        with mailing.transaction():
            begin_run(mailing, program.now, noted=0, known=0, in_doubt=in_doubt, retry=retry)
        if not in_shards:
            make_letters(program, key)
        note_round(program, mailing, key)
        if in_shards:
            return Sent(key=key)
        own = OwnLetters(program, key, date=known.started, sign=route.sign)
        sent = run_mailing(program, route, mailing, manner, letter=own.letter, note=lambda: _counts(mailing))
    return Sent(key=key, routes=(sent,))


def _counts(mailing: Mailing) -> dict[DeliveryState, int]:
    """The counts of a round, which add up to its candidates."""
    row, counts = mailing.row(), mailing.counts()
    assert row is not None
    assert sum(counts.values()) == row.candidates, f"{counts} of {row.candidates}"
    return counts
