"""Copy all rows of one store into another, of the same kind or not, and compare the two row by row.

The index of the archive is left out: it is rebuilt from the archive.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from hashlib import blake2b
from typing import Any

from digest.errors import WorkspaceError
from digest.storage.db import sqlite
from digest.storage.db.connection import Connection
from digest.storage.db.values import transaction

AT_ONCE = 2000  # rows
Digests = dict[str, tuple[int, str]]  # of each table: how many rows it has, and a digest of them in any order


@cache
def layout() -> dict[str, tuple[str, ...]]:
    """The columns of each table, in an order in which rows can be inserted: a table comes after those that it refers to."""
    with closing(sqlite.connect(sqlite.MEMORY)) as empty:
        names = empty.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'catalogue%'"
            " AND name NOT LIKE 'sqlite%' ORDER BY rowid"
        ).fetchall()
        return {
            name: tuple(row[1] for row in empty.execute(f"PRAGMA table_info({name})").fetchall()) for (name,) in names
        }


def copy_rows(source: Connection, target: Connection) -> Digests:
    """Put the rows of `source` in place of those of `target`, in one transaction, and return their digests.

    Raises:
        WorkspaceError: what arrived differs from what was sent; `target` is as it was.
        StoreError: one of them fails; `target` is as it was.
    """
    with source.snapshot(), transaction(target):
        for table in reversed(layout()):
            target.execute(f"DELETE FROM {table}")  # noqa: S608  (our own names)
        sent = {table: _copied(source, target, table) for table in layout()}
        target.number_after(source.last_numbers())
        arrived = digests(target)
        for table, found in arrived.items():
            if found != sent[table]:
                raise WorkspaceError(
                    f"table {table}", "differs from the original after the copy", "nothing was changed; report this"
                )
    return arrived


def holds_rows(connection: Connection) -> bool:
    """Whether any table has a row."""
    return any(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in layout())  # noqa: S608


def digests(connection: Connection) -> Digests:
    """The digests of all tables."""
    return {table: _digest(_rows(connection, table)) for table in layout()}


def _copied(source: Connection, target: Connection, table: str) -> tuple[int, str]:
    marks = ", ".join("?" * len(layout()[table]))
    insert = f"INSERT INTO {table} ({', '.join(layout()[table])}) VALUES ({marks})"  # noqa: S608  (our own names)

    def passing() -> Iterator[Sequence[Any]]:
        batch: list[Sequence[Any]] = []
        for row in _rows(source, table):
            batch.append(row)
            if len(batch) == AT_ONCE:
                target.executemany(insert, batch)
                yield from batch
                batch = []
        target.executemany(insert, batch)
        yield from batch

    return _digest(passing())


def _rows(connection: Connection, table: str) -> Iterator[Sequence[Any]]:
    return connection.each(f"SELECT {', '.join(layout()[table])} FROM {table}")  # noqa: S608  (our own names)


def _digest(rows: Iterator[Sequence[Any]]) -> tuple[int, str]:
    """The number of rows and the sum of their digests, which does not depend on their order."""
    count = total = 0
    for row in rows:
        text = json.dumps([one.hex() if isinstance(one, bytes) else one for one in row])
        total += int.from_bytes(blake2b(text.encode(), digest_size=32).digest())
        count += 1
    return count, f"{total % 2**256:064x}"
