"""What only its owner may read: a workspace's state, whatever the umask says. Knows no store and no mail."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(path: Path) -> None:
    """A folder that only its owner may enter, made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)


def make_file(path: Path) -> None:
    """An empty file that only its owner may read, unless there is one already."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def opener(name: str, flags: int) -> int:
    """For `open`: a new file is its owner's alone."""
    return os.open(name, flags, 0o600)


def close_to_others(folder: Path) -> bool:
    """Take others' rights from a folder and everything in it; whether they had any. A disk that knows no rights keeps its own."""
    try:
        if not folder.stat().st_mode & OTHERS:
            return False
        for path in (folder, *folder.rglob("*")):
            mode = path.lstat().st_mode
            if mode & OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)
        return not folder.stat().st_mode & OTHERS
    except OSError:
        return False
