"""The workspace's SQLite file: what was seen, what was published, who was mailed. Owns all tables; decides nothing.

One connection, WAL, `synchronous=FULL`: what a transaction committed survives a kill and a power cut. Times are stored as
fixed-width ISO 8601 text in UTC, so that they sort as text.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digest.errors import WorkspaceError
from digest.store.feeds import Feeds
from digest.store.issues import Issues
from digest.store.items import Items
from digest.store.ledger import Ledger
from digest.store.schema import MIGRATIONS
from digest.store.subscribers import Subscribers

__all__ = ["Store", "open_store"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """The open store; one attribute per noun."""

    connection: sqlite3.Connection
    feeds: Feeds
    items: Items
    issues: Issues
    ledger: Ledger
    subscribers: Subscribers

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, or nothing of it."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open the store at `path`, made and migrated where needed, and close it in the end.

    Raises:
        WorkspaceError: the file cannot be opened, is no store, or is from a newer version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise WorkspaceError(str(path), f"cannot be opened ({error})", "check its folder's permissions") from error
    try:
        try:
            _prepare(connection, path)
        except sqlite3.Error as error:
            raise WorkspaceError(
                str(path), f"cannot be used ({error})", "restore it from a backup, or delete it: the archive is kept"
            ) from error
        yield Store(
            connection=connection,
            feeds=Feeds(connection),
            items=Items(connection),
            issues=Issues(connection),
            ledger=Ledger(connection),
            subscribers=Subscribers(connection, secret=lambda: secrets.token_bytes(32)),
        )
    finally:
        connection.close()


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
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < step:
            for statement in filter(str.strip, script.split(";\n")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step}")
        connection.execute("COMMIT")
