"""The ways into the desk and out of it: links from a mail or a terminal, sessions, sign-out.

The answer to a request for a link is the same for every address; whether there is such an account is looked up afterwards. A link in a
mail shows a page whose button signs in: programs that follow every link of a mail do not use it up, and the form comes from our own
page, so that the browser sends and keeps a cookie that is bound to the site.
"""

import asyncio
import logging
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from aiohttp import web

from digest.errors import DeliveryError, DigestError, UsageError
from digest.mail.single_letters import desk_link
from digest.services.desk_accounts import link_to, new_link
from digest.storage.db import located, open_store
from digest.text import addresses
from digest.text.addresses import Address
from digest.web.desk import pages
from digest.web.desk.answers import page, see
from digest.web.desk.audit import note
from digest.web.desk.place import Desk
from digest.web.desk.sessions import MAILED_LINK, Session
from digest.web.requests import form_of, text_of

_log = logging.getLogger(__name__)
AT_ONCE = 20  # links being mailed at once
_KEY = re.compile(r"[A-Za-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Entry:
    """The routes by which people come in and leave."""

    desk: Desk
    _sending: set["asyncio.Task[None]"] = field(default_factory=set)

    async def cookie_of(self, request: web.Request) -> Session | None:
        """The session of a request."""
        return await asyncio.to_thread(self.desk.sessions.find, self._cookie(request))

    def refuse(self, issue: str = "", *, told: str = "") -> web.Response:
        """Ask who is not signed in to do so; `issue` is what they wanted to see."""
        if self.desk.mail is None:
            return page(pages.message("Sign in", told or "Open the link that `digest desk` prints."), status=401)
        return page(pages.sign_in(issue if _KEY.fullmatch(issue) else "", told), status=401)

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Mail a link to the account with this address, if there is one."""
        form = await form_of(request)
        issue, given = text_of(form, "issue"), text_of(form, "address")
        try:
            address = addresses.parse(given)
        except UsageError:
            return self.refuse(issue, told="Write your address like name@example.org.")
        client = self.desk.callers.client(request)
        if len(self._sending) >= AT_ONCE or not await self.desk.limits.take("link", client):
            return page(pages.message("Too many requests", "Please try again in a few minutes."), status=429)
        limits = self.desk.limits
        if await limits.take("mailbox", addresses.mailbox(address.key)) and await limits.take("links"):
            task = asyncio.create_task(self._send(request, address, issue if _KEY.fullmatch(issue) else ""))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        minutes = MAILED_LINK.seconds // 60
        words = f"If there is an account with this address, a mail with a link is on its way. The link works for {minutes} minutes."
        return page(pages.message("Check your inbox", words))

    async def finish(self, _app: web.Application) -> None:
        """Mail what is being mailed before the server stops."""
        if self._sending:
            await asyncio.wait(list(self._sending), timeout=20)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show a link's button. In a terminal, the link opens the desk at once."""
        token = request.match_info["token"]
        if self.desk.mail is None:
            return await self._enter(request, token)
        if await asyncio.to_thread(self.desk.sessions.leads_to, token) is None:
            return await self._unknown(request)
        return page(pages.entering(token))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Sign in by a link's button."""
        if not self.desk.own(request):
            return page(pages.message("Refused", "This form is not from your desk."), status=403)
        return await self._enter(request, request.match_info["token"])

    async def leave(self, request: web.Request, session: Session) -> web.StreamResponse:
        await asyncio.to_thread(self.desk.sessions.leave, self._cookie(request))
        return self._left(session)

    async def leave_everywhere(self, _request: web.Request, session: Session) -> web.StreamResponse:
        await asyncio.to_thread(self.desk.sessions.leave_everywhere, session)
        return self._left(session)

    def _left(self, session: Session) -> web.Response:
        words = "Run `digest desk` for a new link." if session.account is None else "Nobody can go on in this browser."
        return page(pages.message("Signed out", words))

    async def _enter(self, request: web.Request, token: str) -> web.StreamResponse:
        """Begin a session. Somebody who is signed in already goes on to the link's issue, even if the link is used up."""
        issue = await asyncio.to_thread(self.desk.sessions.leads_to, token)
        if issue is None:
            return await self._unknown(request)
        target = f"/desk/{quote(issue, safe='')}/" if issue else "/desk/"
        before = self._cookie(request)
        entered = await asyncio.to_thread(lambda: self.desk.sessions.enter(token, instead_of=before))
        if entered is None:
            session = await self.cookie_of(request)
            return see(target) if session is not None else await self._unknown(request, issue)
        await note(self.desk, request, entered.who, "signed in")
        answer = see(target)
        name, path = ("digest-desk", "/desk") if self.desk.mail is None else ("__Host-digest-desk", "/")
        answer.set_cookie(
            name,
            entered.cookie,
            path=path,
            httponly=True,
            samesite="Strict",
            secure=self.desk.mail is not None or request.secure,
        )
        return answer

    async def _unknown(self, request: web.Request, issue: str = "") -> web.Response:
        """The answer to a link that does not work, limited in rate."""
        if not await self.desk.limits.take("guess", self.desk.callers.client(request)):
            return page(pages.message("Too many requests", "Please try again in a few minutes."), status=429)
        if self.desk.mail is None:
            words = "It was used already, or is older than half an hour. Run `digest desk` again for a new one."
            return page(pages.message("This link does not work", words), status=403)
        words = "The link does not work: it is incomplete, too old, or was used already. Ask for a new one."
        answer = self.refuse(issue, told=words)
        answer.set_status(403)
        return answer

    def _cookie(self, request: web.Request) -> str:
        return request.cookies.get("digest-desk" if self.desk.mail is None else "__Host-digest-desk", "")

    async def _send(self, request: web.Request, address: Address, issue: str) -> None:
        """Mail a link, if there is an account that may be used. The log never has an address that somebody only typed."""
        mail = self.desk.mail
        assert mail is not None
        try:
            made = await asyncio.to_thread(self._made, address, issue)
            if made is None:
                return
            who, token = made
            letter = desk_link(
                who,
                link=link_to(mail.imprint.base_url, token),
                minutes=MAILED_LINK.seconds // 60,
                imprint=mail.imprint,
                date=self.desk.sessions.clock(),
            )
            outcome = await asyncio.to_thread(mail.post, letter)
        except (DeliveryError, DigestError) as error:
            _log.warning("desk: a link was not sent: %s", error.cause)
            return
        if outcome.kind == "accepted":
            await note(self.desk, request, who, "was mailed a link")
        else:
            _log.warning("desk: a link was not sent: %s", outcome.kind)

    def _made(self, address: Address, issue: str) -> tuple[str, str] | None:
        """The account's address and the token of a new link; None if there is no such account."""
        with open_store(located(self.desk.place)) as store:
            account = store.desk_accounts.find(address.key)
            if account is None or account.disabled is not None:
                return None
            now = self.desk.sessions.clock()
            token = new_link(store, now, who=account.address, account=account.id, lasts=MAILED_LINK, issue=issue)
            return account.address, token
