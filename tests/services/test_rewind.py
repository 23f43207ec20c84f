"""A clock that was ahead: it is told, and there is a way back that loses nothing and repeats nothing."""

from pathlib import Path

import pytest

from digest.services.build import build
from digest.services.collect import collect
from digest.services.publish import publish
from digest.services.send_letters import make_round
from digest.services.status import status
from digest.services.store import rewind, warning
from support.press import DAILY, Press
from support.publishing import Paper
from support.running import Run

RIGHT = "2026-06-16T12:00"


def published(paper: Paper, when: str) -> list[str]:
    with paper.at(when) as program:
        return [f"{row.key} {row.state}" for row in publish(program, paper.notes.effects()).news]


def collected(paper: Paper, when: str, *names: str) -> None:
    paper.write(*names)
    with paper.at(when) as program:
        collect(program)


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A weekly that published on 8 June 2026 and then, while the clock was a year ahead, twice more."""
    paper = Paper(tmp_path / "w")
    collected(paper, "2026-06-06T12:00", "one")
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 published"]
    collected(paper, "2026-06-09T12:00", "two")
    collected(paper, "2027-06-12T12:00", "three")
    assert published(paper, "2027-06-14T06:00") == ["2027-W24 published"]
    collected(paper, "2027-06-15T12:00", "four")
    assert published(paper, "2027-06-21T06:00") == ["2027-W25 published"]
    collected(paper, "2027-06-22T12:00", "five")  # still ahead
    collected(paper, RIGHT, "six")
    return paper


def test_it_is_told_once_and_no_slot_is_promised(paper: Paper) -> None:
    with paper.at(RIGHT) as program:
        told = [text for section in status(program) for text in (*section.alarms, *section.problems)]
        assert [text for text in told if "future" in text] == list(warning(program.store, program.now))
        (line,) = [text for section in status(program) for text in section.lines if text.startswith("next slot")]
    assert "2027-W26" in line
    assert published(paper, "2026-06-22T06:00") == []


def test_the_way_back_loses_nothing_and_repeats_nothing(paper: Paper) -> None:
    with paper.at(RIGHT) as program:
        assert rewind(program)
        assert warning(program.store, program.now) == ()
        assert not rewind(program)
    assert published(paper, "2026-06-22T06:00") == ["2026-W26 published"]
    paper.write("seven")
    assert published(paper, "2026-06-29T06:00") == ["2026-W27 published"]
    keys = ("2026-W24", "2027-W24", "2027-W25", "2026-W26", "2026-W27")
    assert [paper.ids(key) for key in keys] == [["one"], ["three", "two"], ["four"], ["five", "six"], ["seven"]]


def test_what_was_begun_or_skipped_ahead_comes_again_in_its_time(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "w")
    collected(paper, "2026-06-06T12:00", "one")
    paper.configure(more="review: required")
    assert published(paper, "2027-06-14T06:00") == ["2027-W24 held"]
    with paper.at("2026-06-07T12:00") as program:
        assert rewind(program)
        assert program.archive.issue_keys() == ()
    paper.configure()
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 published"]
    assert paper.ids("2026-W24") == ["one"]


@pytest.mark.parametrize(("ahead", "issue"), [("2026-06-04T05:00", False), ("2027-06-03T05:00", True)])
def test_letters_that_were_made_ahead_hold_back_nothing_and_come_once(tmp_path: Path, ahead: str, issue: bool) -> None:
    press = Press(tmp_path / "w")
    press.collect("2026-06-01T12:00", "one")
    press.subscribe("ada")
    press.prefer("ada", DAILY)
    press.publish("2026-06-02T05:00")
    press.publish("2026-06-02T04:00")  # an hour back, and over it again
    press.publish("2026-06-02T05:00")
    press.collect(ahead, "two")
    with press.paper.at(ahead) as program:
        make_round(program)
    if issue:
        press.publish(ahead)
    press.collect("2026-06-02T12:00", "three")
    with press.paper.at("2026-06-02T12:30") as program:
        (warned,) = warning(program.store, program.now)
        assert "the last issue or letter ends in the future" in warned
        assert rewind(program)
        assert warning(program.store, program.now) == ()
    press.collect("2026-06-02T13:00", "four")
    for day in range(3, 9):
        press.publish(f"2026-06-{day:02}T05:00")
    got = [items for _, items in press.got("ada")]
    assert sorted(name for items in got for name in items) == ["four", "one", "three", "two"]
    assert got[0] == ["one"]


def test_a_reader_whose_next_letter_is_impossibly_late_is_told(tmp_path: Path) -> None:
    """There was nothing new when the clock was ahead; only the hour of the next letter was set."""
    press = Press(tmp_path / "w", more="on_empty: skip")
    press.collect("2026-06-01T12:00", "one")
    press.subscribe("ada")
    press.prefer("ada", DAILY)
    press.publish("2026-06-02T05:00")
    with press.paper.at("2027-06-02T05:00") as program:
        make_round(program)
    with press.paper.at("2026-06-02T06:00") as program:
        (warned,) = warning(program.store, program.now)
        assert "a reader's next letter is due 2027-06-03" in warned
        assert rewind(program)
    press.collect("2026-06-03T04:00", "two")
    press.publish("2026-06-03T05:00")
    assert press.got("ada") == [("2026-06-02", ["one"]), ("2026-06-02", ["two"])]


def test_a_clock_that_is_right_moves_nothing(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "w")
    collected(paper, "2026-06-06T12:00", "one")
    with paper.at("2026-06-06T12:30") as program:
        build(program)
        assert not rewind(program)
        assert program.archive.issue_keys() == ("2026-W24",)


def test_the_command_says_what_it_did(tmp_path: Path, run: Run) -> None:
    paper = Paper(tmp_path / "w")
    paper.write("one")
    place = paper.place.root
    assert run("-C", place, "rewind").out == "Nothing is stored under a later time than now.\n"
    run("-C", place, "collect", "--at", "2090-01-01")
    run("-C", place, "build", "--at", "2090-01-03")
    assert run("-C", place, "rewind").out == "Everything is in the present again.\n"
    assert run("-C", place, "next").code == 0
