"""Backup and restore: whole, consistent, and nobody is mailed anew."""

import io
import os
import shutil
import tarfile
import threading
from pathlib import Path

import pytest
from conftest import Run
from mailing import KEY, NOW, outbox, store_of, subscribe


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


def test_a_restored_workspace_mails_nobody_anew(run: Run, place: Path, tmp_path: Path) -> None:
    subscribe(place, "ada@example.org", "bob@example.org", "eve@example.org")
    run("-C", place, "send", "--limit", "1")
    file = tmp_path / "b.tar.gz"
    assert run("-C", place, "backup", file).code == 0
    assert file.stat().st_mode & 0o077 == 0
    assert run("-C", place, "send").code == 0
    new = tmp_path / "new"
    told = run("-C", new, "restore", file)
    assert told.code == 1, told.err
    assert (new / "archive" / KEY / "issue.json").read_bytes() == (place / "archive" / KEY / "issue.json").read_bytes()
    counts = run("-C", new, "send", "--json").json["routes"][0]["counts"]
    assert (counts["accepted"], counts["in_doubt"], counts["pending"]) == (1, 2, 0)
    assert not (new / ".digest/outbox").exists()
    assert sorted(path.name for path in new.iterdir()) == sorted({path.name for path in place.iterdir()})


def test_an_issue_that_was_unsent_at_the_backup_is_in_doubt(run: Run, place: Path, tmp_path: Path) -> None:
    subscribe(place, "ada@example.org")
    run("-C", place, "backup", tmp_path / "b")
    run("-C", place, "send")
    assert run("-C", tmp_path / "new", "restore", tmp_path / "b").code == 1
    assert run("-C", tmp_path / "new", "send", "--json").json["routes"][0]["counts"]["in_doubt"] == 1
    assert run("-C", tmp_path / "new", "send", "--in-doubt").code == 0
    assert set(outbox(tmp_path / "new")) == {"ada@example.org"}


def test_who_opted_out_since_the_backup_stays_out(run: Run, place: Path, tmp_path: Path) -> None:
    subscribe(place, "ada@example.org", "bob@example.org")
    run("-C", place, "subscribers", "remove", "bob@example.org")
    run("-C", place, "subscribers", "readmit", "bob@example.org", "--consent", "asked")
    run("-C", place, "backup", tmp_path / "b")
    run("-C", place, "subscribers", "remove", "ada@example.org")
    run("-C", place, "subscribers", "forget", "bob@example.org")
    assert run("-C", place, "restore", tmp_path / "b").code == 2
    told = run("-C", place, "restore", "--force", tmp_path / "b")
    assert "2 who opted out" in told.out
    assert run("-C", place, "subscribers").out.startswith("1 unsubscribed")


def test_a_backup_is_of_one_instant_while_others_write(run: Run, place: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with store_of(place) as store, store.transaction():
                for name in ("one", "two"):
                    store.subscribers.add(f"{name}{number}@example.org", key=f"{name}{number}@example.org", at=NOW)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert run("-C", place, "backup", tmp_path / "b").code == 0
    finally:
        stop.set()
        writer.join()
    run("-C", tmp_path / "new", "restore", tmp_path / "b")
    assert len(run("-C", tmp_path / "new", "subscribers", "list", "--json").json) % 2 == 0


def _evil(file: Path, name: str, *, type_: bytes = tarfile.REGTYPE, target: str = "") -> None:
    with tarfile.open(file, "w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = type_, target
        content = b"" if type_ != tarfile.REGTYPE else b"evil"
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil-digest", "archive/../../evil", "archive/.hidden", ".git/hooks/pre-commit", "archive"]
)
def test_a_file_that_names_others_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    _evil(tmp_path / "b", name)
    told = run("-C", tmp_path / "new", "restore", tmp_path / "b")
    assert told.code == 2
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    "type_", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
)
def test_what_is_no_file_is_refused(run: Run, tmp_path: Path, type_: bytes) -> None:
    _evil(tmp_path / "b", "archive/x", type_=type_, target="/etc/passwd")
    assert run("-C", tmp_path / "new", "restore", tmp_path / "b").code == 2
    assert list((tmp_path / "new").iterdir()) == []


def test_a_damaged_file_changes_nothing(run: Run, place: Path, tmp_path: Path) -> None:
    run("-C", place, "backup", tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    for part in (whole[: len(whole) // 2], b"", b"no tar", whole[:2000] + os.urandom(50) + whole[2050:]):
        (tmp_path / "c").write_bytes(part)
        told = run("-C", tmp_path / "new", "restore", tmp_path / "c")
        assert told.code == 2, told.err
        assert list((tmp_path / "new").iterdir()) == []
    assert run("-C", place, "backup", tmp_path / "no" / "such" / "b").code == 2
