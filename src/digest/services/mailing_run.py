"""Run one mailing over one route: an issue with the letters of those who chose another form, or a round of letters.

Its recipients are fixed. The caller records the counts in the archive.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.mail.connections import Clock, Crew, Pace, SharedPace
from digest.mail.delivery import Sending
from digest.mail.transport import Letter
from digest.model import DeliveryState, Recipient
from digest.services.context import Program
from digest.services.send_results import Listener, RouteSent, Silent
from digest.services.subscribers import refused
from digest.services.transports import Route
from digest.storage.db.mailing import Mailing

REASONS = 5  # shown per route
DIED = "the run that sent it was killed before the server replied"
UNKNOWN = "an earlier run, which this store does not know, may have sent it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How a run sends.

    `limit` is the maximum number of recipients per route; with `asked`, recipients who wait because of the sender are tried now;
    `stopping` returns True if sending should stop after the messages in progress.
    """

    clock: Clock
    limit: int | None = None
    asked: bool = False
    listener: Listener = field(default_factory=Silent)
    stopping: Callable[[], bool] = lambda: False


def begin_run(mailing: Mailing, now: datetime, *, noted: int, known: int, in_doubt: bool, retry: str | None) -> None:
    """Mark in doubt everybody to whom an earlier run may have sent, and count this run. The caller holds the transaction.

    Args:
        mailing: whose recipients are fixed.
        now: the clock of this run.
        noted: how many runs the archive records.
        known: how many this store does.
        in_doubt: send again to recipients in doubt.
        retry: send again to those who were refused or given up with these words in the reply.
    """
    mailing.move("offered", "in_doubt", now, reply=DIED)
    if noted > known:
        mailing.move("pending", "in_doubt", now, reply=UNKNOWN)
    if in_doubt:
        mailing.move("in_doubt", "pending", now, reply="")
    if retry is not None:
        mailing.retry(retry, now)
    mailing.count_run(noted=noted)


def run_mailing(
    program: Program,
    route: Route,
    mailing: Mailing,
    manner: Manner,
    *,
    letter: Callable[[Recipient], Letter | None],
    note: Callable[[], dict[DeliveryState, int]],
) -> RouteSent:
    """Send to everybody who is due, each at most once.

    Args:
        program: the run.
        route: the way.
        mailing: its ledger.
        manner: how to send.
        letter: makes the message for a recipient; None if there is nothing for them.
        note: records the counts in the archive, and returns them.
    """
    row = mailing.row()
    assert row is not None
    manner.listener.begin(route.name, min(mailing.count_due(program.now, asked=manner.asked), manner.limit or 2**62))
    suspended: list[str] = []
    sending = sending_of(program, route, mailing, manner, letter=letter, suspended=suspended)
    try:
        run = sending.run()
    finally:
        counts = note()
    return RouteSent(
        route=route.name,
        place=route.place,
        candidates=row.candidates,
        counts=counts,
        moved=dict(run.moved),
        next_retry=mailing.next_retry(),
        stopped=run.stopped,
        suspended=tuple(filter(None, suspended)),
        reasons=tuple(mailing.reasons(REASONS)),
    )


def sending_of(
    program: Program,
    route: Route,
    mailing: Mailing,
    manner: Manner,
    *,
    letter: Callable[[Recipient], Letter | None],
    suspended: list[str],
    pace: Pace | SharedPace | None = None,
) -> Sending:
    """The run that sends to everybody who is due in a mailing or a shard of it.

    Args:
        program: the run.
        route: the way.
        mailing: its ledger, or that of a shard.
        manner: how to send.
        letter: makes the message for a recipient; None if there is nothing for them.
        suspended: gets the addresses that will get no more mail.
        pace: when the next message may leave; by default, as the rate of the route allows.
    """
    clock = manner.clock
    begun = clock.monotonic()
    return Sending(
        mailing,
        letter=letter,
        crew=Crew(route.connect, connections=route.connections, pace=pace or Pace(route.rate, clock), clock=clock),
        connections=route.connections,
        now=lambda: program.now + timedelta(seconds=clock.monotonic() - begun),
        limit=manner.limit,
        asked=manner.asked,
        told=manner.listener.settled,
        refused=lambda number: suspended.append(refused(program.store, program.now, number)),
        stopping=manner.stopping,
    )
