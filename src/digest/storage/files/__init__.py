"""The plain files of a workspace: locks, heartbeat, JSON lines, packaged resources, atomic writes.

In: paths, and text or bytes. Out: text, or an error that names the path. Never touches the database or an issue.
"""

import errno
import os
import stat
from pathlib import Path


def regular(path: Path) -> Path:
    """The path, if a file or nothing is there. A pipe or a device, even behind a symbolic link, would keep a command waiting for ever.

    Raises:
        OSError: something else is.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return path  # opening it fails and says why
    if stat.S_ISREG(mode):
        return path
    raise OSError(errno.EISDIR, os.strerror(errno.EISDIR) if stat.S_ISDIR(mode) else "Is a pipe or a device", str(path))
