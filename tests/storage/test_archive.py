"""The archive: whole or not at all, and the same value back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import NotFoundError, WorkspaceError
from digest.storage.archive import Archive, json_schema, to_json
from digest.storage.archive.issue_json import from_json
from support.issues import FOLDED, ISSUE

ROOT = Path(__file__).parents[2]
FILES = {"issue.md": "# One\n", "email.html": "<p>One</p>\n"}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def test_an_issue_comes_back_as_it_was_written(archive: Archive) -> None:
    folder = archive.write(ISSUE, FILES)
    assert archive.read("2026-W27") == ISSUE
    assert {path.name for path in folder.iterdir()} == {"issue.json", *FILES}


def test_a_folded_item_keeps_only_what_the_format_promises() -> None:
    (section,) = json.loads(to_json(ISSUE))["trends"]
    assert section["folded"] == [
        {"id": FOLDED.id, "title": "More", "url": FOLDED.url, "trends": [{"id": "agents", "score": 0.6}]}
    ]


def test_a_folded_item_keeps_its_authors() -> None:
    named = replace(FOLDED, authors=("Ada Byron", "Grace M. Hopper"))
    told = replace(ISSUE, trends=(replace(ISSUE.trends[0], folded=(named,)),))
    assert from_json(to_json(told).encode()).trends[0].folded == (named,)


def test_the_same_issue_makes_the_same_bytes_through_any_number_of_readings() -> None:
    once = to_json(ISSUE)
    assert to_json(from_json(once.encode())) == once


def test_a_folded_item_without_a_link_comes_back() -> None:
    bare = replace(FOLDED, id="guid:1", url="")
    told = replace(ISSUE, trends=(replace(ISSUE.trends[0], folded=(bare,)),))
    assert from_json(to_json(told).encode()).trends[0].folded == (bare,)


def test_the_schema_is_the_one_that_the_type_gives() -> None:
    assert json.loads((ROOT / "docs" / "reference" / "issue.schema.json").read_text("utf-8")) == json_schema()


def test_a_draft_is_replaced_and_a_closed_issue_never(archive: Archive) -> None:
    archive.write(replace(ISSUE, state="draft"), FILES)
    archive.write(ISSUE, FILES)
    with pytest.raises(WorkspaceError, match="contains a closed issue, which never changes"):
        archive.write(replace(ISSUE, title="Another"), FILES)
    assert archive.read("2026-W27") == ISSUE


def test_a_sample_gives_way_to_a_real_issue(archive: Archive) -> None:
    archive.write(replace(ISSUE, sample=True), FILES)
    archive.write(ISSUE, FILES)
    assert archive.read("2026-W27") == ISSUE


def test_a_run_that_died_between_two_renames_is_mended(archive: Archive) -> None:
    folder = archive.write(ISSUE, FILES)
    folder.rename(archive.root / ".old-2026-W27")
    (archive.root / ".new-2026-W27").mkdir()
    archive.mend()
    assert archive.read("2026-W27") == ISSUE
    assert [path.name for path in archive.root.iterdir()] == ["2026-W27"]


def test_a_refusing_disk_leaves_the_old_state(archive: Archive) -> None:
    archive.write(replace(ISSUE, state="draft"), FILES)
    with pytest.raises(WorkspaceError, match="cannot be used"):
        archive.write(ISSUE, {"no/such/folder.md": ""})
    assert archive.read("2026-W27").state == "draft"
    assert [path.name for path in archive.drafts.iterdir()] == ["2026-W27"]
    assert list(archive.root.iterdir()) == []


def test_a_missing_issue_says_so(archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="issue 2026-W01"):
        archive.read("2026-W01")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2}', '{"schema": 1, "key": 3}', "{"])
def test_a_broken_issue_file_is_named(archive: Archive, text: str) -> None:
    folder = archive.write(ISSUE, FILES)
    (folder / "issue.json").write_text(text, "utf-8")
    with pytest.raises(WorkspaceError, match=r"issue\.json: is not an issue"):
        archive.read("2026-W27")


def test_an_archive_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("not a folder", "utf-8")
    with pytest.raises(WorkspaceError, match="cannot be used"):
        Archive(tmp_path / "archive").issue_keys()
