"""Mailings at the desk: their pages, tests, sending, pausing, and deciding on recipients in doubt. Refusals are shown on the mailing's page."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from urllib.parse import quote

from aiohttp import web

from digest.errors import DigestError, UsageError
from digest.model import Issue
from digest.services import mailing_decisions
from digest.services.archive_index import catalogue_of
from digest.services.context import Program
from digest.services.gate import ruling
from digest.services.send import count_recipients, send_copy
from digest.services.transports import routes
from digest.text.addresses import parse
from digest.text.clean import one_line, readable
from digest.text.formatting import count
from digest.web.desk.answers import Find, find, page, page_of, render, see
from digest.web.desk.door import refuse
from digest.web.desk.mailing import Run, progress
from digest.web.desk.place import LIMITS, Desk
from digest.web.desk.sessions import Session
from digest.web.requests import Form, form_of, text_of

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
        return page(await self.desk.read(lambda program: listing(program, session, asked, told)))

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info["key"]
        state, told = self.desk.mailings.state(key), session.take_flash()
        return page(await self.desk.read(lambda program: sending(program, key, session, state, told)))

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
    """The decision in a form on recipients in doubt, and the recipients; an empty list means all.

    Raises:
        UsageError: no decision is given, or nobody is chosen.
    """
    who = [one for one in form.getall("who", []) if isinstance(one, str)]
    answer = text_of(form, "do")
    if answer not in ("received", "not_received"):
        raise UsageError("the desk", f"does not know {answer!r}", "reload the page")
    if not who and text_of(form, "all") != "yes":
        raise UsageError("recipients in doubt", "nobody was chosen", "tick those that the decision is about")
    return "received" if answer == "received" else "not_received", who


def _tested(program: Program, key: str, given: list[str]) -> list[str]:
    """Send the copies; the addresses that were accepted.

    Raises:
        UsageError: there are no addresses or too many, or one is invalid.
        DeliveryError: one was not accepted.
    """
    if not given or len(given) > MOST_TESTS:
        raise UsageError("a test copy", f"needs one to {MOST_TESTS} addresses", "separate them by spaces or commas")
    addresses = [parse(one).text for one in given]
    for address in addresses:
        send_copy(program, key, address, link="", trends=())
    return addresses
