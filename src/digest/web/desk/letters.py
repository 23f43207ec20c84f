"""The pages and answers about readers' own letters: send what is due, pause and continue a round, decide on those in doubt."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import quote

from aiohttp import web

from digest.errors import DigestError
from digest.services import mailing_decisions
from digest.services.context import Program
from digest.services.effects import Effects
from digest.services.publish import Published
from digest.services.rounds import ROUND, next_letters, no_round
from digest.services.send_letters import count_due, due_rounds, make_round
from digest.services.transports import people_route
from digest.text.clean import one_line
from digest.text.formatting import count
from digest.web.desk.answers import Find, find, page, page_of, render, see
from digest.web.desk.door import ABOUT, refuse
from digest.web.desk.mailing import Run, progress
from digest.web.desk.mailing_answers import decision
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session
from digest.web.requests import form_of

LISTED = 30  # rounds on a page
ALL = "letters"  # the name of what sends all letters that are due, beside the keys of rounds
Answered = Callable[["Letters", web.Request, Session], Awaitable[str]]


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
        rows=[_row(program, key) for key in keys],
        page=page,
        asked=asked,
        told=told,
    )


def one_round(program: Program, key: str, session: Session, run: Run, told: str) -> str:
    """How far one round is, and what is left for a person to decide.

    Raises:
        NotFoundError: there is no such round.
    """
    found, pause = _row(program, key), program.store.pauses.get(key)
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


def _row(program: Program, key: str) -> Round:
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


def _answer(act: Answered) -> "Callable[[Letters, web.Request, Session], Awaitable[web.StreamResponse]]":
    """Act, then show the page of the round, or of all letters, with what was done or refused."""

    @wraps(act)
    async def answer(self: "Letters", request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info.get("round", "")
        request[ABOUT] = key
        try:
            session.flash = await act(self, request, session)
        except DigestError as error:
            refuse(request, session, error)
        return see(f"/desk/letters/{quote(key)}" if key else "/desk/letters")

    return answer


@dataclass(frozen=True, slots=True)
class Letters:
    """The answers about letters."""

    desk: Desk

    async def listing(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked, run, told = find(request.query), self.desk.mailings.state(ALL), session.take_flash()
        return page(await self.desk.read(lambda program: listing(program, session, asked, run, told)))

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info["round"]
        run, told = self.desk.mailings.state(key), session.take_flash()
        return page(await self.desk.read(lambda program: one_round(program, key, session, run, told)))

    @_answer
    async def send(self, _request: web.Request, session: Session) -> str:
        """Make and send the letters that are due, and continue those that wait."""
        await self.desk.mailings.start(self.desk.opened, ALL, _send_due)
        return f"Started by {session.who}."

    @_answer
    async def pause(self, request: web.Request, session: Session) -> str:
        key = _round(request)
        await self.desk.read(lambda program: mailing_decisions.pause(program, key, session.who))
        return "It is paused. Nobody is skipped, and nobody gets it twice."

    @_answer
    async def resume(self, request: web.Request, _session: Session) -> str:
        await self.desk.mailings.start(self.desk.opened, _round(request), _resume)
        return "It continues."

    @_answer
    async def settle(self, request: web.Request, session: Session) -> str:
        """Decide on recipients in doubt, and send to those who did not receive theirs."""
        key = _round(request)
        given, who = decision(await form_of(request))
        number = await self.desk.read(lambda program: mailing_decisions.settle(program, key, who, given, session.who))
        if given == "received":
            return f"{count(number, 'recipient')} counted as received."
        await self.desk.mailings.start(self.desk.opened, key, _resume)
        return f"It is sent again to {count(number, 'recipient')}."


def _round(request: web.Request) -> str:
    """The key of the round that a request names.

    Raises:
        NotFoundError: no round can have it.
    """
    key = request.match_info["round"]
    if not key.startswith(ROUND):
        raise no_round(key)
    return key


def _send_due(program: Program, effects: Effects, _key: str) -> Published:
    make_round(program)
    rounds = due_rounds(program)
    for key in rounds:
        with program.released():
            effects.letters(program, key)
    return Published(news=(), fetched=(), rounds=rounds)


def _resume(program: Program, effects: Effects, key: str) -> Published:
    mailing_decisions.unpause(program.store, key)
    with program.released():
        effects.letters(program, key)
    return Published(news=(), fetched=(), rounds=(key,))
