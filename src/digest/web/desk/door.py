"""The one place at which every request to the desk is let in or refused."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import web

from digest.errors import DigestError, WorkspaceError
from digest.storage.db.desk import Role
from digest.text.clean import one_line
from digest.web.desk import pages
from digest.web.desk.answers import FORM_BYTES, page, see
from digest.web.desk.audit import note
from digest.web.desk.entry import Entry
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session, meant
from digest.web.requests import form_of, text_of

# The routes of an editor; a route that is missing here is an owner's.
EDITORS: Final = frozenset(
    {
        ("GET", "/desk/"),
        ("GET", "/desk/{key}/"),
        ("GET", "/desk/{key}/item"),
        ("GET", "/desk/{key}/preview/{kind}"),
        ("GET", "/desk/{key}/sending"),
        ("GET", "/desk/mailings"),
        ("GET", "/desk/letters"),
        ("GET", "/desk/letters/{round}"),
        ("POST", "/desk/letters/{round}/pause"),
        ("POST", "/desk/leave"),
        ("POST", "/desk/leave-everywhere"),
        ("POST", "/desk/{key}/change"),
        ("POST", "/desk/{key}/test"),
        ("POST", "/desk/{key}/approve"),
        ("POST", "/desk/{key}/take-back"),
        ("POST", "/desk/{key}/pause"),
    }
)

# Of what only reads, that which the log names.
NOTED: Final = frozenset({"/desk/subscribers/export"})
ABOUT = "about"  # where an answer leaves what the log is to say of it
_REFUSED = "refused"
LISTS = ("accounts", "feeds", "letters", "subscribers")
_log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Answer = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]
PLAIN = "The desk opens over https only. Ask for it at its https:// address, or let the proxy in front of it send X-Forwarded-Proto."


def may(role: Role, method: str, route: str) -> bool:
    """Whether a role may ask for a route, given by its pattern."""
    return role == "owner" or ("GET" if method == "HEAD" else method, route) in EDITORS


@dataclass(frozen=True, slots=True)
class Door:
    """The door of one desk."""

    desk: Desk
    entry: Entry

    def outside(self, answer: Handler) -> Handler:
        """An answer for everybody, over https."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if not self.desk.secure(request):
                _log.warning("desk: refused a request without https; see serve.trusted_proxies")
                return page(pages.message("No https", PLAIN), status=403)
            try:
                return await answer(request.clone(client_max_size=FORM_BYTES))
            except WorkspaceError as error:  # another process holds the store for long
                return page(pages.message("Not possible now", one_line(str(error))), status=503)

        return handle

    def inside(self, answer: Answer, *, changes: bool = False, most: int = FORM_BYTES) -> Handler:
        """An answer for those who are signed in and may have it.

        Args:
            answer: gives it.
            changes: it changes something, and also wants the token of the session's own pages.
            most: the largest form, in bytes.
        """

        async def handle(request: web.Request) -> web.StreamResponse:
            request = request.clone(client_max_size=most)
            session = await self.entry.cookie_of(request)
            if session is None:
                return self.entry.refuse(request.match_info.get("key", ""))
            if not may(session.role, request.method, _route(request)):
                await note(self.desk, request, session.who, f"was refused {_named(request)}")
                return page(pages.message("Refused", "Only an owner of the desk may do this."), status=403)
            if changes and not (self.desk.own(request) and meant(session, text_of(await form_of(request), "csrf"))):
                return page(pages.message("Refused", "This form is not from your desk. Reload the page."), status=403)
            return await (self._changed(request, session, answer) if changes else self._shown(request, session, answer))

        return self.outside(handle)

    async def _shown(self, request: web.Request, session: Session, answer: Answer) -> web.StreamResponse:
        try:
            shown = await answer(request, session)
        except DigestError as error:
            return page(pages.message("Not possible", one_line(str(error))), status=400)
        if _route(request) in NOTED:
            await note(self.desk, request, session.who, _named(request))
        return shown

    async def _changed(self, request: web.Request, session: Session, answer: Answer) -> web.StreamResponse:
        """Change something, and write down what was done. An answer that tells a refusal itself says so with `refuse`."""
        form, key = await form_of(request), request.match_info.get("key", "")
        try:
            done = await answer(request, session)
        except DigestError as error:
            session.flash = one_line(str(error))
            return see(f"/desk/{quote(key)}/" if key else page_of_list(request))
        if request.get(_REFUSED):
            return done
        about = request.get(ABOUT) or " ".join(filter(None, (key, text_of(form, "do"), text_of(form, "item"))))
        await note(self.desk, request, session.who, _named(request), about)
        return done


def refuse(request: web.Request, session: Session, error: DigestError) -> None:
    """Tell on the next page why a request was refused, and keep it out of the log of what was done."""
    session.flash = one_line(str(error))
    request[_REFUSED] = True


def page_of_list(request: web.Request) -> str:
    """The page from which a form was sent that belongs to no issue: the same page of the same list."""
    name = request.path.split("/")[2]
    if name not in LISTS:
        return "/desk/"
    return request.path_qs if request.path == f"/desk/{name}" else f"/desk/{name}"


def _route(request: web.Request) -> str:
    """The pattern of a request's route."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _named(request: web.Request) -> str:
    """What a request asks for, as the log names it: the last part of its route, after what it belongs to."""
    parts = [part for part in _route(request).split("/")[2:] if part and "{" not in part]
    return " ".join(parts) or "desk"
