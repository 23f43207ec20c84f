"""What a person decides on a mailing: to pause it, to let it continue, and which recipients in doubt received it.

A pause holds for every process, and over restarts.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from digest.errors import NotFoundError, UsageError
from digest.mail.connections import Clock
from digest.model import DeliveryState
from digest.services.archive_index import latest
from digest.services.context import Program
from digest.services.rounds import ROUND, no_round
from digest.services.transports import routes
from digest.storage.db import Store
from digest.storage.db.ledger import Pause
from digest.storage.db.mailing import TEAM
from digest.text.addresses import parse
from digest.text.clean import one_line

LOOK = 0.2  # seconds between two looks at whether somebody paused the mailing
Answer = Literal["received", "not_received"]
_STATES: dict[Answer, DeliveryState] = {"received": "accepted", "not_received": "pending"}


def pause(program: Program, key: str | None, by: str) -> Pause:
    """Stop the mailing of an issue, or a round, after the messages in progress, whichever process sends it, until somebody continues it.

    Raises:
        NotFoundError: there is no such issue or round.
        UsageError: it is a draft, whose mailing has not begun.
    """
    chosen = key or latest(program.store, program.archive)
    if chosen.startswith(ROUND):
        if not program.store.ledger.begun(chosen):
            raise no_round(chosen)
    elif program.archive.read(chosen).state == "draft":
        raise UsageError(f"issue {chosen}", "is a draft, and nobody gets it yet", "name an issue that is being sent")
    stopped = Pause(issue=chosen, at=program.now, by=one_line(by, 200))
    with program.store.transaction():
        program.store.pauses.put(stopped)
    return stopped


def unpause(store: Store, key: str) -> bool:
    """Let the mailing of an issue continue. Returns whether it was paused."""
    with store.transaction():
        return store.pauses.drop(key)


def refuse_paused(store: Store, key: str) -> None:
    """Refuse to send what somebody paused.

    Raises:
        UsageError: the mailing is paused.
    """
    paused = store.pauses.get(key)
    if paused is not None:
        by = f" by {paused.by}" if paused.by else ""
        raise UsageError(
            f"the mailing of {key}",
            f"was paused{by} at {paused.at:%Y-%m-%d %H:%M} UTC",
            f"`digest send {key} --resume` continues it",
        )


def stopping_if_paused(store: Store, key: str, clock: Clock, stopping: Callable[[], bool]) -> Callable[[], bool]:
    """Whether to stop: told so, or paused by anybody since."""
    looked = clock.monotonic() - LOOK
    paused = False

    def stop() -> bool:
        nonlocal looked, paused
        if not paused and clock.monotonic() - looked >= LOOK:
            looked, paused = clock.monotonic(), store.pauses.get(key) is not None
        return paused or stopping()

    return stop


def settle(program: Program, key: str, who: Sequence[str], answer: Answer, by: str) -> int:
    """Decide on recipients in doubt: they received the mail, or did not, and then get it in the next run.

    Args:
        program: the run.
        key: the issue.
        who: their addresses, or names of routes without people; nobody means everybody in doubt.
        answer: whether they received it.
        by: who decides.

    Raises:
        NotFoundError: one of them is not in doubt; nothing is changed then.
    """
    reply = f"in doubt; received, says {one_line(by, 200) or 'the editor'}" if answer == "received" else ""
    settled = 0
    with program.store.transaction():
        for route in routes(program.workspace, program.config):
            mailing = program.store.ledger.mailing(key, route.name)
            numbers = (
                None
                if not who
                else [number for name in who if (number := _number(program.store, name, route.name)) is not None]
            )
            settled += mailing.settle(numbers, _STATES[answer], program.now, reply=reply)
        if settled < len(set(who)) or not settled:
            raise NotFoundError(
                ", ".join(who) or f"issue {key}",
                ("has nobody in doubt", "is not in doubt", "are not all in doubt")[min(len(who), 2)],
                "`digest status` lists the recipients in doubt",
            )
    return settled


def _number(store: Store, name: str, route: str) -> int | None:
    """The recipient number on a route: of a subscriber's address, or of the route itself if it is named."""
    if name == route:
        return TEAM
    if "@" not in name:
        return None
    person = store.subscribers.find(parse(name).key)
    return person.id if person else None
