"""Approving ahead of the slot: what is approved is what goes out, at its slot, and nothing else opens the gate."""

from datetime import datetime
from pathlib import Path

import pytest

from digest.errors import NotFoundError, UsageError
from digest.schedule.slots import Slot
from digest.services.approval import take_back
from digest.services.collect import collect
from digest.services.edit import decide
from digest.services.editor import Editor
from digest.services.publish import approve, publish, waiting
from support.mailing import subscribe
from support.publishing import Paper, utc
from support.running import Run

SATURDAY, REVIEW, SLOT = "2026-06-06T12:00", "2026-06-07T16:00", "2026-06-08T06:00"
NEXT_REVIEW, NEXT_SLOT = "2026-06-14T16:00", "2026-06-15T06:00"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A weekly that is reviewed from Sunday, 18:00, in Berlin, to its slot on Monday, 08:00; one item was collected on Saturday."""
    paper = Paper(tmp_path / "w", more='review: required;review_at: "sun 18:00"')
    paper.write("one")
    with paper.at(SATURDAY) as program:
        collect(program)
    return paper


def ran(paper: Paper, when: str) -> list[str]:
    with paper.at(when) as program:
        return [f"{row.key} {row.state}" for row in publish(program, paper.notes.effects()).news]


def approved(paper: Paper, when: str, key: str = "2026-W24", **how: bool) -> datetime | None:
    with paper.at(when) as program:
        return approve(program, paper.notes.effects(), key, by="ada", **how).ahead


def next_work(paper: Paper, when: str) -> datetime | None:
    with paper.at(when) as program:
        return waiting(program)


def test_the_window_ends_at_the_first_run_at_or_after_the_review_and_the_key_is_the_slots(paper: Paper) -> None:
    assert next_work(paper, SATURDAY) == utc(REVIEW)
    assert ran(paper, "2026-06-07T15:59") == []
    assert next_work(paper, "2026-06-07T16:07") == utc("2026-06-07T16:07")
    assert ran(paper, "2026-06-07T16:07") == ["2026-W24 held"]
    with paper.at("2026-06-07T16:08") as program:
        issue = program.archive.read("2026-W24")
        assert (issue.window.end, issue.slot) == (utc("2026-06-07T16:07"), utc(SLOT))
    assert next_work(paper, "2026-06-07T16:08") == utc(NEXT_REVIEW)
    assert ran(paper, "2026-06-07T16:10") == []


def test_what_is_approved_goes_out_at_the_slot_and_what_came_later_is_in_the_next_issue(paper: Paper) -> None:
    ran(paper, REVIEW)
    paper.write("two")
    with paper.at("2026-06-07T20:00") as program:
        collect(program)
        before = program.archive.read("2026-W24")
    assert approved(paper, "2026-06-07T20:30") == utc(SLOT)
    assert next_work(paper, "2026-06-07T20:31") == utc(SLOT)
    assert ran(paper, "2026-06-07T21:00") == []
    assert paper.notes.mailed == []
    assert ran(paper, SLOT) == ["2026-W24 published"]
    assert ran(paper, "2026-06-08T06:10") == []
    assert paper.notes.mailed == ["2026-W24"]
    with paper.at("2026-06-08T07:00") as program:
        closed = program.archive.read("2026-W24")
        assert (closed.trends, closed.window) == (before.trends, before.window)
    assert ran(paper, NEXT_REVIEW) == ["2026-W25 held"]
    assert (paper.ids("2026-W24"), paper.ids("2026-W25")) == (["one"], ["two"])


def test_one_that_is_not_approved_gives_its_items_and_decisions_to_the_next(paper: Paper) -> None:
    ran(paper, REVIEW)
    with paper.at("2026-06-07T20:00") as program:
        item = Editor(program, "2026-W24").decision("pin", "https://example.org/one")
        decide(program, "2026-W24", [item])
    assert ran(paper, SLOT) == []
    paper.write("two")
    assert ran(paper, NEXT_REVIEW) == ["2026-W25 held"]
    assert paper.ids("2026-W25") == ["one", "two"]
    with paper.at("2026-06-14T17:00") as program:
        pinned = [one.id for one in program.archive.read("2026-W25").items() if "pinned" in one.edited]
        assert pinned == ["url:https://example.org/one"]
    with pytest.raises(NotFoundError, match="went into 2026-W25"):
        approved(paper, "2026-06-14T17:00")
    assert paper.notes.mailed == []


def test_an_approved_issue_stays_as_it_is_until_the_approval_is_taken_back(paper: Paper) -> None:
    ran(paper, REVIEW)
    approved(paper, "2026-06-07T20:00")
    with paper.at("2026-06-07T20:10") as program:
        change = Editor(program, "2026-W24").words("subject", "Other words")
        with pytest.raises(UsageError, match="is approved, and goes out as it is"):
            decide(program, "2026-W24", [change])
        take_back(program.store, "2026-W24")
        decide(program, "2026-W24", [change])
        with pytest.raises(NotFoundError, match="is held, but not approved"):
            take_back(program.store, "2026-W24")
    assert ran(paper, SLOT) == []
    assert paper.notes.mailed == []
    assert approved(paper, "2026-06-08T06:30") is None
    assert paper.notes.mailed == ["2026-W24"]


def test_one_may_go_out_before_its_slot(paper: Paper) -> None:
    ran(paper, REVIEW)
    assert approved(paper, "2026-06-07T20:00", at_once=True) is None
    assert paper.notes.mailed == ["2026-W24"]
    assert ran(paper, SLOT) == []


def test_nothing_but_approval_opens_the_gate(paper: Paper, run: Run) -> None:
    ran(paper, REVIEW)
    root = paper.place.root
    subscribe(root, "reader@example.org")
    for when in ("2026-06-07T20:00", SLOT, "2026-06-08T09:00"):
        run("-C", root, "build", "--at", when)
        assert run("-C", root, "send", "2026-W24", "--early", "--at", when).code == 2
        run("-C", root, "publish", "--at", when)
        assert paper.issues()["2026-W24"] == "draft"
    assert "2026-W24" not in [one.name for one in (root / "archive").iterdir()]


def test_one_whose_slot_was_missed_for_too_long_is_skipped(paper: Paper) -> None:
    ran(paper, REVIEW)
    approved(paper, "2026-06-07T20:00")
    assert ran(paper, "2026-06-12T06:00") == ["2026-W24 skipped"]
    assert ran(paper, NEXT_REVIEW) == ["2026-W25 held"]
    assert (paper.ids("2026-W25"), paper.notes.mailed) == (["one"], [])


def test_a_lint_error_at_the_slot_holds_it_again(paper: Paper) -> None:
    ran(paper, REVIEW)
    approved(paper, "2026-06-07T20:00")
    (paper.place.root / "templates").mkdir()
    (paper.place.root / "templates/email.txt.j2").write_text("no link to unsubscribe\n")
    assert ran(paper, SLOT) == ["2026-W24 held"]
    assert paper.notes.mailed == []


def test_the_review_of_a_slot_begins_at_the_last_such_time_before_it(paper: Paper) -> None:
    with paper.at(SATURDAY) as program:
        slots = program.timetable
        assert [one.key for one in slots.until(utc("2026-06-07T15:59"), since=utc(SATURDAY))] == []
        assert [one.key for one in slots.until(utc(REVIEW), since=utc(SATURDAY))] == ["2026-W24"]
        assert [one.key for one in slots.until(utc(NEXT_REVIEW), since=utc(SATURDAY))] == ["2026-W25", "2026-W24"]
        assert next(slots.after(utc(REVIEW))) == Slot(at=utc(SLOT), key="2026-W24")


def test_a_review_time_that_does_not_fit_is_refused(paper: Paper, run: Run) -> None:
    paper.configure(more='review: required;review_at: "18:00"')
    refused = run("-C", paper.place.root, "next")
    assert (refused.code, "review_at" in refused.err) == (2, True)
    paper.configure(more='review_at: "sun 18:00"')
    refused = run("-C", paper.place.root, "next")
    assert (refused.code, "without review: required" in refused.err) == (2, True)
