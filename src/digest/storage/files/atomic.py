"""Replace a file at once: after a crash or a power cut, the path holds the old content or the new, whole.

Every file of a workspace that is replaced is replaced here, with one durability: the content is flushed to disk before the
rename, and the folder after it. (A Maildir has a protocol of its own, and folders of issues are swapped by the archive.)
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX = ".new-"  # of the unfinished file beside its path; a killed run may leave it


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write to, and put it in place of `path` when the block ends without an error.

    An existing file keeps its permissions, unless the new one is to be private.

    Args:
        path: what to replace; a symbolic link is replaced itself, not followed. One process at a time replaces it: whoever calls
            this for a file of the workspace holds its lock.
        private: only the owner may read the file. It may lie anywhere, so that no lock is needed.

    Raises:
        OSError: the disk refuses; the old content is still there.
    """
    fresh = path.with_name(f"{PREFIX}{path.name}" + (f".{os.getpid()}" if private else ""))
    mode = 0o600 if private else _mode(path)
    try:
        with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
            file.flush()
            if path.exists() and not private:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def replace_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """The same for content that is at hand."""
    with replacing(path, private=private) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last through a power cut, where the file system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        with suppress(OSError):  # some network file systems refuse
            os.fsync(handle)
    finally:
        os.close(handle)


def _mode(path: Path) -> int:
    with suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    return 0o666  # what the umask leaves of it
