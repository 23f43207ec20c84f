"""A server's memory changes no draft: with it and without it, the same changes give the same bytes."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config import trend_files
from digest.model import Workspace
from digest.services import edit as editing
from digest.services import teach
from digest.services.context import program_at, read_config
from digest.services.editor import Editor
from digest.services.memory import Memory
from digest.storage.files import resources
from support.forked import Forks

SLOT = datetime(2026, 6, 29, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def drafted(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("memory") / "w"
    forks.run(["init", "--sample", place])
    forks.run(["-C", place, "build", "--at", "2026-06-27T08:00"])
    return place


def changed(root: Path, memory: Memory | None) -> list[dict[str, bytes]]:
    """The files of the draft after each of some changes; with a memory, the same one for all of them."""
    place, seen = Workspace(root=root), []
    for step in range(8):
        known = trend_files.load(resources.trend_texts(place))
        settings = read_config(place, known)
        with program_at(SLOT, place, settings, known, writes=True, waiting=lambda _: None) as opened:
            program = replace(opened, memory=memory or Memory())
            key = editing.draft_key(program.store, program.archive, None)
            issue, editor = program.archive.read(key), Editor(program, key, "ada")
            best = list(issue.best)
            folded = next(item.id for section in issue.trends for item in section.folded)
            match step:
                case 0:
                    edits = [editor.decision("drop", best[1])]
                case 1:
                    edits = [editor.order("read_first", [best[2], best[0]])]
                case 2:
                    edits = [editor.decision("bring", folded)]
                case 3:
                    edits = [editor.words("note", "Read *this*."), editor.words("title", "Another title", best[0])]
                case 4:
                    editing.teach_draft(program, key, teach.lesson(program, best[0], "agents", fits=False))
                    edits = []
                case 5:
                    edits = [editor.decision("move", best[1], "multimodal")]
                case _:
                    edits = [editor.step("undo_last")]
            if edits:
                editing.decide(program, key, edits)
            seen.append(files_of(program.archive.folder(key)))
    return seen


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.slow
def test_a_draft_is_the_same_with_a_memory_and_without(drafted: Path, tmp_path: Path) -> None:
    one, other = (Path(shutil.copytree(drafted, tmp_path / name)) for name in ("a", "b"))
    assert changed(one, Memory()) == changed(other, None)


def test_what_was_not_asked_the_last_time_is_asked_again() -> None:
    memory, asked = Memory(), list[tuple[int, ...]]()

    def double(numbers: Sequence[int]) -> list[int]:
        asked.append(tuple(numbers))
        return [2 * number for number in numbers]

    assert memory.each("double", "a", (1, 2, 1), double) == (2, 4, 2)
    assert memory.each("double", "a", (2, 3), double) == (4, 6)
    assert memory.each("double", "a", (1,), double) == (2,)
    assert memory.each("double", "b", (1,), double) == (2,)
    assert asked == [(1, 2), (3,), (1,), (1,)]
    first = memory.once("now", 1, object)
    assert memory.once("now", 1, object) is first
    assert memory.once("now", 2, object) is not first
    assert memory.once("now", 1, object) is first  # as after an undo
    assert memory.once("now", 3, object) is not first
    assert memory.once("now", 2, object) is not first
    assert memory.once("now", 1, object) is not first
