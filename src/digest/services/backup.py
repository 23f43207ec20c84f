"""Back up a whole workspace to one .tar.gz, and restore it.

A backup is consistent even while other processes work: it contains the store as of one instant, then the archive, which may
only be newer, and the files that people wrote.
"""

import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.errors import UsageError, WorkspaceError
from digest.model import Workspace
from digest.storage.db import Store, located, open_store, usable
from digest.storage.db.snapshot import carry_over, copy_into, put_in_place, refuse_damaged
from digest.storage.files.atomic import make_folder, replacing
from digest.storage.files.lock import exclusive, sole
from digest.text.clean import one_line

FILES = (".gitignore", "feeds.yaml", "lessons.jsonl", "edits.jsonl")
FOLDERS = ("archive", "feeds", "templates", "trends")
DRAFTS = ".digest/drafts"
DATABASE = ".digest/digest.sqlite3"


def backup(workspace: Workspace, store: Store, file: Path) -> int:
    """Back the workspace up to a file that only its owner may read, and return the number of files in it.

    Raises:
        WorkspaceError: it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=workspace.state, prefix="backup-") as folder:
            copy = Path(folder) / "store"
            copy_into(store.connection, copy)
            with replacing(file, private=True) as out, tarfile.open(fileobj=out, mode="w:gz", dereference=True) as tar:
                tar.add(copy, DATABASE)
                count = 1
                for path in files(workspace.root):
                    tar.add(path, str(path.relative_to(workspace.root)), recursive=False)
                    count += 1
    except OSError as error:
        raise WorkspaceError(
            str(file), f"cannot be written ({error.strerror or error})", "free disk space, or choose another path"
        ) from error
    return count


def files(root: Path) -> Iterator[Path]:
    """The files of a backup other than the store, in a workspace or in an unpacked backup."""
    yield from (root / name for name in FILES if (root / name).is_file())
    for folder in (*FOLDERS, DRAFTS):
        for path in sorted((root / folder).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(root / folder).parts)
            if path.is_file() and not hidden:
                yield path


UNKNOWN = "the backup was made before the outcome was known"
UNPACKED = ".restore-"
LOCKS = frozenset({"lock", "sending.lock", "daemon.lock"})
DEEPEST = 16  # levels of a path; a workspace has four
LONGEST_PART = 255  # bytes of a file name, as file systems limit it
Waiting = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What a restore did. `kept` are issues that the folder already had; `in_doubt` counts recipients."""

    files: int
    kept: tuple[str, ...]
    opted_out: int
    in_doubt: int


def restore(
    workspace: Workspace, file: Path, *, now: datetime, force: bool, follow_links: bool, waiting: Waiting
) -> Restored:
    """Restore a workspace from a backup. Issues that are already archived in the folder are kept.

    Raises:
        UsageError: the folder is not empty and `force` is not set, or it contains links and `follow_links` is not set.
        DigestError: the daemon or a sender is using it.
        WorkspaceError: the file is not a backup, is damaged, or names files outside the workspace. Nothing was changed.
    """
    root = workspace.root
    if not (force or workspace.restored.exists() or _vacant(root)):
        raise UsageError(str(root), "is not empty", "restore into an empty folder, or add --force")
    if not follow_links:
        _refuse_links(root)
    with _readable(file):
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=UNPACKED) as folder:
            unpacked = Path(folder) / "workspace"
            _unpack(file, unpacked)
            refuse_damaged(unpacked / DATABASE)
            with _alone(workspace, waiting):
                if workspace.restored.exists():
                    _finish(workspace, now, waiting)
                kept = _leave_settled(workspace, unpacked)
                in_doubt = _doubt(unpacked / DATABASE, now)
                count = sum(1 for _ in files(unpacked)) + 1
                unpacked.rename(workspace.restored)
                opted_out = _finish(workspace, now, waiting)
                _tidy(root, Path(folder))
    return Restored(files=count, kept=kept, opted_out=opted_out, in_doubt=in_doubt)


def finish(workspace: Workspace, *, now: datetime, waiting: Waiting) -> None:
    """Finish a restore that was killed, or wait for one in progress."""
    with (
        _readable(workspace.restored),
        exclusive(workspace.state / "lock", waiting=waiting),
    ):
        if workspace.restored.exists():
            _finish(workspace, now, waiting)


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            str(error.filename or file),
            f"cannot be read or written ({error.strerror or error})",
            "fix the cause and restore again",
        ) from error


@contextmanager
def _alone(workspace: Workspace, waiting: Waiting) -> Iterator[None]:
    """Keep the daemon, senders and writers out of the workspace."""
    with (
        sole(workspace.state / "daemon.lock", what="digest run"),
        exclusive(workspace.state / "lock", waiting=waiting),
        sole(workspace.state / "sending.lock", what="digest send"),
    ):
        yield


def _vacant(root: Path) -> bool:
    """Whether a folder contains nothing but the remains of killed restores."""
    if not root.exists():
        return True
    ours = (path.name.startswith(UNPACKED) or (path.name == ".digest" and _only_locks(path)) for path in root.iterdir())
    return all(ours)


def _only_locks(state: Path) -> bool:
    return {path.name for path in state.iterdir()} <= LOCKS


def _unpack(file: Path, folder: Path) -> None:
    try:
        room = shutil.disk_usage(folder.parent).free
        with tarfile.open(file, "r:gz") as tar:
            for member in tar:
                room -= member.size
                if room < 0:
                    raise WorkspaceError(
                        str(file),
                        "unpacks to more than the disk has room for",
                        "free disk space, or name a file that `digest backup` wrote",
                    )
                _unpack_one(tar, member, folder, file)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise WorkspaceError(str(file), f"is damaged or not a backup ({error})", "name a complete backup") from error
    if not (folder / DATABASE).is_file() or not (folder / "feeds.yaml").is_file():
        raise WorkspaceError(str(file), "does not contain a workspace", "name a file that `digest backup` wrote")


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, file: Path) -> None:
    """Write the bytes of one member. `TarFile.extract` has its safe filter only from Python 3.11.4 on."""
    plain = member.isfile() and not member.issparse()  # a few bytes may say that they are a terabyte of holes
    content = tar.extractfile(member) if plain and _belongs(member.name) else None
    if content is None:
        raise WorkspaceError(
            str(file),
            f"contains {one_line(member.name, 80)!r}, which does not belong in a backup",
            "name a file that `digest backup` wrote",
        )
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("xb") as out:
        shutil.copyfileobj(content, out)


def _belongs(name: str) -> bool:
    """Whether a backup may contain a file with this name."""
    if name in (*FILES, DATABASE):
        return True
    draft = name.startswith(f"{DRAFTS}/")
    parts = name.removeprefix(".digest/").split("/") if draft else name.split("/")
    return (
        (draft or parts[0] in FOLDERS)
        and 1 < len(parts) <= DEEPEST
        and name.isprintable()
        and not any(not part or part.startswith(".") or len(os.fsencode(part)) > LONGEST_PART for part in parts)
    )


def _refuse_links(root: Path) -> None:
    """Refuse a workspace whose folders are symbolic links.

    Raises:
        UsageError: a restore would write through a symbolic link.
    """
    for name in (*FOLDERS, ".digest"):
        for path in (root / name, *sorted((root / name).rglob("*"))):
            if path.is_symlink() and (path == root / name or path.is_dir()):
                raise UsageError(
                    str(path), f"is a symbolic link to {path.readlink()}", "add --follow-links to restore through it"
                )


def _leave_settled(workspace: Workspace, unpacked: Path) -> tuple[str, ...]:
    """Keep the issues in the folder's own archive, with the records of their mailings, and its drafts. Return their keys."""
    issues = {path.parent.name for path in workspace.archive.glob("*/issue.json")}
    closed = {path.parent.name for path in (unpacked / "archive").glob("*/issue.json")}
    drafts = {path.parent.name for path in workspace.drafts.glob("*/issue.json")} - issues - closed
    for key in issues:
        shutil.rmtree(unpacked / "archive" / key, ignore_errors=True)
    for key in issues | drafts:
        shutil.rmtree(unpacked / DRAFTS / key, ignore_errors=True)
    return tuple(sorted(issues | drafts))


def _finish(workspace: Workspace, now: datetime, waiting: Waiting) -> int:
    """Move everything into place; safe to repeat. Returns how many people unsubscribed since the backup."""
    for path in files(workspace.restored):
        target = workspace.root / path.relative_to(workspace.restored)
        private = target.is_relative_to(workspace.state)
        if private:
            make_folder(workspace.drafts)
            make_folder(target.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        shutil.move(path, target)
        if private:
            target.chmod(0o600)
    copy, carried = workspace.restored / DATABASE, 0
    if copy.exists():
        carried = _place_store(workspace, copy, now, waiting)
    shutil.rmtree(workspace.restored)
    return carried


def _place_store(workspace: Workspace, copy: Path, now: datetime, waiting: Waiting) -> int:
    where = located(workspace)
    with usable(where), open_store(copy) as restored:
        with restored.transaction():
            carried = carry_over(where, restored.connection)
            restored.subscribers.heed_suppressions(now)
            restored.desk_sessions.end_all()  # somebody may have been signed out since the backup
        put_in_place(restored.connection, where, waiting=waiting)
    return carried


def _doubt(copy: Path, now: datetime) -> int:
    with open_store(copy) as restored, restored.transaction():
        return _doubt_in(restored, now)


def _doubt_in(store: Store, now: datetime) -> int:
    """Mark in doubt everyone who was waiting at the time of the backup, and all recipients of the latest unsent issue."""
    moved = store.ledger.doubt_all(now, reply=UNKNOWN)
    store.letters.miss(now)
    latest = store.issues.last_closed()
    active = store.subscribers.counts().get("active", 0)
    if latest is not None and active and not store.ledger.begun(latest.key):
        for route in ("mail", "outbox"):
            mailing = store.ledger.mailing(latest.key, route)
            mailing.freeze(now, people=True, state="in_doubt")
            mailing.assign(((one.number, "") for one in store.preferences.with_issue(now)), now, state="in_doubt")
        store.preferences.skip_mailed(latest.cutoff)
        moved += active
    return moved


def _tidy(root: Path, own: Path) -> None:
    """Remove the remains of killed restores."""
    for path in root.glob(f"{UNPACKED}*"):
        if path != own:
            shutil.rmtree(path, ignore_errors=True)
