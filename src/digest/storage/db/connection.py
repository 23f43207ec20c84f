"""What the store needs from any database: standard SQL with `?` for each value, and errors that say what failed.

Errors of a database driver never leave this package; callers see only the ones below.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from digest.storage.files.lock import Released

Row = Sequence[Any]


class StoreError(Exception):
    """The database failed because of its disk, a lock or the network, not because of the statement."""

    remedy = "run the same command again; if it fails again, check the disk"


class LockedError(StoreError):
    """Another process has held the store for too long."""

    remedy = "another process is using it; run the same command again later"


class FullError(StoreError):
    """Its disk is full."""

    remedy = "free disk space, then run the same command again"


class DiskError(StoreError):
    """Its disk fails."""

    remedy = "repair the disk or free space, then run the same command again"


class ReadonlyError(StoreError):
    """It is read-only."""

    remedy = "make the file and its folder writable"


class UnopenedError(StoreError):
    """Its file cannot be opened."""

    remedy = "check its folder's permissions and the limit of open files"


class DamagedError(StoreError):
    """Its file is damaged, or not a store."""

    remedy = "it is damaged: restore it from a backup, or move it away; the archive is kept"


class UnavailableError(StoreError):
    """Its server cannot be reached, or refuses."""

    remedy = "check that the server runs and that the address is right, then run the same command again"


class RefusedError(StoreError):
    """The user of its address lacks a right."""

    remedy = "GRANT the user of the address what is missing, or name the user that owns its schema"


class StandbyError(StoreError):
    """Its server may only be read."""

    remedy = "name the primary server in the address, and a user whose default_transaction_read_only is off"


class CrowdedError(StoreError):
    """Its server takes no more connections."""

    remedy = "stop other programs that use the server, or raise its max_connections or the role's limit"


class PooledError(StoreError):
    """A pooler on the way to its server mixes sessions."""

    remedy = "name the server itself in the address, or a pool in session mode"


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """The condition of a store: a description, what is wrong, and the time of its server's clock, if it has a server."""

    words: str
    problems: tuple[str, ...] = ()
    clock: datetime | None = None


class Rows(Protocol):
    """The rows of a result. They can be read once."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """An open store. A statement outside a transaction is a transaction of its own."""

    @property
    def shared(self) -> bool:
        """Whether other machines may use the store too."""

    @property
    def in_transaction(self) -> bool: ...

    def execute(self, sql: str, parameters: Any = (), /) -> Rows: ...

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Rows: ...

    def each(self, sql: str, /) -> Iterator[Row]:
        """The rows of a large result. Only a part is held in memory at a time. Read them to the end."""

    def begin(self, *, shared: bool = False) -> None:
        """Begin a transaction that writes. No other may write at the same time, unless both are `shared`: each then writes only rows that it
        has claimed.
        """

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def wait_at_most(self, seconds: float) -> None:
        """How long a statement waits for another process before it raises `LockedError`."""

    def scrub(self) -> None:
        """Wipe deleted data."""

    def tidy(self) -> None:
        """Bring statistics and files up to date after many changes."""

    def exclusive(self, name: str, *, waiting: Callable[[str], None]) -> AbstractContextManager[Released]:
        """Hold the lock `name` against processes on other machines; files lock out those on this one.

        If another process holds it, call `waiting`, then wait. The value of the block releases the lock for a while.
        """

    def claim(self, name: str, *, shared: bool = False) -> AbstractContextManager[bool]:
        """Take the lock `name` on all machines, unless another process has it. The value of the block is whether it was taken.

        A `shared` lock can be held by several processes, unless somebody waits for it as `exclusive`.
        """

    def snapshot(self) -> AbstractContextManager[None]:
        """Within the block, everything is read as of one instant."""

    def copy_to(self, path: Path) -> None:
        """Copy the store, as of one instant, over the SQLite file at `path`."""

    def last_numbers(self) -> dict[str, int]:
        """The last number that was given to a row of a table, which is never given again."""

    def number_after(self, last: Mapping[str, int]) -> None:
        """Give new rows numbers above these, and above those of existing rows."""

    def condition(self) -> Condition:
        """Examine the whole store."""

    def close(self) -> None: ...
