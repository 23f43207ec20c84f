"""The answers about readers' own letters: send what is due, pause and continue a round, decide on those in doubt."""

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
from digest.services.rounds import ROUND, no_round
from digest.services.send_letters import due_rounds, make_round
from digest.text.formatting import count
from digest.web.desk import letters_page
from digest.web.desk.answers import page, see
from digest.web.desk.door import ABOUT, refuse
from digest.web.desk.mailing_answers import decision
from digest.web.desk.paging import find
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session
from digest.web.requests import form_of

ALL = "letters"  # the name of what sends all letters that are due, beside the keys of rounds


Answered = Callable[["Letters", web.Request, Session], Awaitable[str]]


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
        return page(await self.desk.read(lambda program: letters_page.listing(program, session, asked, run, told)))

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info["round"]
        run, told = self.desk.mailings.state(key), session.take_flash()
        return page(await self.desk.read(lambda program: letters_page.one_round(program, key, session, run, told)))

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
