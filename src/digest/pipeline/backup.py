"""A whole workspace -> one .tar.gz, and back. Consistent while others work on it; a restored workspace mails nobody anew.

backup      the store as of one instant | then the archive, which may only be newer | the files a person wrote
restore     unpack beside the workspace, checked | files into place | the store last, page by page in one transaction
            whoever opted out since stays out | whatever may have been sent since is in doubt
"""

import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from digest.errors import UsageError, WorkspaceError
from digest.model import Workspace
from digest.store import Store, open_store
from digest.store.copies import carry_over, copy_into, refuse_damaged

FILES = (".gitignore", "feeds.yaml", "lessons.jsonl", "edits.jsonl")
FOLDERS = ("archive", "feeds", "templates", "trends")
DATABASE = ".digest/digest.sqlite3"
UNKNOWN = "the backup was made before what became of it was known"


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What a restore did. `kept` are issues that were in the folder already and stayed; `in_doubt` counts recipients."""

    files: int
    kept: tuple[str, ...]
    opted_out: int
    in_doubt: int


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
                for path in _files(workspace.root):
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


def restore(workspace: Workspace, file: Path, *, now: datetime, force: bool) -> Restored:
    """Make a workspace from a backup. Issues that are archived in the folder stay as they are.

    Raises:
        UsageError: the folder holds something, and `force` is not set.
        WorkspaceError: the file is no backup, is damaged, or names files outside the workspace; nothing was changed.
    """
    root = workspace.root
    if root.exists() and any(root.iterdir()) and not force:
        raise UsageError(str(root), "is not empty", "restore into an empty folder, or add --force")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=".restore-") as folder:
            unpacked = Path(folder)
            _unpack(file, unpacked)
            refuse_damaged(unpacked / DATABASE)
            kept = _settled(workspace)
            count = _place(unpacked, root, kept)
            opted_out, in_doubt = _place_store(workspace, unpacked / DATABASE, now)
    except OSError as error:
        raise WorkspaceError(
            str(error.filename or file),
            f"cannot be read or written ({error.strerror or error})",
            "mend that and restore again",
        ) from error
    return Restored(files=count, kept=kept, opted_out=opted_out, in_doubt=in_doubt)


def _files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES if (root / name).is_file())
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
            if path.is_file() and not hidden:
                yield path


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file, "r:gz") as tar:
            for member in tar:
                if not member.isfile() or not _belongs(PurePosixPath(member.name)):
                    raise WorkspaceError(str(file), f"holds {member.name!r}, which no backup holds", "name a backup")
                tar.extract(member, folder, filter="data", set_attrs=False)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise WorkspaceError(str(file), f"is damaged or no backup ({error})", "name a whole backup") from error
    if not (folder / DATABASE).is_file() or not (folder / "feeds.yaml").is_file():
        raise WorkspaceError(str(file), "holds no workspace", "name a file that `digest backup` wrote")


def _belongs(name: PurePosixPath) -> bool:
    if str(name) in (*FILES, DATABASE):
        return True
    return name.parts[0] in FOLDERS and len(name.parts) > 1 and not any(part.startswith(".") for part in name.parts)


def _settled(workspace: Workspace) -> tuple[str, ...]:
    """The issues that the folder's own archive holds: what was published stays, and so does what is noted of its sending."""
    return tuple(sorted(path.parent.name for path in workspace.archive.glob("*/issue.json")))


def _place(unpacked: Path, root: Path, kept: tuple[str, ...]) -> int:
    count = 1
    for path in _files(unpacked):
        name = path.relative_to(unpacked)
        if name.parts[0] == "archive" and len(name.parts) > 2 and name.parts[1] in kept:
            continue
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_symlink():
            (root / name).unlink()
        shutil.move(path, root / name)
        count += 1
    return count


def _place_store(workspace: Workspace, copy: Path, now: datetime) -> tuple[int, int]:
    """The store into place, with what happened after the backup carried over: opt-outs, and doubt."""
    with open_store(copy) as restored:
        with restored.transaction():
            carried = carry_over(workspace.database, restored.connection) if workspace.database.exists() else 0
            restored.subscribers.heed_suppressions(now)
        doubtful = _doubt(restored, now)
        workspace.state.mkdir(parents=True, exist_ok=True)
        copy_into(restored.connection, workspace.database)
    return carried, doubtful


def _doubt(store: Store, now: datetime) -> int:
    """Whoever waited when the backup was made may have been mailed since; so may everyone, of the latest issue that was not sent."""
    with store.transaction():
        moved = store.ledger.doubt_all(now, reply=UNKNOWN)
        latest = store.issues.last_closed()
        active = store.subscribers.counts().get("active", 0)
        if latest is not None and active and not store.ledger.begun(latest.key):
            for route in ("mail", "outbox"):
                store.ledger.mailing(latest.key, route).freeze(now, people=True, state="in_doubt")
            moved += active
    return moved
