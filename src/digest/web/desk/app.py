"""The routes of the desk. Reading is GET; everything that changes something is POST, with the session's token."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode

from aiohttp import web
from multidict import MultiDictProxy

from digest.config import trend_files
from digest.errors import DigestError
from digest.lint.colours import DARK
from digest.model import Workspace
from digest.services import edit as editing
from digest.services.approval import take_back
from digest.services.context import Program, program_at, read_config
from digest.storage.files import resources
from digest.text.clean import anchor, one_line
from digest.web.app import guard
from digest.web.archive import policy_in
from digest.web.desk import pages
from digest.web.desk.changes import Asked, change
from digest.web.desk.mailing import Mailings
from digest.web.desk.sessions import Session, Sessions, meant

COOKIE = "digest-desk"
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FRAMED = "frame-ancestors 'self'; sandbox allow-popups"
_MAIL = f"default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; form-action 'none'; base-uri 'none'; {_FRAMED}"
_HERE = Path(__file__).parent
_STATIC = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "Sortable.min.js": "text/javascript",
}
FORM_BYTES = 256_000

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Answer = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: the workspace, the clock and who is signed in."""

    place: Workspace
    clock: Callable[[], datetime]
    sessions: Sessions
    mailings: Mailings = field(default_factory=Mailings)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one change at a time

    @contextmanager
    def opened(self, *, writes: bool) -> Iterator[Program]:
        """The workspace as a command opens it, with today's feeds.yaml."""
        known = trend_files.load(resources.trend_texts(self.place))
        settings = read_config(self.place, known)
        with program_at(self.clock(), self.place, settings, known, writes=writes, waiting=lambda _: None) as program:
            yield program

    async def read(self, ask: Callable[[Program], T]) -> T:
        """Ask the workspace, in a thread beside the event loop."""
        return await asyncio.to_thread(self._with, ask, False)

    async def write(self, ask: Callable[[Program], T]) -> T:
        """Change the workspace, in a thread, after the changes before it."""
        async with self.turn:
            return await asyncio.to_thread(self._with, ask, True)

    def _with(self, ask: Callable[[Program], T], writes: bool) -> T:
        with self.opened(writes=writes) as program:
            return ask(program)


def make_desk(desk: Desk) -> web.Application:
    """An application with the desk alone, below `/desk`."""
    app = web.Application(client_max_size=FORM_BYTES)
    app.on_response_prepare.append(guard)
    app.on_shutdown.append(desk.mailings.stop)
    app.add_routes(routes(desk))
    return app


def routes(desk: Desk) -> Sequence[web.AbstractRouteDef]:
    """The routes of the desk."""
    on = _Answers(desk)
    reading = {
        "/desk/": on.start,
        "/desk/{key}/": on.show,
        "/desk/{key}/item": on.item,
        "/desk/{key}/preview/{kind:mail|web|text}": on.preview,
        "/desk/{key}/sending": on.sending,
    }
    changing = {
        "/desk/leave": on.leave,
        "/desk/{key}/change": on.change,
        "/desk/{key}/test": on.test,
        "/desk/{key}/approve": on.approve,
        "/desk/{key}/take-back": on.take_back,
        "/desk/{key}/pause": on.pause,
        "/desk/{key}/resume": on.resume,
    }
    return [
        web.get("/desk", on.without_slash),
        web.get("/desk/enter/{token}", on.enter),
        web.get("/desk/static/{name}", _static),
        *(web.get(path, on.inside(answer)) for path, answer in reading.items()),
        *(web.post(path, on.inside(answer, changes=True)) for path, answer in changing.items()),
    ]


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers to the desk's requests."""

    desk: Desk

    def inside(self, answer: Answer, *, changes: bool = False) -> Handler:
        """An answer for those who are signed in. One that changes something also wants the token of the session's own pages."""

        async def handle(request: web.Request) -> web.StreamResponse:
            session = self.desk.sessions.find(request.cookies.get(COOKIE, ""))
            if session is None:
                return _page(pages.message("Sign in", "Open the link that `digest desk` prints."), status=401)
            if changes and not (_own(request) and meant(session, (await request.post()).get("csrf"))):
                return _page(pages.message("Refused", "This form is not from your desk. Reload the page."), status=403)
            try:
                return await answer(request, session)
            except DigestError as error:
                if not changes:
                    return _page(pages.message("Not possible", one_line(str(error))), status=400)
                session.flash = one_line(str(error))
                return _see(f"/desk/{quote(request.match_info['key'])}/")

        return handle

    async def without_slash(self, _request: web.Request) -> web.StreamResponse:
        return _see("/desk/")

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Start a session by a link that works once."""
        cookie = self.desk.sessions.enter(request.match_info["token"])
        if cookie is None:
            words = "It was used already, or is older than half an hour. Run `digest desk` again for a new one."
            return _page(pages.message("This link does not work", words), status=403)
        answer = _see("/desk/")
        answer.set_cookie(COOKIE, cookie, path="/desk", httponly=True, samesite="Strict", secure=request.secure)
        return answer

    async def leave(self, request: web.Request, _session: Session) -> web.StreamResponse:
        self.desk.sessions.leave(request.cookies.get(COOKIE, ""))
        return _page(pages.message("Signed out", "Run `digest desk` for a new link."))

    async def start(self, _request: web.Request, _session: Session) -> web.StreamResponse:
        key = await self.desk.read(pages.current)
        return _see(f"/desk/{quote(key)}/") if key else _page(pages.message("No draft", pages.NO_DRAFT))

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        key, look, told = request.match_info["key"], pages.look(request.query), session.take_flash()
        return _page(await self.desk.read(lambda program: pages.draft(program, key, session, look, told)))

    async def item(self, request: web.Request, session: Session) -> web.StreamResponse:
        key, id_ = request.match_info["key"], request.query.get("id", "")
        return _page(await self.desk.read(lambda program: pages.item(program, key, session, id_)))

    async def change(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Change the draft, then show it again at the same place."""
        key, asked = request.match_info["key"], _asked(await request.post())
        await self.desk.write(lambda program: change(program, key, asked, session.who))
        back = {name: value for name in ("q", "place") if (value := request.query.get(name))}
        about = asked.do.partition(" ")[2] or asked.item
        target = f"#{anchor(about)}" if about else ""
        return _see(f"/desk/{quote(key)}/{'?' + urlencode(back) if back else ''}{target}")

    async def preview(self, request: web.Request, _session: Session) -> web.StreamResponse:
        key, kind = request.match_info["key"], request.match_info["kind"]
        files = await self.desk.read(lambda program: pages.files(program, key))
        return _preview(files, kind, request.query.get("scheme", "light"))

    async def test(self, request: web.Request, session: Session) -> web.StreamResponse:
        key, address = request.match_info["key"], str((await request.post()).get("address", ""))
        await self.desk.read(lambda program: pages.send_test(program, key, address))
        session.flash = f"A test copy is on its way to {one_line(address, 200)}."
        return _see(f"/desk/{quote(key)}/")

    async def approve(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Approve the issue, as it was when the page was shown."""
        key, seen = request.match_info["key"], str((await request.post()).get("seen", ""))
        await self.desk.read(lambda program: editing.refuse_outdated(program, key, seen))
        await self.desk.mailings.approve(self.desk.opened, key, session.who)
        session.flash = f"Approved by {session.who}."
        ahead = await self.desk.read(lambda program: pages.is_approved(program, key))
        return _see(f"/desk/{quote(key)}/" if ahead else f"/desk/{quote(key)}/sending")

    async def take_back(self, request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info["key"]
        await self.desk.write(lambda program: take_back(program.store, key))
        session.flash = "The issue is held again."
        return _see(f"/desk/{quote(key)}/")

    async def sending(self, request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info["key"]
        state, told = self.desk.mailings.state(key), session.take_flash()
        return _page(await self.desk.read(lambda program: pages.sending(program, key, session, state, told)))

    async def pause(self, request: web.Request, _session: Session) -> web.StreamResponse:
        self.desk.mailings.pause(request.match_info["key"])
        return _see(f"/desk/{quote(request.match_info['key'])}/sending")

    async def resume(self, request: web.Request, _session: Session) -> web.StreamResponse:
        await self.desk.mailings.resume(self.desk.opened, request.match_info["key"])
        return _see(f"/desk/{quote(request.match_info['key'])}/sending")


async def _static(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    if name not in _STATIC:
        raise web.HTTPNotFound
    return web.Response(
        body=_bytes(name),
        content_type=_STATIC[name],
        charset="utf-8",
        headers={"Cache-Control": "private, max-age=3600"},
    )


@cache
def _bytes(name: str) -> bytes:
    return (_HERE / "static" / name).read_bytes()


def _own(request: web.Request) -> bool:
    """Whether the browser says that a page of this server sent the form, if it says anything of it."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site in ("same-origin", "none") and (origin is None or origin.partition("://")[2] == request.host)


def _asked(form: MultiDictProxy[str | bytearray | bytes | web.FileField]) -> Asked:
    def one(name: str) -> str:
        value = form.get(name, "")
        return value if isinstance(value, str) else ""

    def maybe(name: str) -> str | None:
        return one(name) if name in form else None

    return Asked(
        seen=one("seen"),
        do=one("do") or one("action"),
        place=one("place"),
        items=tuple(value for value in form.getall("items", []) if isinstance(value, str)),
        item=one("item"),
        trend=one("trend"),
        title=maybe("title"),
        summary=maybe("summary"),
        subject=maybe("subject"),
        preheader=maybe("preheader"),
        note=maybe("note"),
        url=one("url"),
    )


def _preview(files: dict[str, str], kind: str, scheme: str) -> web.Response:
    """A file of the draft as a browser or a mail program shows it, without any right of the desk's own pages."""
    if kind == "text":
        return web.Response(
            text=files["email.txt"], content_type="text/plain", headers={"Content-Security-Policy": _MAIL}
        )
    text = files["email.html" if kind == "mail" else "index.html"]
    policy = _MAIL if kind == "mail" else f"{policy_in(text.encode()[:4096])}; {_FRAMED}"
    shown = text.replace(DARK, "(min-width: 0px)" if scheme == "dark" else "(max-width: 0px)")
    return web.Response(text=shown, content_type="text/html", headers={"Content-Security-Policy": policy})


def _page(html: str, *, status: int = 200) -> web.Response:
    headers = {"Content-Security-Policy": PAGE, "Referrer-Policy": "same-origin"}  # without it, forms have no Origin
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)


def _see(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
