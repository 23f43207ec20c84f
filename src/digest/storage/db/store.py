"""The open store, with one attribute per group of tables."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from digest.storage.db import connected, sqlite, usable
from digest.storage.db.catalogue import Catalogue
from digest.storage.db.connection import Connection
from digest.storage.db.desk import DeskAccounts, DeskAudit, DeskLimits, DeskSessions
from digest.storage.db.feeds import Feeds
from digest.storage.db.issues import Issues, Publications
from digest.storage.db.items import Items
from digest.storage.db.later_sightings import Uptakes
from digest.storage.db.ledger import Ledger, Pauses
from digest.storage.db.letters import Letters
from digest.storage.db.location import Server
from digest.storage.db.model_answers import ModelAnswers
from digest.storage.db.preferences import ReaderPreferences
from digest.storage.db.subscribers import Confirmations, Subscribers
from digest.storage.db.values import transaction
from digest.storage.files.lock import exclusive

KEPT = timedelta(days=730)  # how long the logs of fetches and of the desk are kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """The open store, with one attribute per group of tables."""

    connection: Connection
    catalogue: Catalogue
    confirmations: Confirmations
    desk_accounts: DeskAccounts
    desk_audit: DeskAudit
    desk_limits: DeskLimits
    desk_sessions: DeskSessions
    feeds: Feeds
    items: Items
    issues: Issues
    ledger: Ledger
    letters: Letters
    model_answers: ModelAnswers
    pauses: Pauses
    preferences: ReaderPreferences
    publications: Publications
    subscribers: Subscribers
    uptakes: Uptakes

    @property
    def shared(self) -> bool:
        """Whether other machines may use it too, each with an archive of its own."""
        return self.connection.shared

    @contextmanager
    def exclusive(self, path: Path, *, waiting: Callable[[str], None]) -> Iterator[None]:
        """Hold the lock file at `path` for the block, and its name on all other machines that share the store."""
        with exclusive(path, waiting=waiting), self.connection.exclusive(path.name, waiting=waiting):
            yield

    def scrub(self) -> None:
        """Wipe deleted data."""
        self.connection.scrub()

    def transaction(self) -> AbstractContextManager[None]:
        """Commit the whole block, or nothing of it."""
        return transaction(self.connection)

    @contextmanager
    def savepoint(self) -> Iterator["Savepoint"]:
        """A savepoint: a part of a transaction that can be rolled back on its own."""
        self.connection.execute("SAVEPOINT part")
        yield Savepoint(self.connection)
        if self.connection.in_transaction:
            self.connection.execute("RELEASE part")

    def tidy(self, now: datetime) -> None:
        """Delete what no window, pulse or health check needs any more, and free the space."""
        with self.transaction():
            self.feeds.forget_fetches(now - KEPT)
            self.desk_audit.forget(now - KEPT)
            self.letters.tidy(now)
        self.connection.tidy()


@dataclass(frozen=True, slots=True)
class Savepoint:
    """A savepoint in a transaction."""

    connection: Connection

    def undo(self) -> None:
        """Roll back to the savepoint."""
        self.connection.execute("ROLLBACK TO part")


@contextmanager
def open_store(where: Path | Server) -> Iterator[Store]:
    """Open a store for the block. Creates and migrates it if necessary.

    Raises:
        WorkspaceError: it cannot be opened, is not a store, or is from a newer version; or, in the block, it fails because
            of the disk, a lock or the network.
    """
    with ExitStack() as stack, usable(where):
        connection = stack.enter_context(closing(connected(where)))
        index = connection if isinstance(where, Path) else stack.enter_context(closing(_index(where.index)))
        yield Store(
            connection=connection,
            catalogue=Catalogue(index),
            confirmations=Confirmations(connection),
            desk_accounts=DeskAccounts(connection),
            desk_audit=DeskAudit(connection),
            desk_limits=DeskLimits(connection),
            desk_sessions=DeskSessions(connection),
            feeds=Feeds(connection),
            items=Items(connection),
            issues=Issues(connection),
            ledger=Ledger(connection),
            letters=Letters(connection),
            model_answers=ModelAnswers(connection),
            pauses=Pauses(connection),
            preferences=ReaderPreferences(connection),
            publications=Publications(connection),
            subscribers=Subscribers(connection, secret=lambda: os.urandom(32)),
            uptakes=Uptakes(connection),
        )


def _index(path: Path) -> Connection:
    """The index of the archive on this machine, for a store that is on a server."""
    with usable(path):
        return sqlite.connect(path)
