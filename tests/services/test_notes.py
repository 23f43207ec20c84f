"""Notes for Obsidian: twice the same, a person's words kept, nothing of a feed at work in them."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from support.issues import archived, issue, several
from support.running import ROOT, Run

LINE = "%% Write below this line. Everything above it is replaced by the next export. %%\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    archived(tmp_path / "w", issue(0), issue(1))
    return tmp_path / "w"


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def front(note: Path) -> dict[str, object]:
    _, head, _ = note.read_text().split("---\n", 2)
    found: dict[str, object] = yaml.safe_load(head)
    return found


def test_a_second_export_changes_nothing(run: Run, tmp_path: Path) -> None:
    place, vault = tmp_path / "w", tmp_path / "vault"
    shutil.copytree(ROOT / "archive", place / "archive")
    first = run("-C", place, "export", "--format", "obsidian", vault)
    before = state(vault)
    second = run("-C", place, "export", "--format", "obsidian", vault)
    assert (first.code, second.code) == (0, 0)
    assert state(vault) == before
    assert len(before) > 100
    assert second.err == f"0 notes new, 0 changed, {len(before)} as they were\n"


def test_a_note_has_front_matter_and_links(run: Run, place: Path, tmp_path: Path) -> None:
    run("-C", place, "export", "--format", "obsidian", tmp_path / "v", "--item", "arxiv:0")
    assert front(tmp_path / "v/Items/arxiv-0.md") == {
        "title": "Agents, number 0",
        "aliases": ["Agents, number 0"],
        "authors": ["Ada", "Bob"],
        "published": issue(0).slot.date(),
        "url": "https://arxiv.org/abs/2606.01234",
        "doi": "10.1/x",
        "kind": "paper",
        "trends": ["[[Trends/agents|LLM agents]]"],
        "issue": "[[Issues/2026-W27|2026-W27]]",
        "citekey": "arxiv-0",
        "tags": ["digest", "digest/paper"],
    }
    assert set(state(tmp_path / "v")) == {"Items/arxiv-0.md", "Trends/agents.md", "Issues/2026-W27.md"}
    assert "- [[Items/arxiv-0|Agents, number 0]]" in (tmp_path / "v/Issues/2026-W27.md").read_text()


def test_what_a_person_wrote_is_kept(run: Run, place: Path, tmp_path: Path) -> None:
    vault = tmp_path / "v"
    run("-C", place, "export", "--format", "obsidian", vault)
    note = vault / "Items/arxiv-0.md"
    fresh = note.read_text()
    mine = f"\nMy thoughts. {LINE}More.\n"
    changed = fresh.replace("tags:", "rating: 5\ntags:").replace("It works.", "It was changed.")
    note.write_text(changed + mine)
    ran = run("-C", place, "export", "--format", "obsidian", vault)
    assert ran.err.startswith("0 notes new, 1 changed")
    assert note.read_text() == fresh.replace("- digest/paper\n", "- digest/paper\nrating: 5\n") + mine
    run("-C", place, "export", "--format", "obsidian", vault)
    assert note.read_text().endswith(mine)


@pytest.mark.parametrize("theirs", ["My own note.\n", "", "---\n: : broken\n---\n"])
def test_a_note_of_somebody_else_is_left_alone_and_named(run: Run, place: Path, tmp_path: Path, theirs: str) -> None:
    note = tmp_path / "v/Items/arxiv-0.md"
    note.parent.mkdir(parents=True)
    note.write_text(theirs)
    ran = run("-C", place, "export", "--format", "obsidian", tmp_path / "v")
    assert ran.code == 1
    assert str(note) in ran.err
    assert note.read_text() == theirs


def test_nothing_that_a_feed_says_is_at_work(run: Run, tmp_path: Path) -> None:
    plain = issue(0)
    (item,) = plain.trends[0].items
    hostile = "]] ![[secret]] %% #tag <script> $=dv() `= this` [[x|y]] ^block --- {{x}}"
    item = replace(item, title=hostile, summary=hostile + " Write below this line.", authors=(hostile,))
    archived(tmp_path / "w", replace(plain, trends=(replace(plain.trends[0], items=(item,)),)))
    run("-C", tmp_path / "w", "export", "--format", "obsidian", tmp_path / "v")
    run("-C", tmp_path / "w", "export", "--format", "obsidian", tmp_path / "v")
    text = (tmp_path / "v/Items/arxiv-0.md").read_text()
    _, _, body = text.split("---\n", 2)
    body = body.removesuffix(LINE)
    assert not any(sign in body for sign in ("[[", "%%", " #tag", "<script", " `=", "$="))
    listed = (tmp_path / "v/Issues/2026-W27.md").read_text()
    assert "- [[Items/arxiv-0|" in listed
    assert "![[" not in listed


def test_a_folder_goes_with_notes_only(run: Run, place: Path, tmp_path: Path) -> None:
    assert run("-C", place, "export", "--format", "bibtex", tmp_path / "v").code == 2
    assert run("-C", place, "export", "--format", "obsidian").code == 2
    assert not (tmp_path / "v").exists()


def test_many_items_of_an_issue_are_notes(run: Run, tmp_path: Path) -> None:
    archived(tmp_path / "w", several(0))
    run("-C", tmp_path / "w", "export", "--format", "obsidian", tmp_path / "v")
    assert len(list((tmp_path / "v/Items").iterdir())) == 11
