"""The answers about mailings: tests, sending, pausing, and deciding on recipients in doubt. What is refused is told on the mailing's page."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import quote

from aiohttp import web

from digest.errors import DigestError, UsageError
from digest.services import mailing_decisions
from digest.services.context import Program
from digest.services.send import send_copy
from digest.text.addresses import parse
from digest.text.clean import one_line
from digest.text.formatting import count
from digest.web.desk import mailing_page
from digest.web.desk.answers import find, page, see
from digest.web.desk.door import refuse
from digest.web.desk.place import LIMITS, Desk
from digest.web.desk.sessions import Session
from digest.web.requests import Form, form_of, text_of

MOST_TESTS = 20  # addresses that get one test
_BETWEEN = re.compile(r"[\s,;]+")
Answered = Callable[["Mailing", web.Request, Session], Awaitable[str]]


def _answer(act: Answered) -> "Callable[[Mailing, web.Request, Session], Awaitable[web.StreamResponse]]":
    """Act, then show the page of the mailing, or that of the draft if the form is from there, with what was done or refused."""

    @wraps(act)
    async def answer(self: "Mailing", request: web.Request, session: Session) -> web.StreamResponse:
        try:
            session.flash = await act(self, request, session)
        except DigestError as error:
            refuse(request, session, error)
        part = "" if text_of(await form_of(request), "back") == "draft" else "sending"
        return see(f"/desk/{quote(request.match_info['key'])}/{part}")

    return answer


@dataclass(frozen=True, slots=True)
class Mailing:
    """The answers about mailings."""

    desk: Desk

    async def listing(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked, told = find(request.query), session.take_flash()
        return page(await self.desk.read(lambda program: mailing_page.listing(program, session, asked, told)))

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info["key"]
        state, told = self.desk.mailings.state(key), session.take_flash()
        return page(await self.desk.read(lambda program: mailing_page.sending(program, key, session, state, told)))

    @_answer
    async def test(self, request: web.Request, session: Session) -> str:
        """Send a test copy to each of the addresses. How often one person may do so is limited."""
        if not await self.desk.limits.take("test", session.who):
            times = LIMITS["test"][0]
            raise UsageError(
                "a test copy", f"was requested {times} times within minutes", "wait a minute, then try again"
            )
        key, form = request.match_info["key"], await form_of(request)
        given = list(dict.fromkeys(filter(None, _BETWEEN.split(text_of(form, "addresses")))))
        sent = await self.desk.read(lambda program: _tested(program, key, given))
        return f"A test copy is on its way to {one_line(', '.join(sent), 500)}."

    @_answer
    async def send(self, request: web.Request, session: Session) -> str:
        """Send the issue to everybody who has not received it."""
        key, form = request.match_info["key"], await form_of(request)
        early = text_of(form, "early") == "yes"
        await self.desk.mailings.send(self.desk.opened, key, early=early)
        return f"Started by {session.who}."

    @_answer
    async def pause(self, request: web.Request, session: Session) -> str:
        key = request.match_info["key"]
        await self.desk.read(lambda program: mailing_decisions.pause(program, key, session.who))
        return "It is paused. Nobody is skipped, and nobody gets it twice."

    @_answer
    async def resume(self, request: web.Request, _session: Session) -> str:
        await self.desk.mailings.resume(self.desk.opened, request.match_info["key"])
        return "It continues."

    @_answer
    async def settle(self, request: web.Request, session: Session) -> str:
        """Decide on recipients in doubt, and send to those who did not receive it."""
        key = request.match_info["key"]
        given, who = decision(await form_of(request))
        number = await self.desk.read(lambda program: mailing_decisions.settle(program, key, who, given, session.who))
        if given == "received":
            return f"{count(number, 'recipient')} counted as received."
        await self.desk.mailings.resume(self.desk.opened, key)
        return f"It is sent again to {count(number, 'recipient')}."


def decision(form: Form) -> tuple[mailing_decisions.Answer, list[str]]:
    """What a form says of recipients in doubt, and of which; nobody means all of them.

    Raises:
        UsageError: it says nothing, or of nobody.
    """
    who = [one for one in form.getall("who", []) if isinstance(one, str)]
    answer = text_of(form, "do")
    if answer not in ("received", "not_received"):
        raise UsageError("the desk", f"does not know {answer!r}", "reload the page")
    if not who and text_of(form, "all") != "yes":
        raise UsageError("recipients in doubt", "nobody was chosen", "tick those whom you decide on")
    return "received" if answer == "received" else "not_received", who


def _tested(program: Program, key: str, given: list[str]) -> list[str]:
    """Send the copies; the addresses that were accepted.

    Raises:
        UsageError: there are no addresses or too many, or one is none.
        DeliveryError: one was not accepted.
    """
    if not given or len(given) > MOST_TESTS:
        raise UsageError(
            "a test copy", f"needs one to {MOST_TESTS} addresses", "write them with spaces or commas between"
        )
    addresses = [parse(one).text for one in given]
    for address in addresses:
        send_copy(program, key, address, link="", trends=())
    return addresses
