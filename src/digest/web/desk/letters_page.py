"""The pages of readers' own letters: when the next are due, the rounds, and how far each is."""

from dataclasses import dataclass

from digest.services.context import Program
from digest.services.rounds import ROUND, next_letters, no_round
from digest.services.send_letters import count_due
from digest.services.transports import people_route
from digest.text.clean import one_line
from digest.web.desk.answers import render
from digest.web.desk.mailing import Run
from digest.web.desk.paging import Find, page_of
from digest.web.desk.progress import progress
from digest.web.desk.sessions import Session

LISTED = 30  # rounds on a page


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One round of letters in the list."""

    key: str
    begun: str
    state: str
    reached: int
    people: int
    waits: bool  # somebody of it has not got theirs


def listing(program: Program, session: Session, asked: Find, run: Run, told: str) -> str:
    """What is due, and a page of the rounds, latest first."""
    store, route = program.store, _route(program)
    page = page_of(store.ledger.count(ROUND, route), LISTED, asked.page)
    keys = store.ledger.latest(ROUND, route, limit=LISTED, after=page.start)
    coming = next_letters(program)
    return render(
        "letters",
        session,
        coming=coming,
        coming_at=f"{coming.at:%a %d %B, %H:%M} UTC" if coming else "",
        lost=store.letters.lost() is not None,
        due=count_due(program, None),
        running=run.running,
        trouble=one_line(str(run.error)) if run.error else "",
        rows=[_round(program, key) for key in keys],
        page=page,
        asked=asked,
        told=told,
    )


def one_round(program: Program, key: str, session: Session, run: Run, told: str) -> str:
    """How far one round is, and what is left for a person to decide.

    Raises:
        NotFoundError: there is no such round.
    """
    found, pause = _round(program, key), program.store.pauses.get(key)
    route = _route(program)
    return render(
        "round",
        session,
        one=found,
        waits=found.waits,
        running=run.running,
        renews=run.running or found.state == "being sent",
        paused=f"{pause.by or 'somebody'}, {pause.at:%Y-%m-%d %H:%M} UTC" if pause else "",
        trouble=one_line(str(run.error)) if run.error else "",
        mailing=progress(program.store.ledger.mailing(key, route), route, named=session.owner),
        told=told,
    )


def _route(program: Program) -> str:
    return people_route(program.workspace, program.config).name


def _round(program: Program, key: str) -> Round:
    book = program.store.ledger.mailing(key, _route(program))
    row = book.row()
    if not key.startswith(ROUND) or row is None:
        raise no_round(key)
    counts = book.counts()
    waits = bool(counts["pending"] or counts["offered"])
    if program.store.pauses.get(key) is not None:
        state = "paused"
    else:
        state = "being sent" if counts["offered"] else "waiting" if waits else "finished"
    doubt = f", {counts['in_doubt']} in doubt" if counts["in_doubt"] else ""
    return Round(
        key=key,
        begun=f"{row.started:%Y-%m-%d %H:%M}",
        state=state + doubt,
        reached=counts["accepted"],
        people=row.candidates,
        waits=waits,
    )
