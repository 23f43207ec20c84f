"""Look after a workspace's store: move it to a PostgreSQL database or back, and return to the present after the clock was ahead.

Neither loses or repeats anything.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from digest.errors import UsageError
from digest.model import Workspace
from digest.services.context import Program
from digest.storage.db import Server, Store, connected, located, usable
from digest.storage.db.connection import Connection
from digest.storage.db.copying import copy_rows, holds_rows
from digest.storage.db.location import SCHEMES, server
from digest.storage.db.rewind import LONGEST
from digest.storage.db.rewind import rewind as move_back
from digest.storage.files.lock import exclusive, sole

FILE, SERVER = "file", "server"
_LOCKS = ("lock", "sending.lock")  # who works in a workspace, and who mails from it
AHEAD = timedelta(hours=1)  # what clocks that are set right may differ by


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """What a copy did: the rows of each table, which are the same in both stores."""

    source: str
    target: str
    tables: dict[str, int]
    used: bool  # whether the workspace's commands use the target now


def copy(place: Workspace, source: str, target: str, *, force: bool, waiting: Callable[[str], None]) -> Copied:
    """Copy a store's rows to another place, in one transaction, and prove that they arrived.

    Args:
        place: the workspace.
        source: `file`, `server` or an address.
        target: the same.
        force: replace what the target holds.
        waiting: is called with what is known of the process that is waited for.

    Raises:
        DigestError: the daemon runs.
        UsageError: source and target are the same, or the target holds something and `force` is not set.
        WorkspaceError: a store cannot be used; the target is as it was.
    """
    here, there = _store(place, source), _store(place, target)
    if here == there:
        raise UsageError(target, "is the store that would be copied", "name another one")
    if isinstance(here, Path) and not here.exists():
        raise UsageError(str(here), "does not exist", "name the store that the workspace has")
    with _alone(place, waiting), _connected(here) as old, _connected(there) as new, ExitStack() as stack:
        if not _differ(old, new):
            raise UsageError(target, "is the store that would be copied", "name another one")
        for name in _LOCKS:
            for connection in (old, new):
                stack.enter_context(connection.exclusive(name, waiting=waiting))
        if not force and holds_rows(new):
            raise UsageError(str(there), "holds a store already", "add --force to replace what it holds")
        digests = copy_rows(old, new)
    tables = {table: rows for table, (rows, _) in digests.items()}
    return Copied(source=str(here), target=str(there), tables=tables, used=located(place) == there)


def _store(place: Workspace, name: str) -> Path | Server:
    if name == FILE:
        return place.database
    if name.startswith(SCHEMES):
        return server(name, subject="the address", place=place)
    found = located(place) if name == SERVER else None
    if not isinstance(found, Server):
        raise UsageError(
            name if name == SERVER else repr(name),
            "names no database" if name == SERVER else "is not a place for a store",
            "write `file`, `server` with DIGEST_STORE or store: set, or postgresql://USER@HOST/DATABASE",
        )
    return found


@contextmanager
def _alone(place: Workspace, waiting: Callable[[str], None]) -> Iterator[None]:
    """Keep the daemon, senders and writers of this machine out of the workspace."""
    with ExitStack() as stack:
        stack.enter_context(sole(place.state / "daemon.lock", what="digest run"))
        for name in _LOCKS:
            stack.enter_context(exclusive(place.state / name, waiting=waiting))
        yield


@contextmanager
def _connected(where: Path | Server) -> Iterator[Connection]:
    with usable(where), closing(connected(where)) as connection:
        yield connection


def _differ(one: Connection, other: Connection) -> bool:
    """Whether two connections are to different stores, however their addresses are written: a lock with a new name is free in both."""
    name = f"copying {uuid4()}"
    with one.claim(name), other.claim(name) as free:
        return free


def warning(store: Store, now: datetime) -> tuple[str, ...]:
    """What is wrong if an issue or a letter ends in the future, or one is due impossibly late, and the way back; empty if none is."""
    cutoff, due = store.issues.last_cutoff(), store.preferences.last_due()
    if cutoff is not None and cutoff > now + AHEAD:
        told = (
            f"the last issue or letter ends in the future, {cutoff:%Y-%m-%d %H:%M} UTC, and nothing is published before"
        )
    elif due is not None and due > now + LONGEST:
        told = f"a reader's next letter is due {due:%Y-%m-%d %H:%M} UTC, which is more than a month away"
    else:
        return ()
    return (f"{told}; if the clock was ahead then and is right now, run `digest rewind`",)


def rewind(program: Program) -> bool:
    """Move back everything that is stored under a later time than now; False if there is nothing."""
    collected = program.store.feeds.last_collect()
    if not warning(program.store, program.now) and (collected is None or collected <= program.now + AHEAD):
        return False
    with program.store.transaction():
        dropped = move_back(program.store.connection, program.now)
    for key in dropped:
        program.archive.discard(key)
    return True
