"""A whole workspace -> one .tar.gz, consistent while others work on it: the store as of one instant, then the archive, which may
only be newer, and the files a person wrote. Restores nothing.
"""

import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from digest.errors import WorkspaceError
from digest.model import Workspace
from digest.store import Store
from digest.store.copies import copy_into

FILES = (".gitignore", "feeds.yaml", "lessons.jsonl", "edits.jsonl")
FOLDERS = ("archive", "feeds", "templates", "trends")
DATABASE = ".digest/digest.sqlite3"


def backup(workspace: Workspace, store: Store, file: Path) -> int:
    """Write the workspace to a file that only its owner may read, whole or not at all; the number of files in it.

    Raises:
        WorkspaceError: it cannot be written.
    """
    written = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=workspace.state, prefix="backup-") as folder:
            copy = Path(folder) / "store"
            copy_into(store.connection, copy)
            with (
                open(written, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out,
                tarfile.open(fileobj=out, mode="w:gz", dereference=True) as tar,
            ):
                tar.add(copy, DATABASE)
                count = 1
                for path in files(workspace.root):
                    tar.add(path, str(path.relative_to(workspace.root)), recursive=False)
                    count += 1
        written.replace(file)
    except OSError as error:
        raise WorkspaceError(
            str(file), f"cannot be written ({error.strerror or error})", "free the disk, or name another place"
        ) from error
    finally:
        written.unlink(missing_ok=True)
    return count


def files(root: Path) -> Iterator[Path]:
    """What a backup holds beside the store, of a workspace or of one that was unpacked."""
    yield from (root / name for name in FILES if (root / name).is_file())
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
            if path.is_file() and not hidden:
                yield path
