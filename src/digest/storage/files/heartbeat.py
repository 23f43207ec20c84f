"""The daemon's sign of life: a small file that it writes anew every few seconds. A clean exit removes it."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.storage.files.atomic import replace_file

NAME = "heartbeat"


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """What the daemon does, since when, and when it last gave a sign. `doing` is empty while it sleeps."""

    process: int
    at: datetime
    doing: str
    since: datetime
    next: datetime | None = None  # when it will look again for itself


def write(folder: Path, beat: Beat) -> None:
    """Leave a sign. On a disk that refuses none is left, which is what a missing sign should mean."""
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
    """The last sign, or None where no daemon runs."""
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
