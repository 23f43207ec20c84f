"""Examine what a workspace depends on: its store, clock, locks, mail server and disk. Changes nothing and sends nothing.

`digest status` says how the digest itself is doing.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.config import Config
from digest.errors import DigestError
from digest.model import Workspace
from digest.services.context import Program
from digest.services.store import warning
from digest.services.transports import greeted
from digest.storage.db import located
from digest.storage.files.lock import holder

SKEW = timedelta(seconds=5)  # what clocks of two machines may differ by
LEAST_FREE = 500_000_000  # bytes of the disk
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
        _clock(program, clock, condition.clock),
        _locks(program.workspace.state),
        _mail(program.config, program.workspace),
        _disk(program.workspace.root),
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


def _locks(state: Path) -> Finding:
    """Who holds which lock. Locking must work on the workspace's disk."""
    try:
        held = {what: holder(state / name) for name, what in LOCKS.items()}
    except DigestError as error:
        return Finding(name="locks", words="do not work", problems=(str(error),))
    words = ", ".join(f"{what} (process {process})" for what, process in held.items() if process)
    return Finding(name="locks", words=f"held by {words}" if words else "free")


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
