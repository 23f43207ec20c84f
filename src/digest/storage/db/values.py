"""What all tables share: transactions, and instants as they are stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from digest.storage.db.connection import Connection


@contextmanager
def transaction(connection: Connection, *, shared: bool = False) -> Iterator[None]:
    """Commit the whole block, or nothing of it; `shared` is as in `Connection.begin`."""
    connection.begin(shared=shared)
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled back already
            connection.rollback()
        raise
    connection.commit()


def upsert(table: str, columns: str, *, key: str) -> str:
    """The statement that stores a row in place of the one that has the same key; both lists are comma-separated names."""
    names, keys = columns.split(", "), key.split(", ")
    marks = ", ".join("?" * len(names))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {changes}"  # noqa: S608  (names from our own code)


def stamp(instant: datetime) -> str:
    """An aware instant as stored in the tables: fixed-width ISO 8601 in UTC."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def instant(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text)


def optional_instant(text: str | None) -> datetime | None:
    """The same for a column that may be NULL."""
    return None if text is None else instant(text)
