"""What a slot does: once, whatever is missed, held, empty, killed or lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import DeliveryError, DigestError, NotFoundError
from digest.lint import Finding
from digest.services.build import build
from digest.services.collect import collect
from digest.services.publish import approve, publish
from digest.services.status import feeds as feeds_section
from support.mailing import lose_store
from support.publishing import Paper, collected_in


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A weekly with one item, which collected on a Saturday; its first slot is Monday, 8 June 2026, 06:00 UTC."""
    return collected_in(tmp_path / "w")


def published(paper: Paper, when: str) -> list[str]:
    with paper.at(when) as program:
        news = publish(program, paper.notes.effects()).news
    return [f"{row.key} {row.state}" for row in news]


def test_nothing_is_due_before_the_slot(paper: Paper) -> None:
    assert published(paper, "2026-06-08T05:59") == []
    assert paper.issues() == {}


def test_a_slot_is_published_once_however_often_it_runs(paper: Paper) -> None:
    runs = [published(paper, f"2026-06-08T06:0{minute}") for minute in range(4)]
    assert runs == [["2026-W24 published"], [], [], []]
    assert paper.notes.mailed == ["2026-W24"]
    assert paper.notes.pinged == [""]
    assert paper.issues() == {"2026-W24": "closed"}


def test_an_issue_that_somebody_closed_by_hand_is_mailed_at_the_slot(paper: Paper) -> None:
    with paper.at("2026-06-08T06:00") as program:
        build(program)
    assert published(paper, "2026-06-08T06:01") == ["2026-W24 published"]
    assert paper.notes.mailed == ["2026-W24"]


def test_several_missed_slots_make_one_issue(paper: Paper) -> None:
    paper.write("two")
    assert published(paper, "2026-06-23T06:00") == ["2026-W26 published"]
    assert paper.ids("2026-W26") == ["one", "two"]


def test_a_slot_missed_for_longer_than_catch_up_is_skipped_and_its_items_go_to_the_next(paper: Paper) -> None:
    assert published(paper, "2026-06-12T09:00") == ["2026-W24 skipped"]
    assert paper.notes.told == ["issue 2026-W24 skipped: missed by 4 days and 3 hours; its items go to the next issue."]
    assert published(paper, "2026-06-12T09:01") == []
    assert published(paper, "2026-06-15T06:00") == ["2026-W25 published"]
    assert paper.ids("2026-W25") == ["one"]


def test_an_issue_that_fails_the_lint_is_held_as_a_draft_until_approved(paper: Paper) -> None:
    paper.notes.findings = [
        Finding(file="email.html", line=3, rule="R1", message="no unsubscribe link", remedy="add it", severity="error")
    ]
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 held"]
    assert published(paper, "2026-06-08T07:00") == []
    assert paper.issues() == {"2026-W24": "draft"}
    assert paper.notes.mailed == []
    assert "no unsubscribe link" in paper.notes.told[0]
    paper.write("later")
    with paper.at("2026-06-09T06:00") as program:
        collect(program)
    with paper.at("2026-06-09T07:00") as program:
        assert [row.state for row in approve(program, paper.notes.effects(), "2026-W24").news] == ["published"]
    assert paper.issues() == {"2026-W24": "closed"}
    assert paper.notes.mailed == ["2026-W24"]
    paper.notes.findings = []
    assert published(paper, "2026-06-15T06:00") == ["2026-W25 published"]
    assert (paper.ids("2026-W24"), paper.ids("2026-W25")) == (["one"], ["later"])


def test_a_held_issue_that_nobody_approves_goes_into_the_next(paper: Paper) -> None:
    paper.configure(more="review: required")
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 held"]
    paper.write("two")
    assert published(paper, "2026-06-15T06:00") == ["2026-W25 held"]
    assert paper.issues() == {"2026-W25": "draft"}
    with paper.at("2026-06-15T07:00") as program, pytest.raises(NotFoundError, match="went into 2026-W25"):
        approve(program, paper.notes.effects(), "2026-W24")
    with paper.at("2026-06-15T07:00") as program:
        approve(program, paper.notes.effects(), "2026-W25")
    assert paper.ids("2026-W25") == ["one", "two"]
    assert paper.notes.mailed == ["2026-W25"]


def test_review_holds_the_mail_of_an_issue_that_was_closed_by_hand(paper: Paper) -> None:
    paper.configure(more="review: required")
    with paper.at("2026-06-08T06:00") as program:
        build(program)
    assert published(paper, "2026-06-08T06:01") == ["2026-W24 held"]
    with paper.at("2026-06-08T07:00") as program:
        approve(program, paper.notes.effects(), "2026-W24")
    assert paper.notes.mailed == ["2026-W24"]


@pytest.mark.parametrize(("setting", "news"), [("skip", "2026-W25 skipped"), ("send", "2026-W25 published")])
def test_an_issue_that_would_hold_nothing(paper: Paper, setting: str, news: str) -> None:
    paper.configure(more=f"on_empty: {setting}")
    published(paper, "2026-06-08T06:00")
    assert published(paper, "2026-06-15T06:00") == [news]
    paper.write("two")
    assert published(paper, "2026-06-22T06:00") == ["2026-W26 published"]
    assert paper.ids("2026-W26") == ["two"]


def test_the_mail_server_being_down_loses_nothing(paper: Paper) -> None:
    paper.notes.fails = [DeliveryError("smtp", "refused the login")]
    with pytest.raises(DeliveryError):
        published(paper, "2026-06-08T06:00")
    assert published(paper, "2026-06-08T06:10") == ["2026-W24 published"]
    assert paper.notes.mailed == ["2026-W24"]


def test_the_archives_pages_are_written_by_the_next_run_where_one_died_before_them(paper: Paper) -> None:
    paper.place.archive.mkdir()
    (paper.place.archive / "trends").write_text("in the way")
    with pytest.raises(DigestError, match="trends"):
        published(paper, "2026-06-08T06:00")
    assert paper.notes.mailed == []
    (paper.place.archive / "trends").unlink()
    assert published(paper, "2026-06-08T06:01") == ["2026-W24 published"]
    assert (paper.place.archive / "trends/index.html").exists()
    assert "2026-W24" in (paper.place.archive / "index.html").read_text()


def test_others_collect_while_an_issue_is_mailed(paper: Paper) -> None:
    def meanwhile() -> None:
        paper.write("meanwhile")
        with paper.at("2026-06-08T06:01") as program:
            assert [one.new for one in collect(program)] == [1]

    paper.notes.meanwhile = meanwhile
    assert published(paper, "2026-06-08T06:00") == ["2026-W24 published"]
    paper.notes.meanwhile = lambda: None
    assert published(paper, "2026-06-15T06:00") == ["2026-W25 published"]
    assert (paper.ids("2026-W24"), paper.ids("2026-W25")) == (["one"], ["meanwhile"])


def test_a_second_run_that_ends_the_mailing_is_the_only_one_to_tell(paper: Paper) -> None:
    def meanwhile() -> None:
        paper.notes.meanwhile = lambda: None
        assert published(paper, "2026-06-08T06:01") == ["2026-W24 published"]

    paper.notes.meanwhile = meanwhile
    assert published(paper, "2026-06-08T06:00") == []
    assert len(paper.notes.pinged) == 1


def test_no_feed_answering_leaves_the_slot_due(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "w")
    (paper.place.root / "papers.xml").unlink()
    with paper.at("2026-06-06T12:00") as program:
        collect(program)
    with pytest.raises(DigestError, match="no feed answered"):
        published(paper, "2026-06-08T06:00")
    paper.write("one")
    assert published(paper, "2026-06-08T08:00") == ["2026-W24 published"]


@pytest.mark.parametrize("mailed", [True, False])
def test_with_the_store_lost_the_archive_decides(paper: Paper, mailed: bool) -> None:
    published(paper, "2026-06-08T06:00")
    if mailed:
        paper.place.archive.joinpath("2026-W24", "sent.json").write_text("{}")
    lose_store(paper.place.root)
    paper.notes.mailed.clear()
    assert published(paper, "2026-06-08T09:00") == ([] if mailed else ["2026-W24 published"])
    assert paper.notes.mailed == ([] if mailed else ["2026-W24"])
    paper.write("two")
    lose_store(paper.place.root)
    assert published(paper, "2026-06-15T09:00") == ["2026-W25 published"]
    assert paper.ids("2026-W25") == ["two"]


def test_a_draft_in_the_archive_tells_that_the_workspace_was_at_work(tmp_path: Path) -> None:
    """Where no store survives, as on a rented runner, the first slot after the first draft is due."""
    paper = Paper(tmp_path / "w")
    paper.write("one")
    with paper.at("2026-06-06T12:00") as program:
        build(program)
    lose_store(paper.place.root)
    assert published(paper, "2026-06-08T09:00") == ["2026-W24 published"]


@pytest.mark.parametrize(
    ("schedule", "zone", "when", "key"),
    [
        ("wed 08:00", "Europe/Berlin", "2026-06-10T08:00", ""),  # the week's issue is out already
        ("sun 20:00", "Europe/Berlin", "2026-06-14T20:00", ""),  # the same week still
        ("sun 20:00", "Europe/Berlin", "2026-06-21T20:00", "2026-W25 published"),
        ("mon 08:00", "America/Los_Angeles", "2026-06-08T16:00", ""),  # the slot comes again
        ("mon 08:00", "America/Los_Angeles", "2026-06-15T16:00", "2026-W25 published"),
        ("mon 08:00", "Pacific/Kiritimati", "2026-06-14T20:00", "2026-W25 published"),
    ],
)
def test_a_change_of_schedule_or_zone_publishes_no_period_twice_and_skips_none(
    paper: Paper, schedule: str, zone: str, when: str, key: str
) -> None:
    published(paper, "2026-06-08T06:00")
    paper.write("two")
    paper.configure(schedule=schedule)
    text = paper.place.config.read_text().replace("Europe/Berlin", zone)
    paper.place.config.write_text(text)
    assert published(paper, when) == ([key] if key else [])


def test_a_run_that_was_killed_is_finished_with_its_own_cutoff_unless_a_later_slot_has_come(paper: Paper) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> tuple[Finding, ...]:
        raise Killed

    effects = paper.notes.effects()
    broken = replace(effects, lint=die)
    with pytest.raises(Killed), paper.at("2026-06-08T06:00") as program:
        publish(program, broken)
    with paper.at("2026-06-08T07:00") as program:
        publish(program, effects)
        row = program.store.issues.last_closed()
    assert row is not None
    assert (row.key, row.cutoff.isoformat()) == ("2026-W24", "2026-06-08T06:00:00+00:00")
    paper.write("two")
    with pytest.raises(Killed), paper.at("2026-06-15T06:00") as program:
        publish(program, broken)
    assert published(paper, "2026-06-22T06:00") == ["2026-W26 published"]


def test_status_does_not_call_a_feed_usual_that_was_never_fetched(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "w")
    paper.write("one")
    with paper.at("2026-06-06T12:00") as program:
        assert feeds_section(program).lines == ("one feed never fetched",)
        collect(program)
    with paper.at("2026-06-06T12:01") as program:
        assert feeds_section(program).lines == ("one feed of 1 as usual",)
