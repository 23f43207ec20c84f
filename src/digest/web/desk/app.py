"""The routes of the desk. Reading is GET; everything that changes something is POST, with the session's token."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from multidict import MultiDictProxy

from digest.lint.accessibility import DARK
from digest.render.engine import style_hash
from digest.services import edit as editing
from digest.services.approval import take_back
from digest.services.build import half_changed, mend_change
from digest.text.clean import anchor
from digest.web.app import guard
from digest.web.archive import policy_in
from digest.web.desk import audit, item_page, pages
from digest.web.desk.accounts import Accounts
from digest.web.desk.answers import FORM_BYTES, page, see
from digest.web.desk.audience import MOST_BYTES, Audience
from digest.web.desk.changes import Asked, change
from digest.web.desk.door import Door
from digest.web.desk.entry import Entry
from digest.web.desk.feed_answers import FeedAnswers
from digest.web.desk.letters import Letters
from digest.web.desk.mailing_answers import Mailing
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session

_FRAMED = "frame-ancestors 'self'; sandbox allow-popups"
_MAIL = f"default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; form-action 'none'; base-uri 'none'; {_FRAMED}"
_HERE = Path(__file__).parent
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_STATIC = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "Sortable.min.js": "text/javascript",
}


def make_desk(desk: Desk) -> web.Application:
    """An application with the desk alone, below `/desk`."""
    app = web.Application(client_max_size=FORM_BYTES, middlewares=[desk.callers.known_host])
    app.on_response_prepare.append(guard)
    add_desk(app, desk)
    return app


def add_desk(app: web.Application, desk: Desk) -> None:
    """Add the desk's routes to an application."""
    entry = Entry(desk)
    app.on_shutdown.append(desk.mailings.stop)
    app.on_shutdown.append(entry.finish)
    app.add_routes(routes(desk, entry))


def routes(desk: Desk, entry: Entry) -> Sequence[web.AbstractRouteDef]:
    """The routes of the desk."""
    door, on, accounts = Door(desk, entry), _Answers(desk), Accounts(desk)
    mailing, letters, audience, feeds = Mailing(desk), Letters(desk), Audience(desk), FeedAnswers(desk)
    reading = {
        "/desk/": on.start,
        "/desk/accounts": accounts.show,
        "/desk/audit": audit.Log(desk).show,
        "/desk/mailings": mailing.listing,
        "/desk/letters": letters.listing,
        "/desk/letters/{round}": letters.show,
        "/desk/subscribers": audience.show,
        "/desk/subscribers/export": audience.export,
        "/desk/subscribers/preview": audience.previewed,
        "/desk/feeds": feeds.show,
        "/desk/{key}/": on.show,
        "/desk/{key}/item": on.item,
        "/desk/{key}/preview/{kind:mail|web|text}": on.preview,
        "/desk/{key}/sending": mailing.show,
    }
    changing = {
        "/desk/leave": entry.leave,
        "/desk/leave-everywhere": entry.leave_everywhere,
        "/desk/accounts": accounts.change,
        "/desk/{key}/change": on.change,
        "/desk/{key}/test": mailing.test,
        "/desk/{key}/send": mailing.send,
        "/desk/{key}/settle": mailing.settle,
        "/desk/{key}/approve": on.approve,
        "/desk/{key}/take-back": on.take_back,
        "/desk/{key}/pause": mailing.pause,
        "/desk/{key}/resume": mailing.resume,
        "/desk/letters/send": letters.send,
        "/desk/letters/{round}/pause": letters.pause,
        "/desk/letters/{round}/resume": letters.resume,
        "/desk/letters/{round}/settle": letters.settle,
        "/desk/subscribers": audience.change,
        "/desk/subscribers/import": audience.take,
        "/desk/feeds": feeds.change,
        "/desk/feeds/look": feeds.look,
    }
    ways_in = [
        web.get("/desk/enter/{token}", door.outside(entry.show)),
        *([web.post("/desk/enter/{token}", door.outside(entry.enter))] if desk.mail else []),
        *([web.post("/desk/link", door.outside(entry.ask))] if desk.mail else []),
    ]
    return [
        web.get("/desk", door.outside(on.without_slash)),
        web.get("/desk/static/{name}", door.outside(_static)),
        *ways_in,
        *(web.get(path, door.inside(answer)) for path, answer in reading.items()),
        web.post("/desk/subscribers/preview", door.inside(audience.preview, changes=True, most=MOST_BYTES)),
        *(web.post(path, door.inside(answer, changes=True)) for path, answer in changing.items()),
    ]


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers to the desk's requests."""

    desk: Desk

    async def without_slash(self, _request: web.Request) -> web.StreamResponse:
        return see("/desk/")

    async def start(self, _request: web.Request, _session: Session) -> web.StreamResponse:
        key = await self.desk.read(pages.current)
        return see(f"/desk/{quote(key)}/") if key else page(pages.message("No draft", pages.NO_DRAFT))

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        key, look, told = request.match_info["key"], pages.look(request.query), session.take_flash()
        if await asyncio.to_thread(half_changed, self.desk.place):
            await self.desk.write(mend_change)
        shown = await self.desk.read(lambda program: pages.draft(program, key, session, look, told))
        self.desk.prepare(key)
        return page(shown)

    async def item(self, request: web.Request, session: Session) -> web.StreamResponse:
        key, id_, told = request.match_info["key"], request.query.get("id", ""), session.take_flash()
        return page(await self.desk.read(lambda program: item_page.item(program, key, session, id_, told)))

    async def change(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Change the draft, then show it again at the same place; after a decision on a claim, the item's page."""
        key, asked = request.match_info["key"], _asked(await request.post())
        await self.desk.write_draft(key, lambda program: change(program, key, asked, session.who))
        if asked.do == "claim":
            return see(f"/desk/{quote(key)}/item?id={quote(asked.item, safe='')}#claims-heading")
        about = asked.do.partition(" ")[2] or asked.item
        target = f"#{anchor(about)}" if about else ""
        return see(f"/desk/{quote(key)}/{pages.look(request.query).link}{target}")

    async def preview(self, request: web.Request, _session: Session) -> web.StreamResponse:
        key, kind = request.match_info["key"], request.match_info["kind"]
        language = request.query.get("language", "")
        files = await self.desk.read(lambda program: pages.files(program, key, language))
        return _preview(files, kind, request.query.get("scheme", "light"))

    async def approve(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Approve the issue, as it was when the page was shown."""
        key, seen = request.match_info["key"], str((await request.post()).get("seen", ""))
        await self.desk.read(lambda program: editing.refuse_outdated(program, key, seen))
        await self.desk.mailings.approve(self.desk.opened, key, session.who)
        session.flash = f"Approved by {session.who}."
        ahead = await self.desk.read(lambda program: pages.is_approved(program.store, key))
        return see(f"/desk/{quote(key)}/" if ahead else f"/desk/{quote(key)}/sending")

    async def take_back(self, request: web.Request, session: Session) -> web.StreamResponse:
        key = request.match_info["key"]
        await self.desk.write(lambda program: take_back(program.store, key))
        session.flash = "The issue is held again."
        return see(f"/desk/{quote(key)}/")


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
        number=one("number"),
        text=one("text"),
        claim=one("claim"),
        stance=one("stance"),
    )


def _preview(files: dict[str, str], kind: str, scheme: str) -> web.Response:
    """A file of the draft as a browser or a mail program shows it, without the rights of the desk's own pages."""
    if kind == "text":
        return web.Response(
            text=files["email.txt"], content_type="text/plain", headers={"Content-Security-Policy": _MAIL}
        )
    text = files["email.html" if kind == "mail" else "index.html"]
    shown = _in_scheme(text, scheme)
    policy = _MAIL if kind == "mail" else f"{policy_in(shown.encode()[:4096])}; {_FRAMED}"
    return web.Response(text=shown, content_type="text/html", headers={"Content-Security-Policy": policy})


def _in_scheme(text: str, scheme: str) -> str:
    """A page in the light or the dark scheme, whatever the browser prefers. Its policy allows its styles by their hashes."""
    wanted = "(min-width: 0px)" if scheme == "dark" else "(max-width: 0px)"
    shown = text
    for style in _STYLE.findall(text):
        changed = style.replace(DARK, wanted)
        shown = shown.replace(style, changed).replace(style_hash(style), style_hash(changed))
    return shown.replace(DARK, wanted)
