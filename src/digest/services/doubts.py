"""Decide on recipients in doubt: a person says who received the mail, and who did not."""

from collections.abc import Sequence
from typing import Literal

from digest.errors import NotFoundError
from digest.model import DeliveryState
from digest.services.context import Program
from digest.services.transports import routes
from digest.storage.db import Store
from digest.storage.db.mailing import TEAM
from digest.text.addresses import parse
from digest.text.clean import one_line

Answer = Literal["received", "not_received"]
_STATES: dict[Answer, DeliveryState] = {"received": "accepted", "not_received": "pending"}


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
