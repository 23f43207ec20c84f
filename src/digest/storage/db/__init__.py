"""The workspace's SQLite file: what was seen, what was published, who was mailed. Owns all tables; decides nothing.

One connection, WAL, `synchronous=FULL`: what a transaction committed survives a kill and a power cut. Times are stored as
fixed-width ISO 8601 text in UTC, so that they sort as text.
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
from digest.storage.db.confirmations import Confirmations
from digest.storage.db.feeds import Feeds
from digest.storage.db.issues import Issues
from digest.storage.db.items import Items
from digest.storage.db.ledger import Ledger
from digest.storage.db.publications import Publications
from digest.storage.db.schema import MIGRATIONS, transaction
from digest.storage.db.subscribers import Subscribers
from digest.storage.files import private

__all__ = ["MEMORY", "Store", "open_store"]

KEPT = timedelta(days=730)  # how long the log of fetches is kept
MEMORY = Path(":memory:")  # a store that is gone when it is closed
BUSY = 5  # seconds to wait for another program's transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """The open store; one attribute per noun."""

    connection: sqlite3.Connection
    catalogue: Catalogue
    confirmations: Confirmations
    feeds: Feeds
    items: Items
    issues: Issues
    ledger: Ledger
    publications: Publications
    subscribers: Subscribers

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the file's free pages or its write-ahead log."""
        self.connection.execute("VACUUM")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def transaction(self) -> AbstractContextManager[None]:
        """All of the block, or nothing of it."""
        return transaction(self.connection)

    def tidy(self, now: datetime) -> None:
        """Forget what no window, pulse or feed's rhythm asks for any more, and give its space back."""
        with self.transaction():
            self.feeds.forget_fetches(now - KEPT)
        self.connection.execute("PRAGMA optimize")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open the store at `path`, made and migrated where needed, and close it in the end.

    Raises:
        WorkspaceError: the file cannot be opened, is no store, or is from a newer version; or, in the block, the disk or a
            lock refuses.
    """
    try:
        if path != MEMORY:
            private.make_folder(path.parent)
            private.make_file(path)
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
    """What to do about SQLite's complaint."""
    known = {
        "locked": "another program works on it; run the same command again when it is done",
        "full": "free the disk, then run the same command again",
        "disk I/O": "mend or free the disk, then run the same command again",
        "readonly": "make the file and its folder writable",
    }
    otherwise = "restore it from a backup, or delete it: the archive is kept"
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
    """Bring the schema up to date, one transaction a step; the version is read again inside, for two at once."""
    for step, script in enumerate(MIGRATIONS, start=1):
        with transaction(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version < step:
                for statement in filter(str.strip, script.split(";\n")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {step}")
