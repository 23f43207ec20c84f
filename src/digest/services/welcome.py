"""Send the latest issue to those who join after it was mailed, once, by the same ledger."""

from datetime import datetime

from digest.config import Config
from digest.mail.connections import Clock
from digest.model import Workspace
from digest.services.context import Program
from digest.services.send import send
from digest.services.send_results import Sent
from digest.services.transports import people_route, welcome
from digest.storage.db import Store


def route_of_welcomes(workspace: Workspace, config: Config) -> str:
    """The name of the route in the ledger.

    Raises:
        UsageError: a secret or a key is not where the configuration says.
    """
    return welcome(people_route(workspace, config)).name


def enter(store: Store, route: str, number: int, now: datetime) -> bool:
    """Enter a new subscriber for the latest issue, in the caller's transaction. Returns whether they will get it.

    An issue whose mailing is still to begin is not: its mailing includes them.
    """
    last = store.issues.last_closed()
    if last is None:
        return False
    publication = store.publications.get(last.key)
    if not store.ledger.begun(last.key) and (publication is None or publication.state != "published"):
        if last.start is not None:
            store.preferences.skip_until(number, last.start)
        return False
    store.preferences.skip_until(number, last.cutoff)
    return store.ledger.mailing(last.key, route).join(number, now)


def greet(program: Program, clock: Clock) -> tuple[Sent, ...]:
    """Send their issue to all new subscribers who are waiting for it.

    Raises:
        DigestError: an issue cannot be mailed. Nobody is lost; the same call continues later.
    """
    due = program.store.ledger.welcomes_due(program.now)
    return tuple(send(program, key, clock=clock, welcoming=True) for key in due)
