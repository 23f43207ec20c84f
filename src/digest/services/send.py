"""Send one archived issue to every subscriber, each at most once, whatever happens in between.

send        hold the workspace's sending lock; then for each route:
begin           fix the recipients, in the first run | mark those left `offered` by a killed run in doubt | count the run
                record it in the archive before the first message, so that a lost store cannot mail it again
run             recipient -> message | offered, committed | body | state, by the reply of the server
end             check that the states add up to the candidates, and record them
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from digest.config import Config
from digest.errors import DeliveryError, NotFoundError, UsageError
from digest.mail.connections import Clock, Crew, Pace
from digest.mail.delivery import Sending
from digest.mail.transport import Outcome, send_one
from digest.model import DeliveryState, Issue
from digest.services.archive_index import latest
from digest.services.context import Program
from digest.services.gate import JUDGED, refuse_unmailable
from digest.services.mail_merge import Letters
from digest.services.pauses import refuse_paused, stopping_if_paused
from digest.services.subscribers import refused
from digest.services.transports import Route, people_route, routes
from digest.storage.archive import Archive, SentNote
from digest.storage.db import Store
from digest.storage.db.ledger import Mailing, Reason
from digest.storage.files import opt_outs

REASONS = 5  # shown per route
DIED = "the run that sent it was killed before the server replied"
UNKNOWN = "an earlier run, which this store does not know, may have sent it"


class Listener(Protocol):
    """Is notified of the progress of a send."""

    def begin(self, route: str, total: int) -> None: ...

    def settled(self, state: DeliveryState) -> None: ...


class Silent:
    """A listener that does nothing."""

    def begin(self, route: str, total: int) -> None: ...

    def settled(self, state: DeliveryState) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteSent:
    """One route after a run. `counts` add up to `candidates`; `moved` counts the recipients by the state this run gave them.

    `suspended` are addresses that were refused permanently on several days and get no more mail.
    """

    route: str
    place: str
    candidates: int
    counts: dict[DeliveryState, int]
    moved: dict[DeliveryState, int]
    next_retry: datetime | None
    stopped: str  # why the run ended early or skipped domains, in the server's words
    suspended: tuple[str, ...] = ()
    # The replies because of which recipients are waiting, refused or given up; most frequent first.
    reasons: tuple[Reason, ...] = ()

    @property
    def waiting(self) -> int:
        return self.counts["pending"]

    @property
    def needs_people(self) -> bool:
        """Whether someone must decide or fix something, or run it again."""
        new = self.moved.get("refused", 0) + self.moved.get("expired", 0)
        return bool(self.counts["in_doubt"] or self.waiting or new or self.stopped)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The result of a send. Without routes there were no recipients."""

    key: str
    routes: tuple[RouteSent, ...] = field(default=())

    @property
    def needs_people(self) -> bool:
        return any(route.needs_people for route in self.routes)

    @property
    def accepted(self) -> int:
        """The number of messages accepted in this run."""
        return sum(route.moved.get("accepted", 0) for route in self.routes)

    @property
    def stopped(self) -> str:
        return next((f"{route.place}: {route.stopped}" for route in self.routes if route.stopped), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a send would do on one route. `size` is the size of one message in bytes; 0 if there is none.

    For a team's channel, `service` names the program, `title` and `text` are the message in its own markup, and `refused` says why there is none.
    """

    route: str
    place: str
    candidates: int
    due: int
    size: int
    service: str = ""
    title: str = ""
    text: str = ""
    refused: str = ""


def send(
    program: Program,
    key: str | None = None,
    *,
    clock: Clock,
    limit: int | None = None,
    in_doubt: bool = False,
    retry: str | None = None,
    asked: bool = False,
    waiting: Callable[[str], None] = lambda _: None,
    listener: Listener | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Sent:
    """Send a closed issue (default: the latest) on every route, to all recipients who have not received it.

    Args:
        program: the run.
        key: the issue's key.
        clock: measures seconds while sending; the module `time`, or a substitute in tests.
        limit: the maximum number of recipients per route in this run.
        in_doubt: also send again to recipients in doubt; their messages keep their Message-IDs.
        retry: also send again to recipients who were refused or given up with these words in the server's reply.
        asked: a person started this run: recipients who wait because of the sender are tried now, not when they are due.
        waiting: called with the id of another process that is sending.
        listener: notified of progress.
        stopping: returns True if sending should stop after the messages in progress; the rest stay pending.

    Raises:
        NotFoundError: there is no such issue.
        UsageError: it is a draft, or a sample in a real workspace, or somebody paused its mailing.
        DeliveryError: its mail fails the lint.
    """
    issue = closed_issue(program, key)
    _refuse_broken(program.config, program.archive, issue)
    refuse_paused(program.store, issue.key)
    stopping = stopping_if_paused(program.store, issue.key, clock, stopping)
    hears, sent = listener or Silent(), list[RouteSent]()
    with program.store.exclusive(program.workspace.state / "sending.lock", waiting=waiting):
        opt_outs.enter(program.store, program.workspace.state)
        for route in routes(program.workspace, program.config):
            mailing = _begin(program, issue.key, route, in_doubt=in_doubt, retry=retry)
            if mailing is not None:
                hears.begin(route.name, min(mailing.count_due(program.now, asked=asked), limit or 2**62))
                sent.append(
                    _run(
                        program,
                        issue,
                        route,
                        mailing,
                        clock=clock,
                        limit=limit,
                        asked=asked,
                        listener=hears,
                        stopping=stopping,
                    )
                )
    return Sent(key=issue.key, routes=tuple(sent))


def _refuse_broken(config: Config, archive: Archive, issue: Issue) -> None:
    folder = archive.folder(issue.key)
    texts = {name: (folder / name).read_text("utf-8", "replace") for name in JUDGED if (folder / name).is_file()}
    refuse_unmailable(issue.key, texts, config.delivery.base_url)


def closed_issue(program: Program, key: str | None) -> Issue:
    """The closed issue with this key, or the latest."""
    issue = _read(program.store, program.archive, key)
    if issue.state == "draft":
        raise UsageError(f"issue {issue.key}", "is a draft", "name it, as in `digest send KEY`, to close and send it")
    if issue.sample and not program.config.digest.sample:
        raise UsageError(f"issue {issue.key}", "is a sample", "send samples from a sample workspace only")
    return issue


def refuse_nobody(program: Program) -> None:
    """Refuse to send to nobody, which is a mistake.

    Raises:
        NotFoundError: no subscriber is active, and no webhook is configured.
    """
    others = [route for route in routes(program.workspace, program.config) if not route.people]
    if not others and not program.store.subscribers.counts().get("active"):
        raise NotFoundError("subscribers", "there are none yet", "add one with `digest subscribers add ADDR`")


def _read(store: Store, archive: Archive, key: str | None) -> Issue:
    if key is not None:
        return archive.read(key)
    issue = archive.read(latest(store, archive))
    if issue.state == "draft":
        raise NotFoundError(
            str(archive.root),
            "contains no closed issue",
            f"close and send the draft with `digest send {issue.key}`",
        )
    return issue


def _begin(program: Program, key: str, route: Route, *, in_doubt: bool, retry: str | None) -> Mailing | None:
    """The mailing, ready to run or continue; None if it has no recipients yet."""
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
        if retry is not None:
            mailing.retry(retry, program.now)
        mailing.count_run(noted=noted.runs if noted else 0)
    _note(program.archive, key, route, mailing)
    return mailing


def _note(archive: Archive, key: str, route: Route, mailing: Mailing) -> dict[DeliveryState, int]:
    """Record the mailing in the archive, and return its counts, which add up to the candidates."""
    row, counts = mailing.row(), mailing.counts()
    assert row is not None
    assert sum(counts.values()) == row.candidates, f"{counts} of {row.candidates}"
    note = SentNote(started=row.started, runs=row.runs, candidates=row.candidates, counts=counts)
    archive.note_sent(key, route.name, note)
    return counts


def _run(
    program: Program,
    issue: Issue,
    route: Route,
    mailing: Mailing,
    *,
    clock: Clock,
    limit: int | None,
    asked: bool,
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
        letter=letters.letter if (chat := route.chat) is None else lambda _: letters.announcement(chat()),
        crew=crew,
        connections=route.connections,
        now=lambda: program.now + timedelta(seconds=clock.monotonic() - begun),
        limit=limit,
        asked=asked,
        told=listener.settled,
        refused=lambda number: suspended.append(refused(program, number)),
        stopping=stopping,
    )
    try:
        run = sending.run()
    finally:
        counts = _note(program.archive, issue.key, route, mailing)
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


def send_copy(
    program: Program, key: str | None, address: str, *, link: str, trends: tuple[str, ...], language: str = ""
) -> Outcome:
    """Send a test copy of an issue, draft or closed, to one address. The ledger does not record it.

    Raises:
        DeliveryError: it was not accepted; the cause is the server's reply.
    """
    issue = program.archive.read(key or latest(program.store, program.archive))
    route = people_route(program.workspace, program.config)
    letters = Letters(program, issue, date=program.now, sign=route.sign)
    letter = letters.copy(address, link=link, trends=trends, language=language, now=program.now)
    if letter is None:
        raise DeliveryError(address, f"issue {issue.key} has nothing in the trends they chose", "name another address")
    outcome = send_one(route.connect(), letter)
    if outcome.kind != "accepted":
        raise DeliveryError(
            f"{address} by {route.place}", outcome.reply, "correct `delivery` in feeds.yaml, or try again later"
        )
    return outcome


def count_recipients(program: Program, key: str | None) -> tuple[str, int]:
    """The issue that `send` would mail, and to how many people it would go now."""
    chosen = key or latest(program.store, program.archive)
    mailing = program.store.ledger.mailing(chosen, people_route(program.workspace, program.config).name)
    if mailing.row() is None:
        return chosen, program.store.subscribers.counts().get("active", 0)
    return chosen, mailing.count_due(program.now, asked=True)


def plan(program: Program, key: str | None) -> tuple[Planned, ...]:
    """What `send` would do now, on every route. Changes nothing."""
    issue = closed_issue(program, key)
    return tuple(_planned(program, issue, route) for route in routes(program.workspace, program.config))


def _planned(program: Program, issue: Issue, route: Route) -> Planned:
    mailing = program.store.ledger.mailing(issue.key, route.name)
    due = candidates = program.store.subscribers.counts().get("active", 0) if route.people else 1
    if (row := mailing.row()) is not None:
        due, candidates = mailing.count_due(program.now), row.candidates
    letters = Letters(program, issue, date=program.now, sign=route.sign)
    letter = letters.copy("somebody@example.org", link="", trends=(), now=program.now) if route.people else None
    size = len(letter.content) if letter else 0
    planned = Planned(route=route.name, place=route.place, candidates=candidates, due=due, size=size)
    chat = route.chat() if route.chat else None
    if chat is None or isinstance(chat, str):
        return replace(planned, refused=chat or "")
    title, text = letters.announced(chat)
    return replace(planned, service=chat.service, title=title, text=text)
