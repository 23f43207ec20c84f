"""One writer at a time per workspace: an advisory lock that the kernel releases when its holder dies."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import WorkspaceError


@contextmanager
def exclusive(path: Path, *, enabled: bool, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock file at `path` for the block; `waiting` hears the holder's process number where there is one."""
    if not enabled:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        raise WorkspaceError(str(path), f"cannot be written ({error})", "check the folder's permissions") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            waiting(file.read().strip() or "of another user")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
