"""Make files and folders that only their owner may access, whatever the umask; for a workspace's state."""

import os
import stat
from contextlib import suppress
from pathlib import Path

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
