"""One archived issue to everyone who wants it, once, whatever happens in between. Builds no issue and knows no wire.

send        hold the workspace's sending lock; then for each route:
begin           freeze the recipients, at the first run | whom a killed run left `offered` is in doubt | count the run
                note it in the archive, before the first message: a store that was lost cannot mail it anew
run             recipient -> letter | offered, committed | body | state, by what the other side said
end             the states add up to the candidates; note them
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from digest.errors import DeliveryError, NotFoundError, UsageError
from digest.mail.connections import Clock, Crew, Pace
from digest.mail.delivery import Sending
from digest.mail.transport import Outcome, send_one
from digest.model import DeliveryState, Issue
from digest.services.archive_index import latest
from digest.services.context import Program
from digest.services.gate import JUDGED, refuse_unmailable
from digest.services.mail_merge import Letters
from digest.services.subscribers import refused
from digest.services.transports import Route, people_route, routes
from digest.storage.archive import SentNote
from digest.storage.db.ledger import Mailing
from digest.storage.files import opt_outs
from digest.storage.files.lock import exclusive

DIED = "the run that sent it died before the answer came"
UNKNOWN = "a send that this store does not know of began with it"


class Listener(Protocol):
    """Who hears how a send goes."""

    def begin(self, route: str, total: int) -> None: ...

    def settled(self, state: DeliveryState) -> None: ...


class Silent:
    """Hears and says nothing."""

    def begin(self, route: str, total: int) -> None: ...

    def settled(self, state: DeliveryState) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteSent:
    """One route after a run. `counts` add up to `candidates`; `moved` are the states that this run brought recipients to.

    `suspended` are addresses that servers refused for good on several days, by now: they get no more mail.
    """

    route: str
    place: str
    candidates: int
    counts: dict[DeliveryState, int]
    moved: dict[DeliveryState, int]
    next_retry: datetime | None
    stopped: str  # why the run ended early, in the other side's words
    suspended: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        return self.counts["pending"]

    @property
    def needs_people(self) -> bool:
        """Somebody must decide, mend, or run it again."""
        new = self.moved.get("refused", 0) + self.moved.get("expired", 0)
        return bool(self.counts["in_doubt"] or self.waiting or new or self.stopped)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What a send did. Without routes there was nobody to send to."""

    key: str
    routes: tuple[RouteSent, ...] = field(default=())

    @property
    def needs_people(self) -> bool:
        return any(route.needs_people for route in self.routes)

    @property
    def accepted(self) -> int:
        """How many messages this run got accepted."""
        return sum(route.moved.get("accepted", 0) for route in self.routes)

    @property
    def stopped(self) -> str:
        return next((f"{route.place}: {route.stopped}" for route in self.routes if route.stopped), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a send would do on one route. `size` is of one message, in bytes; 0 where there is none to be made."""

    route: str
    place: str
    candidates: int
    due: int
    size: int


def send(
    program: Program,
    key: str | None = None,
    *,
    clock: Clock,
    limit: int | None = None,
    in_doubt: bool = False,
    waiting: Callable[[str], None] = lambda _: None,
    listener: Listener | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Sent:
    """Send a closed issue (default: the latest) to everyone who has not got it, on every route.

    Args:
        program: what it works on.
        key: the issue's key.
        clock: seconds that pass while it sends; the module `time`, or a test's own.
        limit: at most so many recipients of each route, this time.
        in_doubt: send again to those in doubt, too; their messages keep their Message-IDs.
        waiting: hears of another process that sends.
        listener: hears of progress.
        stopping: whether to end with the messages in hand; everybody else stays pending.

    Raises:
        NotFoundError: there is no such issue.
        UsageError: it is a draft, or a sample where real issues are made.
        DeliveryError: its mail fails `digest check`.
    """
    issue = closed_issue(program, key)
    _refuse_broken(program, issue)
    hears = listener or Silent()
    sent = []
    with exclusive(program.workspace.state / "sending.lock", enabled=True, waiting=waiting):
        opt_outs.enter(program.store, program.workspace.state)
        for route in routes(program):
            mailing = _begin(program, issue.key, route, in_doubt=in_doubt)
            if mailing is not None:
                hears.begin(route.name, min(mailing.count_due(program.now), limit or 2**62))
                sent.append(
                    _run(program, issue, route, mailing, clock=clock, limit=limit, listener=hears, stopping=stopping)
                )
    return Sent(key=issue.key, routes=tuple(sent))


def _refuse_broken(program: Program, issue: Issue) -> None:
    folder = program.archive.folder(issue.key)
    texts = {name: (folder / name).read_text("utf-8", "replace") for name in JUDGED if (folder / name).is_file()}
    refuse_unmailable(issue.key, texts, program.config.delivery.base_url)


def closed_issue(program: Program, key: str | None) -> Issue:
    """The issue that a send means."""
    issue = _read(program, key)
    if issue.state == "draft":
        raise UsageError(f"issue {issue.key}", "is a draft", "close it first: `digest send KEY` does, when it is named")
    if issue.sample and not program.config.digest.sample:
        raise UsageError(f"issue {issue.key}", "is a sample", "samples are sent from sample workspaces only")
    return issue


def refuse_nobody(program: Program) -> None:
    """Sending to nobody is a mistake.

    Raises:
        NotFoundError: no subscriber is active, and no webhook is configured.
    """
    others = [route for route in routes(program) if not route.people]
    if not others and not program.store.subscribers.counts().get("active"):
        raise NotFoundError("subscribers", "nobody gets the mail yet", "`digest subscribers add ADDR` adds one")


def _read(program: Program, key: str | None) -> Issue:
    if key is not None:
        return program.archive.read(key)
    issue = program.archive.read(latest(program))
    if issue.state == "draft":
        raise NotFoundError(
            str(program.archive.root),
            "contains no closed issue",
            f"`digest send {issue.key}` closes its draft and sends it",
        )
    return issue


def _begin(program: Program, key: str, route: Route, *, in_doubt: bool) -> Mailing | None:
    """The mailing, ready to go on; None where it has nobody yet."""
    mailing = program.store.ledger.mailing(key, route.name)
    noted = program.archive.sent(key).get(route.name)
    known = mailing.row()
    if known is None and route.people and not program.store.subscribers.counts().get("active"):
        return None
    with mailing.transaction():
        if known is None:
            mailing.freeze(program.now, people=route.people)
        mailing.move("offered", "in_doubt", program.now, reply=DIED)
        if noted is not None and noted.runs > (known.runs if known else 0):
            mailing.move("pending", "in_doubt", program.now, reply=UNKNOWN)
        if in_doubt:
            mailing.move("in_doubt", "pending", program.now, reply="")
        mailing.count_run(noted=noted.runs if noted else 0)
    _note(program, key, route, mailing)
    return mailing


def _note(program: Program, key: str, route: Route, mailing: Mailing) -> dict[DeliveryState, int]:
    """Note the mailing in the archive; its counts, which add up."""
    row, counts = mailing.row(), mailing.counts()
    assert row is not None
    assert sum(counts.values()) == row.candidates, f"{counts} of {row.candidates}"
    note = SentNote(started=row.started, runs=row.runs, candidates=row.candidates, counts=counts)
    program.archive.note_sent(key, route.name, note)
    return counts


def _run(
    program: Program,
    issue: Issue,
    route: Route,
    mailing: Mailing,
    *,
    clock: Clock,
    limit: int | None,
    listener: Listener,
    stopping: Callable[[], bool],
) -> RouteSent:
    begun = clock.monotonic()
    row = mailing.row()
    assert row is not None
    letters = Letters(program, issue, date=row.started, sign=route.sign)
    suspended: list[str] = []
    crew = Crew(route.connect, connections=route.connections, pace=Pace(route.rate, clock), clock=clock)
    sending = Sending(
        mailing,
        letter=letters.letter if route.people else lambda _: letters.announcement(),
        crew=crew,
        connections=route.connections,
        now=lambda: program.now + timedelta(seconds=clock.monotonic() - begun),
        limit=limit,
        told=listener.settled,
        refused=lambda number: suspended.append(refused(program, number)),
        stopping=stopping,
    )
    try:
        run = sending.run()
    finally:
        counts = _note(program, issue.key, route, mailing)
    return RouteSent(
        route=route.name,
        place=route.place,
        candidates=row.candidates,
        counts=counts,
        moved=dict(run.moved),
        next_retry=mailing.next_retry(),
        stopped=run.stopped,
        suspended=tuple(filter(None, suspended)),
    )


def send_copy(program: Program, key: str | None, address: str, *, link: str, trends: tuple[str, ...]) -> Outcome:
    """A test copy of an issue, draft or closed, to one address; the ledger hears nothing of it.

    Raises:
        DeliveryError: it was not accepted, in the other side's words.
    """
    issue = program.archive.read(key or latest(program))
    route = people_route(program)
    letters = Letters(program, issue, date=program.now, sign=route.sign)
    letter = letters.copy(address, link=link, trends=trends, now=program.now)
    if letter is None:
        raise DeliveryError(address, f"issue {issue.key} has nothing in the trends they chose", "name another address")
    outcome = send_one(route.connect(), letter)
    if outcome.kind != "accepted":
        raise DeliveryError(f"{address} by {route.place}", outcome.reply, "mend `delivery`, or try again later")
    return outcome


def plan(program: Program, key: str | None) -> tuple[Planned, ...]:
    """What `send` would do now, on every route; changes nothing."""
    issue = closed_issue(program, key)
    return tuple(_planned(program, issue, route) for route in routes(program))


def _planned(program: Program, issue: Issue, route: Route) -> Planned:
    mailing = program.store.ledger.mailing(issue.key, route.name)
    row = mailing.row()
    fresh = program.store.subscribers.counts().get("active", 0) if route.people else 1
    due = fresh if row is None else mailing.count_due(program.now)
    candidates = fresh if row is None else row.candidates
    letters = Letters(program, issue, date=program.now, sign=route.sign)
    letter = letters.copy("somebody@example.org", link="", trends=(), now=program.now) if route.people else None
    size = len(letter.content) if letter else 0
    return Planned(route=route.name, place=route.place, candidates=candidates, due=due, size=size)
