"""The page on which an owner manages the accounts. Nobody changes their own, so that an owner always remains."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from digest.errors import UsageError
from digest.services import desk_accounts
from digest.storage.db import Store, located, open_store
from digest.storage.db.desk import ROLES
from digest.text import addresses
from digest.text.addresses import Address
from digest.web.desk import pages
from digest.web.desk.answers import page, see
from digest.web.desk.door import ABOUT
from digest.web.desk.place import Desk
from digest.web.desk.sessions import Session
from digest.web.requests import form_of, text_of


@dataclass(frozen=True, slots=True)
class Accounts:
    """The answers about accounts."""

    desk: Desk

    async def show(self, _request: web.Request, session: Session) -> web.StreamResponse:
        listed = await self.desk.read(lambda program: program.store.desk_accounts.all())
        return page(pages.accounts(listed, session, session.take_flash()))

    async def change(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Do what the form asks for with one account."""
        form = await form_of(request)
        address = addresses.parse(text_of(form, "address"))
        do, role = text_of(form, "do"), text_of(form, "role")
        request[ABOUT] = f"{do} {address.text}" + (f" {role}" if do in ("add", "role") else "")
        session.flash = await asyncio.to_thread(self._change, do, address, role, session)
        return see("/desk/accounts")

    def _change(self, do: str, address: Address, role: str, session: Session) -> str:
        with open_store(located(self.desk.place)) as store:
            account = store.desk_accounts.find(address.key)
            if account is not None and account.id == session.account:
                raise UsageError(account.address, "is your own account", "ask another owner")
            return _done(store, self.desk, do, address, role)


def _done(store: Store, desk: Desk, do: str, address: Address, role: str) -> str:
    """Change an account, and say so.

    Raises:
        DigestError: it cannot be done.
    """
    now = desk.sessions.clock()
    if do in ("add", "role"):
        if role not in ROLES:
            raise UsageError(role or "the role", "is not a role", f"choose one of {', '.join(ROLES)}")
        if do == "add":
            return f"{desk_accounts.add(store, now, address, role).address} may sign in now."
        return f"{desk_accounts.set_role(store, address, role).address} is an {role} now."
    known = {
        "disable": lambda: f"{desk_accounts.disable(store, now, address).address} cannot sign in any more.",
        "enable": lambda: f"{desk_accounts.enable(store, address).address} may sign in again.",
        "remove": lambda: f"{desk_accounts.remove(store, address).address} has no account any more.",
    }
    if do not in known:
        raise UsageError("the desk", f"does not know {do!r}", "reload the page")
    return known[do]()
