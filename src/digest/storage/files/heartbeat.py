"""Signs of life in a workspace: the daemon's heartbeat, and marks of steps that began and did not end."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.storage.files.atomic import replace_file

NAME = "heartbeat"


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """What the daemon is doing, since when, and the time of the heartbeat. `doing` is empty while it sleeps."""

    process: int
    at: datetime
    doing: str
    since: datetime
    next: datetime | None = None  # when it will wake up next


def write(folder: Path, beat: Beat) -> None:
    """Write a heartbeat. If the disk cannot be written, the missing heartbeat is the right signal."""
    fields = {
        "process": beat.process,
        "at": beat.at.isoformat(),
        "doing": beat.doing,
        "since": beat.since.isoformat(),
        "next": beat.next and beat.next.isoformat(),
    }
    with suppress(OSError):
        replace_file(folder / NAME, (json.dumps(fields) + "\n").encode(), private=True)


def read(folder: Path) -> Beat | None:
    """The last heartbeat, or None if no daemon runs."""
    try:
        fields = json.loads((folder / NAME).read_text("utf-8"))
        return Beat(
            process=int(fields["process"]),
            at=datetime.fromisoformat(fields["at"]),
            doing=str(fields["doing"]),
            since=datetime.fromisoformat(fields["since"]),
            next=datetime.fromisoformat(fields["next"]) if fields["next"] else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove(folder: Path) -> None:
    with suppress(OSError):
        (folder / NAME).unlink()


STEP_FILE = "unfinished"


@contextmanager
def step(folder: Path, name: str) -> Iterator[None]:
    """Mark a step until the block ends without an error. Without a folder, or on a full disk, nothing is marked."""
    mark = folder / STEP_FILE
    with suppress(OSError):
        mark.write_text(f"{os.getpid()} {name}", "utf-8")
    yield
    with suppress(OSError):
        mark.unlink(missing_ok=True)


def last(folder: Path) -> str:
    """The step that neither ended nor still runs; empty if there is none."""
    try:
        process, _, name = (folder / STEP_FILE).read_text("utf-8").partition(" ")
        if int(process) != os.getpid():
            os.kill(int(process), 0)
            return ""
    except ProcessLookupError:
        return name
    except (OSError, ValueError):
        return ""
    return name
