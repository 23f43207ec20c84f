"""The store: what was seen, what was published, and who was mailed.

In: values of `digest.model`. Out: the same, found again. Never shows a row or a driver's error, in SQLite or in PostgreSQL.

One connection, on which committed transactions survive a kill and a power failure. Times are stored as fixed-width ISO 8601
text in UTC, so that they sort as text.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.errors import UsageError, WorkspaceError
from digest.storage.db import sqlite
from digest.storage.db.catalogue import Catalogue
from digest.storage.db.connection import Connection, LockedError, StoreError
from digest.storage.db.location import Server, index_of, located
from digest.storage.db.sqlite import MEMORY

if TYPE_CHECKING:
    from digest.storage.db.store import Store, open_store

__all__ = [
    "MEMORY",
    "LockedError",
    "Server",
    "Store",
    "StoreError",
    "connected",
    "index_of",
    "located",
    "open_index",
    "open_store",
    "reading",
    "usable",
]


def __getattr__(name: str) -> Any:
    if name not in {"Store", "open_store"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from digest.storage.db import store  # noqa: PLC0415  (the index of the archive needs none of the other tables)

    return getattr(store, name)


def connected(where: Path | Server) -> Connection:
    """Open a store, without what reads and writes its tables. The caller closes it."""
    if isinstance(where, Path):
        return sqlite.connect(where)
    try:
        from digest.storage.db import postgres  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            str(where), "psycopg is not installed", "run `pip install 'llm-trends-digest[postgres]'`"
        ) from error
    return postgres.connect(where)


@contextmanager
def usable(where: Path | Server) -> Iterator[None]:
    """Say which store failed in the block.

    Raises:
        WorkspaceError: it failed because of the disk, a lock or the network.
    """
    try:
        yield
    except StoreError as error:
        raise WorkspaceError(str(where), f"cannot be used ({error})", error.remedy) from error


@contextmanager
def open_index(path: Path) -> Iterator[Catalogue]:
    """Open the index of an archive in the file at `path`. Creates and migrates it if necessary.

    Raises:
        WorkspaceError: as above.
    """
    with usable(path), closing(sqlite.connect(path)) as connection:
        yield Catalogue(connection)


@contextmanager
def reading(path: Path, *, seconds: float) -> Iterator[Catalogue]:
    """The index of an archive, to be asked in a thread of its own and for a limited time.

    Raises:
        StoreError: the block takes longer than `seconds`, or the index cannot be read.
    """
    with sqlite.only_reading(path, seconds=seconds) as connection:
        yield Catalogue(connection)
