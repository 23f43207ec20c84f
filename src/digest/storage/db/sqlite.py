"""The store in one SQLite file.

It uses WAL and `synchronous=FULL`, so that committed transactions survive a kill and a power failure.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from digest.errors import WorkspaceError
from digest.storage.db import connection as stores
from digest.storage.db.schema import MIGRATIONS
from digest.storage.db.values import transaction
from digest.storage.files import atomic, regular
from digest.storage.files.lock import Released
from digest.text.clean import fitted
from digest.text.secrets import masked

MEMORY = Path(":memory:")  # a store that is gone when it is closed
BUSY = 5  # seconds to wait for another process's transaction
_STEPS = 2000  # instructions of SQLite between checks of the time
_KNOWN = {
    "locked": stores.LockedError,
    "full": stores.FullError,
    "disk I/O": stores.DiskError,
    "readonly": stores.ReadonlyError,
    "unable to open": stores.UnopenedError,
    "malformed": stores.DamagedError,
    "not a database": stores.DamagedError,
}
_BUGS = (sqlite3.IntegrityError, sqlite3.ProgrammingError)


def trouble(error: sqlite3.Error) -> stores.StoreError:
    """An error of SQLite as one of ours."""
    words = str(error)
    kind = next((kind for word, kind in _KNOWN.items() if word in words), stores.StoreError)
    return kind(words)


class SqliteRows(sqlite3.Cursor):
    """The rows of an answer."""

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.DatabaseError as error:
            raise trouble(error) from error

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.DatabaseError as error:
            raise trouble(error) from error

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        return iter(self.fetchone, None)


class SqliteConnection(sqlite3.Connection):
    """An open file."""

    @property
    def shared(self) -> bool:
        return False

    def execute(self, sql: str, parameters: Any = (), /) -> SqliteRows:
        try:
            return self.cursor(SqliteRows).execute(sql, parameters)
        except _BUGS:
            raise
        except sqlite3.DatabaseError as error:
            raise trouble(error) from error

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> SqliteRows:
        try:
            return self.cursor(SqliteRows).executemany(sql, parameters)
        except _BUGS:
            raise
        except sqlite3.DatabaseError as error:
            raise trouble(error) from error

    def each(self, sql: str, /) -> Iterator[stores.Row]:
        return iter(self.execute(sql))

    def begin(self, *, shared: bool = False) -> None:  # noqa: ARG002
        self.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.execute("COMMIT")

    def rollback(self) -> None:
        self.execute("ROLLBACK")

    def wait_at_most(self, seconds: float) -> None:
        self.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def scrub(self) -> None:
        """Wipe deleted data from the file's free pages and its write-ahead log."""
        self.execute("VACUUM")
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def tidy(self) -> None:
        self.execute("PRAGMA optimize")
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def exclusive(self, name: str, *, waiting: Callable[[str], None]) -> AbstractContextManager[Released]:  # noqa: ARG002
        """Does nothing: a file is used on one machine, where processes lock files instead."""
        return nullcontext(nullcontext)

    def claim(self, name: str, *, shared: bool = False) -> AbstractContextManager[bool]:  # noqa: ARG002
        """Always succeeds, as a file is used on one machine."""
        return nullcontext(True)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.rollback()

    def last_numbers(self) -> dict[str, int]:
        return dict(self.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def number_after(self, last: Mapping[str, int]) -> None:
        for table, number in last.items():
            self.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ? AND seq < ?", (number, table, number))
            self.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS"
                " (SELECT 1 FROM sqlite_sequence WHERE name = ?)",
                (table, number, table),
            )

    def condition(self) -> stores.Condition:
        (verdict,) = self.execute("PRAGMA quick_check(1)").fetchone()
        (size,) = self.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()
        damage = () if verdict == "ok" else (f"it is damaged ({verdict}): restore it from a backup",)
        return stores.Condition(words=f"SQLite {sqlite3.sqlite_version}, {size / 1e6:.1f} MB", problems=damage)

    def copy_to(self, path: Path) -> None:
        with closing(sqlite3.connect(path, timeout=30)) as target:
            try:
                self.backup(target)
            except sqlite3.DatabaseError as error:
                raise trouble(error) from error


def connect(path: Path) -> SqliteConnection:
    """Open the store at `path`. Creates and migrates it if necessary.

    Raises:
        WorkspaceError: it cannot be opened, or is from a newer version.
        StoreError: it is not a store, or is locked for long.
    """
    try:
        if path != MEMORY:
            atomic.make_folder(path.parent)
            atomic.make_file(path)
            regular(path)
        opened = sqlite3.connect(path, timeout=BUSY, isolation_level=None, factory=SqliteConnection)
    except (OSError, sqlite3.Error) as error:
        raise WorkspaceError(str(path), f"cannot be opened ({error})", "check its folder's permissions") from error
    try:
        _prepare(opened, path)
    except BaseException:
        opened.close()
        raise
    return opened


@contextmanager
def only_reading(path: Path, *, seconds: float) -> Iterator[SqliteConnection]:
    """Read the store at `path` for a limited time.

    Raises:
        StoreError: the block takes longer than `seconds`, or the store cannot be read.
    """
    end = time.monotonic() + seconds
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        opened = sqlite3.connect(address, uri=True, isolation_level=None, factory=SqliteConnection)
    except sqlite3.Error as error:
        raise trouble(error) from error
    with closing(opened):
        late: Callable[[], bool] = lambda: time.monotonic() > end  # noqa: E731
        opened.set_progress_handler(late, _STEPS)
        yield opened


def _prepare(connection: SqliteConnection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise WorkspaceError(str(path), f"was written by a newer version (schema {version})", "upgrade digest")
    if version < len(MIGRATIONS):
        _migrate(connection)


def _migrate(connection: SqliteConnection) -> None:
    """Apply the steps that are missing, all or none. The version is read again, because two processes may do this at once."""
    connection.create_function("masked", 1, masked, deterministic=True)
    connection.create_function("fitted", 1, fitted, deterministic=True)
    with transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for step, script in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in filter(str.strip, script.split(";\n")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step}")
