"""Copy a store consistently while others write to it, verify a copy, put one in place, and merge a newer store's suppression list."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from digest.errors import WorkspaceError
from digest.storage.db import connected, usable
from digest.storage.db.connection import Connection, StoreError
from digest.storage.db.copying import copy_rows
from digest.storage.db.location import Server
from digest.storage.db.sqlite import SqliteConnection
from digest.storage.files import atomic


def copy_into(source: Connection, path: Path) -> None:
    """Copy a store, as of one instant, over the file at `path`, in a single transaction.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    try:
        atomic.make_file(path)
        source.copy_to(path)
    except (OSError, StoreError) as error:
        raise WorkspaceError(
            str(path), f"cannot be written ({error})", "free disk space, or move that file away"
        ) from error


def put_in_place(source: Connection, where: Path | Server, *, waiting: Callable[[str], None]) -> None:
    """Put a store's rows in place of those at `where`, in a single transaction.

    Raises:
        WorkspaceError: the store there cannot be written.
    """
    if isinstance(where, Path):
        copy_into(source, where)
        return
    with (
        usable(where),
        closing(connected(where)) as target,
        target.exclusive("lock", waiting=waiting),
        target.exclusive("sending.lock", waiting=waiting),
    ):
        copy_rows(source, target)


def refuse_damaged(path: Path) -> None:
    """Check every page of a store.

    Raises:
        WorkspaceError: it is damaged, or not a store.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise WorkspaceError("the backup's store", f"is damaged ({verdict})", "name another backup")


def carry_over(newer: Path | Server, older: Connection) -> int:
    """Copy the suppression list of the store at `newer` into an older copy of it, and return how many addresses were added.

    A file of another workspace, or one that cannot be read, is ignored.

    Raises:
        StoreError: the server cannot be asked.
    """
    if isinstance(newer, Server):
        with closing(connected(newer)) as connection:
            return _merged(connection, older)
    if not newer.exists():
        return 0
    try:
        with closing(sqlite3.connect(newer, timeout=30, factory=SqliteConnection)) as file:
            return _merged(file, older)
    except (sqlite3.Error, StoreError):
        return 0


def _merged(newer: Connection, older: Connection) -> int:
    ask = "SELECT value FROM secrets WHERE name = 'suppressed'"
    secret = newer.execute(ask).fetchall()
    rows = newer.execute("SELECT hash, reason, at FROM suppressed").fetchall()
    if older.execute(ask).fetchall() not in ([], secret):
        return 0
    older.executemany(
        "INSERT INTO secrets (name, value) VALUES ('suppressed', ?) ON CONFLICT (name) DO NOTHING", secret
    )
    added = "INSERT INTO suppressed (hash, reason, at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING"
    return max(0, older.executemany(added, rows).rowcount)
