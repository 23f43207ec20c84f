"""What the store asks of a database, whichever it is: standard SQL with `?` for each value, and errors that say whose trouble it is.

Outside this package nobody sees the errors of a driver, only those below.
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
    """The database failed: not because of what it was asked, but because of its disk, a lock or the network."""

    remedy = "run the same command again; if it fails again, check the disk"


class LockedError(StoreError):
    """Another process holds the store for long."""

    remedy = "another process is using it; run the same command again later"


class FullError(StoreError):
    """Its disk is full."""

    remedy = "free disk space, then run the same command again"


class DiskError(StoreError):
    """Its disk fails."""

    remedy = "repair the disk or free space, then run the same command again"


class ReadonlyError(StoreError):
    """It may only be read."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """What a store is like: in words, what is wrong with it, and the time of its server's clock, if it has a server."""

    words: str
    problems: tuple[str, ...] = ()
    clock: datetime | None = None


class Rows(Protocol):
    """The rows of an answer, each once."""

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

    def begin(self, *, shared: bool = False) -> None:
        """Begin a transaction that writes. While it lasts, no other one does, but if all are `shared`: each of those writes rows that it has claimed."""

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def wait_at_most(self, seconds: float) -> None:
        """How long a statement waits for another process before it raises `LockedError`."""

    def scrub(self) -> None:
        """Wipe deleted data."""

    def tidy(self) -> None:
        """Bring statistics and files up to date after many changes."""

    def exclusive(self, name: str, *, waiting: Callable[[str], None]) -> AbstractContextManager[Released]:
        """Keep processes on other machines out of what `name` stands for; files lock out those on this one.

        If another process is in there, call `waiting`, then wait. The value of the block lets them in for a while.
        """

    def claim(self, name: str, *, shared: bool = False) -> AbstractContextManager[bool]:
        """Take what `name` stands for on all machines, unless another process has it. The value of the block is whether it was taken.

        What is `shared` is taken together with all who share it, unless somebody waits to have it `exclusive`.
        """

    def snapshot(self) -> AbstractContextManager[None]:
        """In the block, everything is read as of one instant."""

    def copy_to(self, path: Path) -> None:
        """Copy the store, as of one instant, over the SQLite file at `path`."""

    def last_numbers(self) -> dict[str, int]:
        """The last number that was given to a row of a table, which is never given again."""

    def number_after(self, last: Mapping[str, int]) -> None:
        """Number further rows after these numbers and those of the rows that are there."""

    def condition(self) -> Condition:
        """Examine the whole store."""

    def close(self) -> None: ...
