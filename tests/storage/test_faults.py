"""What disks and kernels refuse: one message that advises nothing rash, and a daemon that works in its own state only."""

import errno
import fcntl
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest

from digest.errors import WorkspaceError
from digest.storage.archive import Archive
from digest.storage.db import open_store
from digest.storage.db.sqlite import trouble
from digest.storage.files import jsonl
from digest.storage.files.lock import exclusive, sole
from support.running import Run


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO])
def test_a_disk_without_locks_is_told(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)
    told = run("-C", place, "collect")
    assert told.code == 2
    assert told.err == (
        f"digest: {place}/.digest/lock: cannot be locked (no locks here);"
        " put the workspace on a disk that supports file locks (flock)\n"
    )
    with pytest.raises(WorkspaceError), sole(place / ".digest/x.lock", what="x"):
        pass


@pytest.mark.parametrize(
    "words",
    [
        "unable to open database file",
        "disk I/O error",
        "attempt to write a readonly database",
        "database is locked",
        "database or disk is full",
        "interrupted",
        "something new",
    ],
)
def test_no_error_advises_to_delete_a_store_that_was_not_shown_to_be_damaged(tmp_path: Path, words: str) -> None:
    with pytest.raises(WorkspaceError) as told, open_store(tmp_path / "s"):
        raise trouble(sqlite3.OperationalError(words))
    assert not {"delete", "remove", "away", "backup"} & set(str(told.value).replace(":", " ").split())


def test_a_damaged_store_is_to_be_restored_or_moved_away(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"no database" * 1000)
    with pytest.raises(WorkspaceError, match="restore it from a backup, or move it away"), open_store(tmp_path / "s"):
        pass


def test_who_holds_a_lock_knows_whether_it_is_still_theirs(tmp_path: Path) -> None:
    with sole(tmp_path / "state/daemon.lock", what="digest run") as ours:
        assert ours()
        (tmp_path / "state").rename(tmp_path / "old")
        assert not ours()
        with exclusive(tmp_path / "state/daemon.lock", waiting=print):
            assert not ours()


@pytest.mark.parametrize("key", ["../../evil", "2026-W28", "/tmp/evil", "", "2026-W27/../x"])
def test_an_issue_whose_key_is_not_its_folder_is_refused(run: Run, place: Path, key: str) -> None:
    path = place / "archive/2026-W27/issue.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"key": key}))
    with pytest.raises(WorkspaceError, match="both must be one week, day or month"):
        Archive(place / "archive").read("2026-W27")
    assert run("-C", place, "send", "2026-W27").code == 2
    assert not list(place.parent.rglob("sent.json"))


def test_a_folder_whose_name_is_no_key_is_refused(place: Path) -> None:
    shutil.copytree(place / "archive/2026-W27", place / "archive/evil")
    text = (place / "archive/evil/issue.json").read_text().replace('"key": "2026-W27"', '"key": "evil"', 1)
    (place / "archive/evil/issue.json").write_text(text)
    with pytest.raises(WorkspaceError):
        Archive(place / "archive").read("evil")


@pytest.mark.slow
@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c"])
def test_a_note_with_a_strange_line_break_is_read_back(run: Run, place: Path, tmp_path: Path, char: str) -> None:
    run("init", "--sample", tmp_path / "n")
    run("-C", tmp_path / "n", "build", "--at", "2026-06-28T08:00")
    (tmp_path / "note.md").write_text(f"Dear readers,{char}this week was busy.\n", "utf-8")
    first = run("-C", tmp_path / "n", "edit", "--note", tmp_path / "note.md", "--at", "2026-06-28T09:00")
    second = run("-C", tmp_path / "n", "edit")
    third = run("-C", tmp_path / "n", "build", "--at", "2026-06-29T08:00")
    assert first.code != 0 or (second.code, third.code) == (0, 0)


@dataclass(frozen=True)
class _Word:
    text: str


def test_what_people_keep_elsewhere_stays_there(tmp_path: Path) -> None:
    """An editor's records may be symbolic links into a repository."""
    (tmp_path / "kept.jsonl").write_text("")
    (tmp_path / "edits.jsonl").symlink_to(tmp_path / "kept.jsonl")
    jsonl.add(tmp_path / "edits.jsonl", [_Word("a"), _Word("b")], _Word)
    assert (tmp_path / "edits.jsonl").is_symlink()
    assert jsonl.read(tmp_path / "kept.jsonl", _Word) == (_Word("a"), _Word("b"))
