"""Manage who may use the desk: accounts, and the links by which people sign in. Taking a right away also ends the sessions that had it."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from digest.errors import NotFoundError, UsageError
from digest.storage.db import Store
from digest.storage.db.desk import Account, DeskLink, Role
from digest.subscribers.tokens import SECRET, Tokens
from digest.text.addresses import Address

TERMINAL = "terminal"  # the place, in the log, of what was done by a command


def add(store: Store, now: datetime, address: Address, role: Role) -> Account:
    """Add an account.

    Raises:
        UsageError: there is one with this address.
    """
    with store.transaction():
        added = store.desk_accounts.add(address.text, key=address.key, role=role, at=now)
    if not added:
        raise UsageError(address.text, "has an account already", "`digest desk accounts role` changes its role")
    return find(store, address)


def find(store: Store, address: Address) -> Account:
    """The account with this address.

    Raises:
        NotFoundError: there is none.
    """
    account = store.desk_accounts.find(address.key)
    if account is None:
        raise NotFoundError(address.text, "has no account", "`digest desk accounts` lists the accounts")
    return account


def set_role(store: Store, address: Address, role: Role) -> Account:
    """Change the role of an account, which takes effect with its next request.

    Raises:
        NotFoundError: there is no such account.
    """
    account = find(store, address)
    with store.transaction():
        store.desk_accounts.set_role(account.id, role)
    return find(store, address)


def disable(store: Store, now: datetime, address: Address) -> Account:
    """Lock a person out, and end their sessions and links.

    Raises:
        NotFoundError: there is no such account.
    """
    account = find(store, address)
    with store.transaction():
        store.desk_accounts.disable(account.id, account.disabled or now)
        store.desk_sessions.end_of(account.id)
    return find(store, address)


def enable(store: Store, address: Address) -> Account:
    """Enable an account that was disabled.

    Raises:
        NotFoundError: there is no such account.
    """
    account = find(store, address)
    with store.transaction():
        store.desk_accounts.disable(account.id, None)
    return find(store, address)


def remove(store: Store, address: Address) -> Account:
    """Delete an account, its sessions and its links.

    Raises:
        NotFoundError: there is no such account.
    """
    account = find(store, address)
    with store.transaction():
        store.desk_sessions.end_of(account.id)
        store.desk_accounts.remove(account.id)
    return account


def hashed(token: str) -> str:
    """A token as it is stored."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def new_link(
    store: Store,
    now: datetime,
    *,
    who: str,
    lasts: timedelta,
    account: int | None = None,
    server: str = "",
    issue: str = "",
) -> str:
    """A signed token that lets somebody in once.

    Args:
        store: where its hash is kept.
        now: when it is made.
        who: the person's name.
        lasts: how long it works.
        account: the person's account; None at a desk in a terminal.
        server: the desk in a terminal, if it is to work there only.
        issue: the issue that it leads to.
    """
    token = Tokens(store.subscribers.secret(SECRET)).make("desk", f"{secrets.token_urlsafe(24)} {issue}", at=now)
    with store.transaction():
        store.desk_sessions.put_link(
            hashed(token), DeskLink(account=account, who=who, server=server, made=now, until=now + lasts)
        )
    return token


def link_to(base_url: str, token: str) -> str:
    """The URL of a link: `https://digest.example.org/desk/enter/TOKEN`."""
    return f"{base_url.rstrip('/')}/desk/enter/{token}"


def issue_of(store: Store, token: str) -> str | None:
    """The issue that a link leads to, which may be empty; None if the link was not made here. The link may have been used already."""
    found = Tokens(store.subscribers.secret(SECRET)).read("desk", token)
    return found.partition(" ")[2] if isinstance(found, str) else None
