"""The log of the desk: who did what, when and from where. Addresses on the network are shortened, and no subscriber is named."""

import asyncio
import ipaddress
import logging
from dataclasses import dataclass

from aiohttp import web

from digest.errors import WorkspaceError
from digest.services.desk_accounts import TERMINAL
from digest.storage.db import located, open_store
from digest.storage.db.desk import DeskAudit, Entry
from digest.text.clean import one_line
from digest.web.desk.answers import Find, find, page, page_of, render
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session

_log = logging.getLogger(__name__)
LISTED = 100  # entries on a page


async def note(desk: Desk, request: web.Request, who: str, action: str, about: str = "") -> None:
    """Write an entry. If the store stays locked, the entry goes to the program's log: what was done is done."""
    place = TERMINAL if desk.mail is None else shortened(desk.callers.client(request))
    entry = Entry(at=desk.sessions.clock(), who=who, place=place, action=action, about=one_line(about, 200))
    try:
        await asyncio.to_thread(_write, desk, entry)
    except WorkspaceError as error:
        _log.warning("desk: %s, %s: %s %s; not noted (%s)", entry.who, place, action, entry.about, error.cause)


def shortened(client: str) -> str:
    """The network of a client: 256 addresses by IPv4, a site by IPv6."""
    try:
        address = ipaddress.ip_address(client.partition("/")[0])
    except ValueError:
        return client
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _write(desk: Desk, entry: Entry) -> None:
    with open_store(located(desk.place)) as store, store.transaction():
        store.desk_audit.add(entry)


@dataclass(frozen=True, slots=True)
class Log:
    """The page of the log."""

    desk: Desk

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked = find(request.query)
        return page(await self.desk.read(lambda program: _listing(program.store.desk_audit, asked, session)))


def _listing(log: DeskAudit, asked: Find, session: Session) -> str:
    """A page of what was done, latest first."""
    shown = page_of(log.count(), LISTED, asked.page)
    rows = [(f"{one.at:%Y-%m-%d %H:%M}", one) for one in log.latest(LISTED, after=shown.start)]
    return render("audit", session, rows=rows, asked=asked, page=shown)
