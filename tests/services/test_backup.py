"""Backup and restore: whole, consistent, and nobody is mailed again."""

import gzip
import io
import json
import os
import shutil
import signal
import sqlite3
import sys
import tarfile
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from digest.cli import main
from digest.storage.files.lock import sole
from support.disks import small_disk
from support.mailing import KEY, NOW, outbox, store_of, subscribe
from support.running import Run


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
    assert "2 unsubscribed since the backup" in told.out
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


def _held(place: Path) -> Mapping[str, bytes]:
    """A workspace as its owner sees it: every file but the state's and a killed restore's own, and who is in the store."""
    ours = (path for path in place.glob("*") if path.name != ".digest" and not path.name.startswith(".restore-"))
    paths = (path for one in ours for path in (one, *one.rglob("*")) if path.is_file())
    held = {str(path.relative_to(place)): path.read_bytes() for path in paths}
    if (place / ".digest/digest.sqlite3").exists():
        with closing(sqlite3.connect(place / ".digest/digest.sqlite3")) as connection:
            rows = connection.execute("SELECT address, status FROM subscribers ORDER BY id").fetchall()
        held["people"] = json.dumps(rows).encode()
    return held


def _killed(argv: list[str], after: int) -> bool:
    """Run a command in a child that kills itself with -9 at a step: anything that opens, moves or removes a file. Whether it did."""
    child = os.fork()
    if child == 0:
        left = after

        def step(event: str, _: object) -> None:
            nonlocal left
            if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(step)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os._exit(main(argv))
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.slow
@pytest.mark.of_sqlite("the steps are those of files, and it reads the store's")
@pytest.mark.parametrize("force", [False, True], ids=["into an empty folder", "into another workspace"])
@pytest.mark.parametrize("stride", [8, pytest.param(0, marks=pytest.mark.soak)], ids=["some steps", "every step"])
def test_a_killed_restore_leaves_the_old_or_the_new(
    run: Run, place: Path, tmp_path: Path, *, force: bool, stride: int
) -> None:
    """Whatever command comes next finds one of the two; and the same command finishes it."""
    subscribe(place, "ada@example.org", "bob@example.org")
    run("-C", place, "backup", tmp_path / "b")
    other = tmp_path / "other"
    (other / "templates").mkdir(parents=True)
    if force:
        (other / "feeds.yaml").write_bytes((place / "feeds.yaml").read_bytes() + b"# another\n")
        subscribe(other, "eve@example.org")
    argv = ["-C", str(tmp_path / "w2"), "restore", str(tmp_path / "b"), *(["--force"] if force else [])]
    old, new, seen, after = _held(other) if force else {}, _held(place), set(), 1
    for round_ in range(1000):
        shutil.rmtree(tmp_path / "w2", ignore_errors=True)
        if force:
            shutil.copytree(other, tmp_path / "w2")
        if not _killed(argv, after):
            break
        if round_ % 2:
            run("-C", tmp_path / "w2", "subscribers", "list")
            held = _held(tmp_path / "w2")
            assert held in (old, new), (after, sorted(held))
            seen.add(held == new)
        else:
            told, held = run(*argv), _held(tmp_path / "w2")
            assert held == new, (after, told.err)
            assert told.code in (0, 1) or "is not empty" in told.err
        after += 1 + stride * round_
    assert seen == {True, False}


def test_a_backup_onto_a_full_disk_leaves_nothing_and_says_so(run: Run, place: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    with small_disk(tmp_path / "full", "200k"):
        told = run("-C", place, "backup", tmp_path / "full/b.tar.gz")
        assert told.code == 2
        assert told.err == (
            f"digest: {tmp_path}/full/b.tar.gz: cannot be written (No space left on device);"
            " free disk space, or choose another path\n"
        )
        assert list((tmp_path / "full").iterdir()) == []
        (tmp_path / "full/b.tar.gz").write_bytes(b"the backup of yesterday")
        assert run("-C", place, "backup", tmp_path / "full/b.tar.gz").code == 2
        assert (tmp_path / "full/b.tar.gz").read_bytes() == b"the backup of yesterday"
    assert not list((place / ".digest").glob("backup-*"))


def test_a_restore_onto_a_full_disk_changes_nothing(run: Run, place: Path, tmp_path: Path) -> None:
    run("-C", place, "backup", tmp_path / "b")
    (tmp_path / "full").mkdir()
    with small_disk(tmp_path / "full", "1m"):
        told = run("-C", tmp_path / "full", "restore", tmp_path / "b")
        assert told.code == 2
        assert told.err.count("\n") == 1
        # The second if what is packed nearly fits.
        assert any(one in told.err for one in ("more than the disk has room for", "No space left on device"))
        assert list((tmp_path / "full").iterdir()) == []


def test_a_restore_leaves_the_daemon_alone(run: Run, place: Path, tmp_path: Path) -> None:
    run("-C", place, "backup", tmp_path / "b")
    with sole(place / ".digest/daemon.lock", what="digest run"):
        before = _held(place)
        told = run("-C", place, "restore", "--force", tmp_path / "b")
    assert told.code == 3
    assert told.err.startswith("digest: digest run: process ")
    assert _held(place) == before


@pytest.mark.parametrize(
    "name", [".", "archive/.", "archive//x", "archive/" + "d/" * 300 + "x", "archive/" + "n" * 300]
)
def test_odd_names_are_refused_in_one_line(run: Run, tmp_path: Path, name: str) -> None:
    _evil(tmp_path / "b", name)
    told = run("-C", tmp_path / "new", "restore", tmp_path / "b")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("sparse", [False, True], ids=["a size", "holes"])
def test_what_would_fill_the_disk_is_refused_before_it_does(run: Run, tmp_path: Path, *, sparse: bool) -> None:
    member = tarfile.TarInfo("archive/x")
    member.size = 0 if sparse else 1 << 60
    if sparse:  # the old form of GNU tar: one byte of data at the end of a terabyte
        member.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    if sparse:
        block[386:410] = b"%011o\0%011o\0" % (1 << 30, 0)
        block[483:495] = b"%011o\0" % (1 << 32)
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
    with gzip.open(tmp_path / "b", "wb") as file:
        file.write(bytes(block) + bytes(10240))
    told = run("-C", tmp_path / "new", "restore", tmp_path / "b")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert ("does not belong" if sparse else "more than the disk has room for") in told.err
    assert list((tmp_path / "new").iterdir()) == []


def test_two_members_of_one_name_are_refused(run: Run, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b", "w:gz") as tar:
        for name in ("archive/x", "archive/x", "archive/x/y"):
            tar.addfile(tarfile.TarInfo(name))
    told = run("-C", tmp_path / "new", "restore", tmp_path / "b")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_member_without_a_name_is_refused(run: Run, tmp_path: Path) -> None:
    _evil(tmp_path / "b", "")
    assert run("-C", tmp_path / "new", "restore", tmp_path / "b").code == 2


@pytest.mark.parametrize(
    "name", ["archive", "templates", "feeds", "trends", ".digest", ".digest/drafts", f"archive/{KEY}"]
)
def test_a_folder_that_leads_elsewhere_wants_the_operators_word(
    run: Run, place: Path, tmp_path: Path, name: str
) -> None:
    run("-C", place, "backup", tmp_path / "b")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "new" / name).parent.mkdir(parents=True)
    (tmp_path / "new" / name).symlink_to(tmp_path / "elsewhere")
    told = run("-C", tmp_path / "new", "restore", "--force", tmp_path / "b")
    assert told.code == 2
    assert told.err == (
        f"digest: {tmp_path}/new/{name}: is a symbolic link to {tmp_path}/elsewhere;"
        " add --follow-links to restore through it\n"
    )
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert run("-C", tmp_path / "new", "restore", "--force", "--follow-links", tmp_path / "b").code in (0, 1)
