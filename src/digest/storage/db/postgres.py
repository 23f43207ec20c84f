"""The store in one schema of a PostgreSQL database. psycopg is imported only here and in `postgres_session`.

A transaction begins by taking the advisory lock of its schema, so that only one writes at a time, as with SQLite. `synchronous_commit` is on: what is committed survives a power failure.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from digest.errors import WorkspaceError
from digest.storage.db import connection as stores
from digest.storage.db import copying, dialect, sqlite
from digest.storage.db.location import Server
from digest.storage.db.postgres_session import session, trouble
from digest.storage.db.schema import MIGRATIONS
from digest.storage.db.values import transaction
from digest.storage.files.lock import Released

BUSY = 5.0  # seconds to wait for another process's transaction
AT_ONCE = 2_000  # rows of a large result
PAUSE = 0.2  # seconds between attempts to take a lock
_WRITING = 0  # the number of the writers' lock
_BUGS = (psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.DataError)


class PostgresConnection:
    """An open schema. A connection that was lost is made again, except in a transaction or under a lock."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._wait = BUSY
        self._held: set[str] = set()
        self._number = int.from_bytes(sha256(server.schema.encode()).digest()[:4], signed=True)
        self._connection = session(server, wait=self._wait)

    @property
    def shared(self) -> bool:
        return True

    @property
    def in_transaction(self) -> bool:
        return self._connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def execute(self, sql: str, parameters: Any = (), /) -> stores.Rows:
        places = dialect.lists(sql)
        given = [json.loads(value) if n in places else value for n, value in enumerate(parameters)] or None
        # A plan that is kept was made for the tables as they were, and would read all of one that has grown for each list.
        prepare = False if places else None
        return self._run(lambda: self._connection.execute(dialect.statement(sql), given, prepare=prepare))

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> stores.Rows:
        def many() -> stores.Rows:
            cursor = self._connection.cursor()
            cursor.executemany(dialect.statement(sql), list(parameters))
            return cursor

        return self._run(many)

    def each(self, sql: str, /) -> Iterator[stores.Row]:
        with nullcontext() if self.in_transaction else self.snapshot(), self._connection.cursor("each") as cursor:
            self._run(lambda: cursor.execute(sql.encode()))
            cursor.itersize = AT_ONCE
            try:
                yield from cursor
            except psycopg.Error as error:
                raise trouble(error) from error

    def _run(self, ask: Callable[[], stores.Rows]) -> stores.Rows:
        if self._connection.closed and not self._held:
            self._connection = session(self._server, wait=self._wait)
        try:
            return ask()
        except psycopg.errors.InsufficientPrivilege as error:
            raise trouble(error) from error
        except _BUGS:
            raise
        except psycopg.Error as error:
            raise trouble(error) from error

    def begin(self, *, shared: bool = False) -> None:
        how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        try:
            self.execute(f"BEGIN; SELECT {how}({self._number}, {_WRITING})")
        except stores.StoreError:
            if not self._connection.closed:
                self.rollback()
            raise

    def script(self, sql: str) -> None:
        """Run statements of another program, which have no values."""
        self._run(lambda: self._connection.execute(sql.encode()))

    def commit(self) -> None:
        self.execute("COMMIT")

    def rollback(self) -> None:
        self.execute("ROLLBACK")

    def wait_at_most(self, seconds: float) -> None:
        self._wait = seconds
        self.execute(f"SET lock_timeout TO {round(seconds * 1000)}")

    def scrub(self) -> None:
        """Wipe deleted rows from the tables; what the server keeps in its log and backups is its administrator's."""
        for table in copying.layout():
            self.execute(f'VACUUM "{table}"')

    def tidy(self) -> None:
        """Nothing: the server's autovacuum does it."""

    def condition(self) -> stores.Condition:
        version, fsync, commit, reads_only = (
            self.execute(f"SHOW {name}").fetchone()[0]
            for name in ("server_version", "fsync", "synchronous_commit", "transaction_read_only")
        )
        began = time.monotonic()
        (at,) = self.execute("SELECT CAST(clock_timestamp() AT TIME ZONE 'UTC' AS text)").fetchone()
        took = time.monotonic() - began
        (size,) = self.execute(
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = CAST(CAST(current_schema() AS regnamespace) AS oid)"
        ).fetchone()
        problems = [
            *(["fsync is off: a power failure can lose what was committed; set it on"] if fsync == "off" else []),
            *(["synchronous_commit is off"] if commit == "off" else []),
            *(["it may only be read: name the primary server"] if reads_only == "on" else []),
        ]
        return stores.Condition(
            words=f"PostgreSQL {version.split()[0]}, {size / 1e6:.1f} MB, answers in {took * 1000:.1f} ms",
            problems=tuple(problems),
            clock=datetime.fromisoformat(at).replace(tzinfo=UTC),
        )

    def copy_to(self, path: Path) -> None:
        with closing(sqlite.connect(path)) as target:
            copying.copy_rows(self, target)

    def last_numbers(self) -> dict[str, int]:
        return {
            table: int(self._sequence(sequence)) for table, sequence in self._numbered() if self._sequence(sequence)
        }

    def number_after(self, last: Mapping[str, int]) -> None:
        for table, sequence in self._numbered():
            (most,) = self.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()  # noqa: S608  (our own names)
            number = max(most, last.get(table, 0))
            query = "SELECT setval(CAST(? AS regclass), CAST(? AS bigint), CAST(? AS bigint) > 0)"
            self.execute(query, (sequence, max(number, 1), number))

    def _numbered(self) -> Iterator[tuple[str, str]]:
        """The tables whose rows are numbered, with the sequences of the numbers."""
        for table, columns in copying.layout().items():
            if columns[0] == "id":
                (sequence,) = self.execute("SELECT pg_get_serial_sequence(?, 'id')", (table,)).fetchone()
                if sequence:
                    yield table, sequence

    def _sequence(self, name: str) -> int:
        (last,) = self.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}").fetchone()  # noqa: S608
        return int(last)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within the block, everything is read as of one instant."""
        self.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            if not self._connection.closed:
                self.rollback()

    @contextmanager
    def exclusive(self, name: str, *, waiting: Callable[[str], None]) -> Iterator[Released]:
        self._take(name, waiting)
        try:
            yield lambda: self._released(name, waiting)
        finally:
            self._give(name)

    @contextmanager
    def _released(self, name: str, waiting: Callable[[str], None]) -> Iterator[None]:
        self._give(name)
        try:
            yield
        finally:
            self._take(name, waiting)

    def _take(self, name: str, waiting: Callable[[str], None]) -> None:
        if self.try_lock(name):
            return
        waiting("on another machine")
        wished = False
        try:
            while not self.try_lock(name):
                # A process that asks for the shared lock holds the wish for a moment, so it may take several tries.
                wished = wished or self.try_lock(_wish(name))
                time.sleep(PAUSE)
        finally:
            if wished:
                self._give(_wish(name))

    @contextmanager
    def claim(self, name: str, *, shared: bool = False) -> Iterator[bool]:
        taken = (not shared or self._unwished(name)) and self.try_lock(name, shared=shared)
        try:
            yield taken
        finally:
            if taken:
                self._give(name, shared=shared)

    def _unwished(self, name: str) -> bool:
        """Whether nobody is waiting to hold the shared lock alone."""
        free = self.try_lock(_wish(name), shared=True)
        if free:
            self._give(_wish(name), shared=True)
        return free

    def try_lock(self, name: str, *, shared: bool = False) -> bool:
        """Take a lock that lasts as long as the connection; False if another process has it."""
        how = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        query = f"SELECT CASE WHEN {how}(?, ?) THEN 1 ELSE 0 END"
        (taken,) = self.execute(query, (self._number, _lock(name))).fetchone()
        if taken:
            self._held.add(name)
        return bool(taken)

    def _give(self, name: str, *, shared: bool = False) -> None:
        self._held.discard(name)
        if not self._connection.closed:
            how = "pg_advisory_unlock_shared" if shared else "pg_advisory_unlock"
            self.execute(f"SELECT {how}(?, ?)", (self._number, _lock(name)))

    def close(self) -> None:
        self._connection.close()


def _wish(name: str) -> str:
    """The lock that marks somebody as waiting for a lock that others share."""
    return f"{name}, wished"


def _lock(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:4], signed=True)


def connect(server: Server) -> PostgresConnection:
    """Open the schema. Creates and migrates it if necessary.

    Raises:
        WorkspaceError: it is from a newer version, or the database cannot hold it.
        StoreError: the server cannot be reached, or refuses.
    """
    opened = PostgresConnection(server)
    try:
        _prepare(opened, server)
    except BaseException:
        opened.close()
        raise
    return opened


def _prepare(connection: PostgresConnection, server: Server) -> None:
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise WorkspaceError(str(server), f"was written by a newer version (schema {version})", "upgrade digest")
    if version == len(MIGRATIONS):
        return
    (encoding,) = connection.execute("SHOW server_encoding").fetchone()
    if encoding != "UTF8":
        raise WorkspaceError(str(server), f"its encoding is {encoding}", "make a database with ENCODING 'UTF8'")
    try:
        with transaction(connection):
            _migrate(connection, server)
    except stores.RefusedError as error:
        raise WorkspaceError(
            str(server),
            f"its tables cannot be made ({error})",
            "GRANT CREATE ON DATABASE … TO the user of the address",
        ) from error
    except psycopg.errors.InvalidSchemaName as error:  # what a user may not use is left out of the search path
        raise WorkspaceError(
            str(server), "its schema belongs to another user", "name the user that owns it in the address"
        ) from error


def _version(connection: PostgresConnection) -> int:
    """The number of the last step that was applied; 0 where there are no tables yet."""
    (there,) = connection.execute("SELECT to_regclass('schema_version') IS NOT NULL").fetchone()
    return int(connection.execute("SELECT max(version) FROM schema_version").fetchone()[0]) if there else 0


def _migrate(connection: PostgresConnection, server: Server) -> None:
    """Apply the steps that are missing, all or none. The version is read again, because two processes may do this at once."""
    version = _version(connection)
    if version == 0:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{server.schema}"')
        connection.execute("CREATE TABLE schema_version (version BIGINT NOT NULL)")
    statements = [statement for script in MIGRATIONS[version:] for statement in dialect.step(script)]
    connection.script(";\n".join(statements))  # one round trip to the server for all
    connection.execute("DELETE FROM schema_version")
    connection.execute("INSERT INTO schema_version (version) VALUES (?)", (len(MIGRATIONS),))
