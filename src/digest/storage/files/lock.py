"""Lock a workspace for one writer at a time. The kernel releases the lock when its holder dies."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TextIO

from digest.errors import DigestError, WorkspaceError
from digest.storage.files import atomic

Released = Callable[[], AbstractContextManager[None]]  # releases a lock for a block, then takes it again


@contextmanager
def exclusive(path: Path, *, waiting: Callable[[str], None], enabled: bool = True) -> Iterator[Released]:
    """Hold the lock file at `path` for the block. If another process holds it, call `waiting` with its id, then wait.

    The value of the block releases the lock for a while.
    """
    if not enabled:
        yield nullcontext
        return
    with _opened(path) as file:
        with _lockable(path):
            _take(file, waiting)
        yield lambda: _released(file, waiting)


def _take(file: TextIO, waiting: Callable[[str], None]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        waiting(file.read().strip() or "of another user")
        fcntl.flock(file, fcntl.LOCK_EX)
    _sign(file)


@contextmanager
def _released(file: TextIO, waiting: Callable[[str], None]) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_UN)
    try:
        yield
    finally:
        _take(file, waiting)


@contextmanager
def _lockable(path: Path) -> Iterator[None]:
    try:
        yield
    except BlockingIOError:
        raise
    except OSError as error:
        raise WorkspaceError(
            str(path),
            f"cannot be locked ({error.strerror})",
            "put the workspace on a disk that supports file locks (flock)",
        ) from error


@contextmanager
def sole(path: Path, *, what: str) -> Iterator[Callable[[], bool]]:
    """Hold the lock file at `path` for the block, without waiting for another holder.

    The value of the block tells whether the file is still the one that is held: somebody may have replaced the folder.

    Raises:
        DigestError: another process holds it.
    """
    with _opened(path) as file:
        try:
            with _lockable(path):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "of another user"
            raise DigestError(
                what, f"process {holder} already runs it in this workspace", "stop that process first"
            ) from error
        _sign(file)
        yield lambda: _same(file, path)


def holder(path: Path) -> str | None:
    """The id of the process that holds the lock file at `path`; None if nobody does."""
    if not path.exists():
        return None
    with _opened(path) as file, _lockable(path):
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            return file.read().strip() or "of another user"
    return None


def _same(file: TextIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


def _opened(path: Path) -> TextIO:
    try:
        atomic.make_folder(path.parent)
        return open(path, "a+", opener=atomic.opener, encoding="ascii")
    except OSError as error:
        raise WorkspaceError(str(path), f"cannot be written ({error})", "check the folder's permissions") from error


def _sign(file: TextIO) -> None:
    """Note who holds the lock; on a full disk, it is held without a name."""
    with suppress(OSError):
        file.truncate(0)
        os.write(file.fileno(), str(os.getpid()).encode())  # no buffer, whose flush would fail again on closing
