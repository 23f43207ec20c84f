"""Mark a step of the program while it runs, so that one that failed or was killed is known afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "unfinished"


@contextmanager
def step(folder: Path, name: str) -> Iterator[None]:
    """Mark a step until the block ends without an error. Without a folder, or on a full disk, nothing is marked."""
    mark = folder / NAME
    with suppress(OSError):
        mark.write_text(f"{os.getpid()} {name}", "utf-8")
    yield
    with suppress(OSError):
        mark.unlink(missing_ok=True)


def last(folder: Path) -> str:
    """The step that neither ended nor still runs; empty if there is none."""
    try:
        process, _, name = (folder / NAME).read_text("utf-8").partition(" ")
        if int(process) != os.getpid():
            os.kill(int(process), 0)
            return ""
    except ProcessLookupError:
        return name
    except (OSError, ValueError):
        return ""
    return name
