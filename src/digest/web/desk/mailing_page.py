"""The pages of mailings: who would get an issue and how, how far its mailing is, and what is left for a person to decide."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Issue
from digest.services.archive_index import catalogue_of
from digest.services.context import Program
from digest.services.gate import ruling
from digest.services.send import count_recipients
from digest.services.transports import routes
from digest.text.clean import one_line, readable
from digest.web.desk.answers import Find, page_of, render
from digest.web.desk.mailing import Run, progress
from digest.web.desk.sessions import Session

LISTED = 30  # issues on a page of all mailings


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One route, and how many would get the issue on it now."""

    route: str
    place: str
    people: bool
    due: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One issue on the page of all mailings."""

    key: str
    title: str
    state: str
    reached: int
    people: int


def listing(program: Program, session: Session, asked: Find, told: str) -> str:
    """A page of all mailings, latest first."""
    catalogue = catalogue_of(program.store, program.archive)
    keys = [*sorted(catalogue.drafts(), reverse=True), *reversed(catalogue.closed())]
    shown = page_of(len(keys), LISTED, asked.page)
    rows = [_listed(program, key) for key in shown.of(keys)]
    return render("mailings", session, rows=rows, asked=asked, page=shown, told=told)


def _listed(program: Program, key: str) -> Listed:
    row = program.store.publications.get(key)
    books = [program.store.ledger.mailing(key, route.name) for route in routes(program.workspace, program.config)]
    counts = [book.counts() for book in books if book.row() is not None]
    paused = program.store.pauses.get(key) is not None
    issue = program.archive.read(key)
    state = "paused" if paused else row.state if row else "draft" if issue.state == "draft" else ""
    return Listed(
        key=key,
        title=readable(issue.subject or issue.title),
        state=state or ("sent" if counts else "not sent"),
        reached=sum(one["accepted"] for one in counts),
        people=sum(sum(one.values()) for one in counts),
    )


def sending(program: Program, key: str, session: Session, run: Run, told: str) -> str:
    """The mailing of one issue."""
    issue = program.archive.read(key)
    row = program.store.publications.get(key)
    pause = program.store.pauses.get(key)
    mailings = [
        progress(program.store.ledger.mailing(key, route), route, named=session.owner, note=note)
        for route, note in sorted(program.archive.sent(key).items())
    ]
    ways = tuple(_ways(program, key))
    return render(
        "sending",
        session,
        key=key,
        draft=issue.state == "draft",
        state=row.state if row else "sent" if mailings else "not sent",
        reason=row.reason if row else "",
        running=run.running,
        renews=run.running or (row is not None and row.state == "sending" and pause is None),
        paused=f"{pause.by or 'somebody'}, {pause.at:%Y-%m-%d %H:%M} UTC" if pause else "",
        pausing=run.running and pause is not None,
        trouble=one_line(str(run.error)) if run.error else "",
        mailings=mailings,
        ways=ways,
        due=sum(one.due for one in ways),
        refusal=_refusal(program, issue),
        early=issue.state == "draft" and program.now < issue.slot,
        slot=f"{issue.slot:%a %d %B, %H:%M} UTC",
        me_address=session.who if "@" in session.who else "",
        told=told,
    )


def _ways(program: Program, key: str) -> Iterator[Way]:
    for route in routes(program.workspace, program.config):
        book = program.store.ledger.mailing(key, route.name)
        new = count_recipients(program, key)[1] if route.people else 1
        yield Way(
            route=route.name,
            place=route.place.removeprefix(f"{program.workspace.root}/"),
            people=route.people,
            due=new if book.row() is None else book.count_due(program.now, asked=True),
        )


def _refusal(program: Program, issue: Issue) -> str:
    """Why the issue cannot be sent from here; empty if it can."""
    if issue.state == "closed":
        return ""
    row = program.store.publications.get(issue.key)
    if row is not None and row.state == "held":
        return "It is held: approve it on the page of the draft."
    stopped = ruling(issue, (), program.config)
    return f"It cannot be sent: {stopped.reason}." if stopped else ""
