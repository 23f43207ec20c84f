"""Drafts and held issues are in `.digest/drafts/` until they close: every command finds them, and nothing public shows them."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from digest.errors import WorkspaceError
from digest.services.build import build, close_draft
from digest.services.collect import collect
from digest.storage.archive import Archive
from support.forked import Forks
from support.mailing import outbox, subscribe
from support.publishing import Paper, collected_in
from support.running import Run

KEY, DUE = "2026-W24", "2026-06-08T06:00"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A weekly with one item, one reader and the draft of its first slot, Monday, 8 June 2026, 06:00 UTC."""
    paper = collected_in(tmp_path / "w")
    with paper.at("2026-06-06T12:00") as program:
        build(program)
    subscribe(paper.place.root, "reader@example.org")
    return paper


def draft(paper: Paper) -> Path:
    return paper.place.drafts / KEY


def public(place: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the archive."""
    root = place / "archive"
    return ((str(path.relative_to(root)), path.read_bytes()) for path in sorted(root.rglob("*")) if path.is_file())


def test_a_draft_is_not_in_the_archive_until_it_closes(paper: Paper) -> None:
    assert (draft(paper) / "index.html").is_file()
    assert [name for name, content in public(paper.place.root) if KEY in name or KEY.encode() in content] == []
    with paper.at(DUE) as program:
        close_draft(program, KEY)
    assert not draft(paper).exists()
    assert (paper.place.archive / KEY / "index.html").is_file()


def test_a_held_issue_is_not_in_the_archive_until_it_is_approved(paper: Paper, run: Run) -> None:
    paper.configure(more="review: required")
    assert run("-C", paper.place.root, "publish", "--at", f"{DUE}Z").code == 1
    assert json.loads((draft(paper) / "issue.json").read_text())["state"] == "draft"
    assert not (paper.place.archive / KEY).exists()
    run("-C", paper.place.root, "approve", KEY, "--at", "2026-06-08T07:00Z")
    assert not draft(paper).exists()
    assert json.loads((paper.place.archive / KEY / "issue.json").read_text())["state"] == "closed"


def test_commands_find_a_draft_by_its_key(paper: Paper, run: Run) -> None:
    place = paper.place.root
    assert f"{KEY}  2026-06-06  draft" in run("-C", place, "list").out
    assert run("-C", place, "show", KEY).code == 0
    assert run("-C", place, "show", KEY, "--format", "html").out == (draft(paper) / "index.html").read_text()
    assert run("-C", place, "check", KEY).out.startswith(f"{KEY}: no problems")
    why = run("-C", place, "why", "https://example.org/one").out
    assert f"{KEY}, " in why
    assert "2026-06-06 14:00" in why, "times are in the digest's zone"
    (draft(paper) / "email.txt").unlink()
    assert run("-C", place, "render", KEY).out == f"{draft(paper)}\n"
    assert (draft(paper) / "email.txt").is_file()
    (place / "note.md").write_text("Good morning.")
    assert run("-C", place, "edit", KEY, "--note", place / "note.md", "--at", f"{DUE}Z").code == 0
    assert "Good morning." in (draft(paper) / "email.txt").read_text()
    assert run("-C", place, "send", KEY, "--to", "me@example.org", "--at", f"{DUE}Z").code == 0
    assert list(outbox(place)) == ["me@example.org"]
    assert not (paper.place.archive / KEY).exists()


def test_links_of_a_draft_lead_to_the_archive(paper: Paper) -> None:
    page = (draft(paper) / "index.html").read_text()
    assert 'href="../../../archive/index.html"' in page
    assert (draft(paper) / "../../../archive/index.html").is_file()


def test_the_server_shows_published_issues_only(paper: Paper, forks: Forks) -> None:
    with forks.serving(["-C", paper.place.root, "serve", "--port", "0"]) as url:
        assert json.load(urlopen(f"{url}/api/issues")) == {"issues": []}
        assert KEY.encode() not in urlopen(f"{url}/").read()
        for path in (KEY, f"{KEY}/", f"../.digest/drafts/{KEY}/index.html", f".digest/drafts/{KEY}/index.html"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(f"{url}/{path}")


@pytest.mark.parametrize("command", [["list"], ["build", "--offline", "--at", "2026-06-07T12:00"]])
def test_a_draft_that_an_older_version_left_in_the_archive_is_moved(paper: Paper, run: Run, command: list[str]) -> None:
    old = paper.place.archive / KEY
    shutil.move(draft(paper), old)
    old.chmod(0o755)
    run("-C", paper.place.root, *command)
    assert not old.exists()
    assert (draft(paper) / "index.html").is_file()
    assert stat.S_IMODE(draft(paper).stat().st_mode) == 0o700


def test_a_draft_is_its_owners_alone_whatever_the_umask(paper: Paper) -> None:
    before = os.umask(0)
    with paper.at("2026-06-07T12:00") as program:
        build(program)
    os.umask(before)
    paths = (paper.place.drafts, *paper.place.drafts.rglob("*"))
    assert [str(path) for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_run_that_died_after_closing_leaves_the_closed_issue(paper: Paper) -> None:
    kept = paper.place.root / "kept"
    shutil.copytree(draft(paper), kept)
    with paper.at(DUE) as program:
        close_draft(program, KEY)
    shutil.move(kept, draft(paper))
    archive = Archive(paper.place.archive)
    assert (archive.read(KEY).state, archive.draft_keys()) == ("closed", ())
    archive.mend()
    assert not draft(paper).exists()


def test_a_backup_holds_the_draft_and_a_restore_keeps_it_private(paper: Paper, run: Run, tmp_path: Path) -> None:
    assert run("-C", paper.place.root, "backup", tmp_path / "b").code == 0
    assert run("-C", tmp_path / "new", "restore", tmp_path / "b").code == 0
    restored = tmp_path / "new/.digest/drafts" / KEY
    assert {path.name: path.read_bytes() for path in restored.iterdir()} == {
        path.name: path.read_bytes() for path in draft(paper).iterdir()
    }
    assert stat.S_IMODE(restored.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in restored.iterdir()} == {0o600}


def test_a_backup_with_a_closed_issue_replaces_the_draft_of_its_key(paper: Paper, run: Run, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(paper.place.root, new)
    with paper.at(DUE) as program:
        close_draft(program, KEY)
    run("-C", paper.place.root, "backup", tmp_path / "b")
    assert "0 archived issues that were there already" in run("-C", new, "restore", "--force", tmp_path / "b").out
    assert run("-C", new, "list", "--json").json[0]["state"] == "closed"


def test_the_archive_tells_when_a_workspace_without_a_store_began(paper: Paper, run: Run) -> None:
    started = paper.place.archive / "started.json"
    assert json.loads(started.read_text()) == {"started": "2026-06-06T12:00:00Z"}
    shutil.rmtree(paper.place.state)
    assert f"{KEY} published" in run("-C", paper.place.root, "publish", "--at", "2026-06-08T09:00").out
    started.write_text("[]")
    with pytest.raises(WorkspaceError, match=r"started\.json"):
        Archive(paper.place.archive).started()


def test_an_empty_issue_is_skipped_by_hand_too(tmp_path: Path, run: Run) -> None:
    paper = Paper(tmp_path / "w")
    paper.write("one")
    with paper.at("2026-06-06T12:00") as program:
        collect(program)
    with paper.at(DUE) as program:
        build(program)
    place = paper.place.root
    subscribe(place, "reader@example.org")
    assert run("-C", place, "build", "--at", "2026-06-10T06:00").code == 0
    refused = run("-C", place, "send", "2026-W25", "--early", "--at", "2026-06-10T07:00Z")
    assert (refused.code, refused.err) == (
        2,
        "digest: issue 2026-W25: contains no items (on_empty: skip); set `on_empty: send`\n",
    )
    skipped = run("-C", place, "build", "--at", "2026-06-15T06:00Z")
    assert skipped.code == 1
    assert "2026-W25 skipped: contains no items (on_empty: skip)" in skipped.err
    assert not (paper.place.archive / "2026-W25").exists()
    assert not (paper.place.drafts / "2026-W25").exists()


def test_override_closes_an_empty_issue(paper: Paper, run: Run) -> None:
    with paper.at(DUE) as program:
        build(program)
    run("-C", paper.place.root, "build", "--override", "--at", "2026-06-15T06:00Z")
    assert (paper.place.archive / "2026-W25/issue.json").is_file()
