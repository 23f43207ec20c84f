"""Replace files and folders atomically: after a crash or a power failure, the path has either the complete old or the complete new content.

Everything in a workspace is replaced here, with the same durability: the content is flushed to disk before the rename, and the folder
around it afterwards. (A Maildir has its own protocol.)
"""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX = ".new-"  # the prefix of an unfinished file or folder, which a killed run may leave behind
_OLD = ".old-"  # of a folder that is being replaced


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Open a file for writing that replaces `path` when the block ends without an error.

    The permissions of an existing file are kept, unless `private` is set.

    Args:
        path: the file to replace; a symbolic link is replaced itself, not followed. Only one process may do this at a time: callers
            hold the workspace's lock.
        private: only the owner may read the file. No lock is needed then, so that it may be outside the workspace.

    Raises:
        OSError: the disk cannot be written. The old content is still there.
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
    """Replace a file by this content."""
    with replacing(path, private=private) as file:
        file.write(content)


def replace_folder(path: Path, files: Mapping[str, bytes], *, private: bool) -> None:
    """Replace a folder by one with these files. If the process dies in between, `mend_folders` completes it.

    Args:
        path: the folder.
        files: their content by name.
        private: only the owner may enter the folder, or the one around it if that is new.

    Raises:
        OSError: the disk cannot be written. The old folder is still there.
    """
    fresh, old = path.with_name(f"{PREFIX}{path.name}"), path.with_name(f"{_OLD}{path.name}")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        if private:
            make_folder(path.parent)
            make_folder(fresh)
        else:
            fresh.mkdir(parents=True)
        for name, content in files.items():
            replace_file(fresh / name, content, private=private)
        shutil.rmtree(old, ignore_errors=True)
        if path.exists():
            path.rename(old)
        fresh.rename(path)
        sync_folder(path.parent)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def mend_folders(place: Path) -> None:
    """Finish or undo the replacements of folders that killed processes left incomplete."""
    for path in sorted(place.glob(".*-*")) if place.exists() else ():
        whole = place / path.name.removeprefix(_OLD)
        if path.name.startswith(_OLD) and not whole.exists():
            path.rename(whole)
        elif path.name.startswith((_OLD, PREFIX)):
            shutil.rmtree(path, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Flush a rename in a folder to disk, if the file system supports it."""
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
    return 0o666  # restricted by the umask


OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(path: Path) -> None:
    """Create a folder that only its owner may enter, if it does not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)


def make_file(path: Path) -> None:
    """Create an empty file that only its owner may read, if it does not exist."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def opener(name: str, flags: int) -> int:
    """An opener for `open`: a new file is accessible only to its owner."""
    return os.open(name, flags, 0o600)


def close_to_others(folder: Path) -> bool:
    """Remove all access of others to a folder and its content; True if they had any. Does nothing on disks without permissions."""
    try:
        if not folder.is_dir() or not folder.stat().st_mode & OTHERS:
            return False
        for path in (folder, *folder.rglob("*")):
            mode = path.lstat().st_mode
            if mode & OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)
        return not folder.stat().st_mode & OTHERS
    except OSError:
        return False
