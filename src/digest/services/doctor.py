"""Examine what a workspace depends on: its store, the workers' queue, clock, locks, mail server and disk. Changes nothing and sends nothing.

`digest status` says how the digest itself is doing.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.config import Config
from digest.errors import DigestError
from digest.model import Workspace
from digest.services.context import Program
from digest.services.store import warning
from digest.services.transports import greeted
from digest.storage.db import Server, located
from digest.storage.db.connection import Connection
from digest.storage.files.lock import holder
from digest.text.formatting import count

SKEW = timedelta(seconds=5)  # what clocks of two machines may differ by
LEAST_FREE = 500_000_000  # bytes of the disk
SILENT = 60.0  # seconds without a sign of life of a worker
LOCKS = {"daemon.lock": "the daemon", "lock": "a command that writes", "sending.lock": "a sender"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was found of one thing. `problems` say what is wrong and what to do."""

    name: str
    words: str
    problems: tuple[str, ...] = ()


def examine(program: Program, *, clock: Callable[[], datetime]) -> tuple[Finding, ...]:
    """All findings."""
    condition = program.store.connection.condition()
    where = located(program.workspace)
    return (
        Finding(name="store", words=f"{where}: {condition.words}", problems=condition.problems),
        *(_queue(where) if isinstance(where, Server) else ()),
        _clock(program, clock, condition.clock),
        _locks(program.workspace.state, program.store.connection if isinstance(where, Server) else None),
        _mail(program.config, program.workspace),
        _disk(program.workspace.root),
    )


def _queue(server: Server) -> Iterator[Finding]:
    """The workers of the database and their jobs; nothing where no worker ever was."""
    from digest.storage.db.deployment import open_deployment  # noqa: PLC0415  (an extra)

    with open_deployment(server) as shared:
        version, workers, jobs = shared.version(), shared.workers(), sum(shared.jobs().values())
    if not version:
        return
    silent = [str(one.number) for one in workers if one.silent > SILENT]
    problems = [f"worker {number} has given no sign of life for a minute: see its log" for number in silent]
    if jobs and len(silent) == len(workers):
        problems.append(f"no worker for {count(jobs, 'job')}: start one with `digest worker`")
    yield Finding(
        name="queue",
        words=f"{count(len(workers), 'worker')}, {count(jobs, 'job')}, version {version}",
        problems=(*problems,),
    )


def _clock(program: Program, clock: Callable[[], datetime], server: datetime | None) -> Finding:
    """Compare this machine's clock with those of the store's server and of the disk."""
    with tempfile.NamedTemporaryFile(dir=program.workspace.state) as file:
        os.utime(file.name)
        disk = datetime.fromtimestamp(Path(file.name).stat().st_mtime, UTC)
    others = {"the disk": disk} | ({"the store's server": server} if server else {})
    now = clock()
    off = {name: (at - now).total_seconds() for name, at in others.items() if abs(at - now) > SKEW}
    problems = [
        f"the clock of {name} is {abs(by):.0f} s {'ahead' if by > 0 else 'behind'}: set both by NTP"
        for name, by in off.items()
    ]
    return Finding(
        name="clock", words=f"{now:%Y-%m-%d %H:%M:%S} UTC", problems=(*problems, *warning(program.store, program.now))
    )


def _locks(state: Path, shared: Connection | None) -> Finding:
    """Who holds which lock, also on other machines if they share the store. Locking must work on the workspace's disk."""
    try:
        held = {what: holder(state / name) for name, what in LOCKS.items()}
    except DigestError as error:
        return Finding(name="locks", words="do not work", problems=(str(error),))
    holders = [f"{what} (process {process})" for what, process in held.items() if process]
    if shared is not None:
        elsewhere = (what for name, what in LOCKS.items() if not held[what] and not _free(shared, name))
        holders += [f"{what} (on another machine)" for what in elsewhere]
    words = ", ".join(holders)
    return Finding(name="locks", words=f"held by {words}" if words else "free")


def _free(shared: Connection, name: str) -> bool:
    with shared.claim(name, shared=True) as free:
        return free


def _mail(config: Config, workspace: Workspace) -> Finding:
    """Whether the mail server lets this workspace in."""
    try:
        place, trouble = greeted(workspace, config)
    except DigestError as error:
        return Finding(name="mail", words="cannot be sent", problems=(str(error),))
    problems = (f"{place}: {trouble}; see `delivery` in feeds.yaml",) if trouble else ()
    return Finding(name="mail", words=place, problems=problems)


def _disk(root: Path) -> Finding:
    usage = shutil.disk_usage(root)
    problems = ("it is nearly full: free some space",) if usage.free < LEAST_FREE else ()
    return Finding(
        name="disk", words=f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.1f} GB free", problems=problems
    )
