"""What a reader missed: one page from the archive."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.editorial.recap import Movement, recap
from digest.model import Follows, Issue, Pulse, Window
from digest.storage.archive import Archive
from support.issues import ISSUE, ITEM
from support.running import ROOT, Run

FIRST = datetime(2026, 11, 2, 7, tzinfo=UTC)


def issue(week: int, pulse: Pulse, *titles: str, follows: str = "") -> Issue:
    """An issue whose titles are all to be read first; the first of them follows the item of that id."""
    items = tuple(
        replace(
            ITEM,
            id=title,
            title=title,
            url="https://example.org/x",
            follows=Follows(key="", id=follows) if follows and n == 0 else None,
        )
        for n, title in enumerate(titles)
    )
    slot = FIRST + timedelta(weeks=week)
    section = replace(ISSUE.trends[0], id="agents", name="Agents", pulse=pulse, items=items, folded=())
    window = Window(start=slot - timedelta(weeks=1), end=slot)
    return replace(
        ISSUE,
        key=f"2026-W{45 + week}",
        slot=slot,
        window=window,
        state="closed",
        trends=(section,),
        read_first=titles,
        also_noted=(),
    )


def three() -> list[Issue]:
    """Latest first."""
    return [
        issue(2, Pulse(count=9, expected=4.0, q=0.01, verdict="more"), "Newest", "Second new", follows="Oldest"),
        issue(1, Pulse(count=3, expected=3.5, q=0.9, verdict="as_usual"), "Middle", "Starred A*"),
        issue(0, Pulse(count=5), "Oldest", "Second old"),
    ]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for each in three():
        Archive(tmp_path / "w/archive").write(each, {})
    return tmp_path / "w"


def test_each_issue_gives_its_first_story_before_any_gives_its_second() -> None:
    told = recap(three(), stories=4)
    assert [story.item.title for story in told.stories] == ["Newest", "Middle", "Second new", "Starred A*"]
    assert told.keys == ("2026-W47", "2026-W46", "2026-W45")


def test_a_trend_is_compared_where_it_could_be_expected() -> None:
    moved = Movement(id="agents", name="Agents", count=17, compared=12, expected=7.5, more=("2026-W47",), less=())
    assert recap(three()).trends == (moved,)


def test_a_pipe_gets_markdown_and_a_program_json(place: Path, run: Run) -> None:
    page = run("-C", place, "recap", "--since", "2w", "--at", "2026-11-17T08:00").out
    assert page.splitlines()[0].endswith(": what you missed")
    assert "1. [Newest](https://example.org/x)" in page
    assert r"Starred A\*" in page
    assert "Oldest" not in page
    assert "- Agents: 12 items; 7.5 expected; more than usual in 2026-W47" in page
    told = run("-C", place, "recap", "--since", "2026-11", "--json").json
    assert told["keys"] == ["2026-W47", "2026-W46", "2026-W45"]
    assert told["trends"][0]["more"] == ["2026-W47"]


@pytest.mark.parametrize(("since", "code"), [("1d", 3), ("4 weeks", 2), ("2026-13", 2), ("2027", 3)])
def test_what_cannot_be_summed_up_is_said(place: Path, run: Run, since: str, code: int) -> None:
    told = run("-C", place, "recap", "--since", since, "--at", "2026-12-24")
    assert (told.code, told.out) == (code, "")
    assert told.err.startswith(f"digest: --since {since}: ")


def test_a_copied_archive_is_enough(tmp_path: Path, run: Run) -> None:
    shutil.copytree(ROOT / "archive", tmp_path / "archive")
    page = run("-C", tmp_path, "recap", "--since", "2026").out
    assert "## Best stories" in page
    assert run("-C", tmp_path / "none", "recap").code == 2
