"""A workspace's state is its owner's alone, whatever the umask says and whatever an older version left."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.storage.files import heartbeat
from digest.storage.files.heartbeat import Beat
from support.mailing import NOW, subscribe
from support.running import Run


@pytest.fixture
def _careless() -> Iterator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


def _open_to_others(folder: Path) -> list[str]:
    paths = (folder, *folder.rglob("*"))
    return [str(path) for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077]


@pytest.mark.slow
@pytest.mark.usefixtures("_careless")
def test_state_is_private_whatever_the_umask(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "w"
    run("init", "--sample", place)
    run("-C", place, "build", "--at", "2026-06-29T08:00")
    subscribe(place, "ada@example.org")
    assert run("-C", place, "send").code == 0
    heartbeat.write(place / ".digest", Beat(process=1, at=NOW, doing="", since=NOW))
    run("-C", place, "feeds", "export", tmp_path / "feeds.opml")
    run("-C", place, "backup", tmp_path / "b")
    run("-C", tmp_path / "new", "restore", tmp_path / "b")
    assert len(list((place / ".digest/outbox/new").iterdir())) == 1
    assert _open_to_others(place / ".digest") == []
    assert _open_to_others(tmp_path / "new/.digest") == []
    assert _open_to_others(tmp_path / "feeds.opml") == []
    assert _open_to_others(tmp_path / "b") == []


@pytest.mark.of_sqlite("it opens the store's file to others")
def test_a_state_that_others_can_read_is_closed_and_said_once(
    run: Run, sample: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    (place / ".digest").chmod(0o755)
    (place / ".digest/digest.sqlite3").chmod(0o644)
    run("-C", place, "status")
    said = [f"digest: {place}/.digest: was readable by other users; now only its owner can read it"]
    assert caplog.messages == said
    assert _open_to_others(place / ".digest") == []
    run("-C", place, "status")
    assert caplog.messages == said
