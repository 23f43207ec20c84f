"""The store, one SQLite file per workspace: what was seen, what was published, and who was mailed.

It uses one connection, WAL and `synchronous=FULL`, so that committed transactions survive a kill and a power failure. Times
are stored as fixed-width ISO 8601 text in UTC, so that they sort as text.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from digest.errors import WorkspaceError
from digest.storage.db.catalogue import Catalogue
from digest.storage.db.feeds import Feeds
from digest.storage.db.issues import Issues, Publications
from digest.storage.db.items import Items
from digest.storage.db.ledger import Ledger
from digest.storage.db.model_answers import ModelAnswers
from digest.storage.db.preferences import ReaderPreferences
from digest.storage.db.schema import MIGRATIONS
from digest.storage.db.subscribers import Confirmations, Subscribers
from digest.storage.db.values import transaction
from digest.storage.files import atomic
from digest.text.secrets import masked

__all__ = ["MEMORY", "Store", "open_store"]

KEPT = timedelta(days=730)  # how long the log of fetches is kept
MEMORY = Path(":memory:")  # a store that is gone when it is closed
DAMAGED = "it is damaged: restore it from a backup, or move it away; the archive is kept"
BUSY = 5  # seconds to wait for another process's transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """The open store, with one attribute per group of tables."""

    connection: sqlite3.Connection
    catalogue: Catalogue
    confirmations: Confirmations
    feeds: Feeds
    items: Items
    issues: Issues
    ledger: Ledger
    model_answers: ModelAnswers
    preferences: ReaderPreferences
    publications: Publications
    subscribers: Subscribers

    def scrub(self) -> None:
        """Wipe deleted data from the file's free pages and its write-ahead log."""
        self.connection.execute("VACUUM")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def transaction(self) -> AbstractContextManager[None]:
        """All of the block, or nothing of it."""
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
        self.connection.execute("PRAGMA optimize")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass(frozen=True, slots=True)
class Savepoint:
    """A savepoint in a transaction."""

    connection: sqlite3.Connection

    def undo(self) -> None:
        """Roll back to the savepoint."""
        self.connection.execute("ROLLBACK TO part")


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open the store at `path` for the block. Creates and migrates it if necessary.

    Raises:
        WorkspaceError: the file cannot be opened, is not a store, or is from a newer version; or, in the block, SQLite fails
            because of the disk or a lock.
    """
    try:
        if path != MEMORY:
            atomic.make_folder(path.parent)
            atomic.make_file(path)
        connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise WorkspaceError(str(path), f"cannot be opened ({error})", "check its folder's permissions") from error
    try:
        _prepare(connection, path)
        yield Store(
            connection=connection,
            catalogue=Catalogue(connection),
            confirmations=Confirmations(connection),
            feeds=Feeds(connection),
            items=Items(connection),
            issues=Issues(connection),
            ledger=Ledger(connection),
            model_answers=ModelAnswers(connection),
            preferences=ReaderPreferences(connection),
            publications=Publications(connection),
            subscribers=Subscribers(connection, secret=lambda: os.urandom(32)),
        )
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # a bug
        raise WorkspaceError(str(path), f"cannot be used ({error})", _remedy(str(error))) from error
    finally:
        connection.close()


def _remedy(words: str) -> str:
    """The remedy for an error message of SQLite."""
    known = {
        "locked": "another process is using it; run the same command again later",
        "full": "free disk space, then run the same command again",
        "disk I/O": "repair the disk or free space, then run the same command again",
        "readonly": "make the file and its folder writable",
        "unable to open": "check its folder's permissions and the limit of open files",
        "malformed": DAMAGED,
        "not a database": DAMAGED,
    }
    otherwise = "run the same command again; if it fails again, check the disk"
    return next((remedy for word, remedy in known.items() if word in words), otherwise)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise WorkspaceError(str(path), f"was written by a newer version (schema {version})", "upgrade digest")
    if version < len(MIGRATIONS):
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    """Migrate the schema, one transaction per step. Each reads the version again, because two processes may do this at once."""
    connection.create_function("masked", 1, masked, deterministic=True)
    for step, script in enumerate(MIGRATIONS, start=1):
        with transaction(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version < step:
                for statement in filter(str.strip, script.split(";\n")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {step}")
