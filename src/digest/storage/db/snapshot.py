"""Copy a store consistently while others write to it, verify a copy, and merge a newer store's suppression list."""

import sqlite3
from contextlib import closing
from pathlib import Path

from digest.errors import WorkspaceError
from digest.storage.db.connection import Connection, StoreError
from digest.storage.files import atomic


def copy_into(source: Connection, path: Path) -> None:
    """Copy a store, as of one instant, over the one at `path`, in a single transaction.

    Raises:
        WorkspaceError: the store at `path` cannot be written.
    """
    try:
        atomic.make_file(path)
        source.copy_to(path)
    except (OSError, StoreError) as error:
        raise WorkspaceError(
            str(path), f"cannot be written ({error})", "free disk space, or move that file away"
        ) from error


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


def carry_over(newer: Path, older: Connection) -> int:
    """Copy the suppression list of the store at `newer` into an older copy of it, and return how many addresses were added.

    A store of another workspace, or one that cannot be read, is ignored.
    """
    try:
        with closing(sqlite3.connect(newer, timeout=30)) as connection:
            secret = connection.execute("SELECT value FROM secrets WHERE name = 'suppressed'").fetchall()
            rows = connection.execute("SELECT hash, reason, at FROM suppressed").fetchall()
    except sqlite3.Error:
        return 0
    if older.execute("SELECT value FROM secrets WHERE name = 'suppressed'").fetchall() not in ([], secret):
        return 0
    older.executemany(
        "INSERT INTO secrets (name, value) VALUES ('suppressed', ?) ON CONFLICT (name) DO NOTHING", secret
    )
    added = "INSERT INTO suppressed (hash, reason, at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING"
    return max(0, older.executemany(added, rows).rowcount)
