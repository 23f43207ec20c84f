"""Send an issue outside the schedule: at a person's request, or to people who join after it was mailed. The ledger ensures that nobody gets it twice."""

from datetime import datetime

from digest.config import Config
from digest.errors import UsageError
from digest.mail.connections import Clock
from digest.model import Issue, Workspace
from digest.services.build import close_draft
from digest.services.context import Program
from digest.services.effects import Effects
from digest.services.gate import ruling
from digest.services.publish import Published, resume
from digest.services.send import refuse_nobody, send
from digest.services.send_results import Sent
from digest.services.transports import people_route, welcome
from digest.storage.db import Store


def send_now(program: Program, effects: Effects, key: str, *, early: bool = False) -> Published:
    """Send an issue to those who have not received it. A draft is closed first, with `early` even before its slot.

    Raises:
        DigestError: it cannot be closed or sent.
    """
    issue = program.archive.read(key)
    if issue.state == "draft":
        refuse_nobody(program)
        refuse_unready(program, issue, early=early)
        close_draft(program, key)
    return resume(program, effects, key)


def refuse_unready(program: Program, draft: Issue, *, early: bool) -> None:
    """Refuse to send a draft that is held or would be, or before its slot, which would then publish nothing.

    Raises:
        UsageError: it is held or to be reviewed; it is empty, and such issues are skipped; or its slot has not come, and `early`
            is False.
    """
    row = program.store.publications.get(draft.key)
    if row is not None and row.state == "held":
        raise UsageError(
            f"issue {draft.key}", f"is held: {row.reason}", f"approve and send it with `digest approve {draft.key}`"
        )
    stopped = ruling(draft, (), program.config)
    if stopped is not None:
        remedy = (
            "wait until its slot has passed, then approve it" if stopped.state == "held" else "set `on_empty: send`"
        )
        raise UsageError(f"issue {draft.key}", stopped.reason, remedy)
    if program.now < draft.slot and not early:
        raise UsageError(
            f"issue {draft.key}",
            f"its period is open until {draft.slot:%Y-%m-%d %H:%M} UTC, and nothing would be published then",
            "add --early to send it now anyway",
        )


def route_of_welcomes(workspace: Workspace, config: Config) -> str:
    """The name of the route in the ledger.

    Raises:
        UsageError: a secret or a key is not where the configuration says.
    """
    return welcome(people_route(workspace, config)).name


def enter(store: Store, route: str, number: int, now: datetime) -> bool:
    """Add a new subscriber to the recipients of the latest issue, in the caller's transaction. Returns whether they will get it.

    If the issue's mailing is still to begin, they are not entered: that mailing includes them.
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
