"""How many of the labels that somebody checked stood."""

from datetime import UTC, datetime, timedelta

from digest.model import Edit, EditAction, Lesson
from digest.services.label_checks import LabelChecks, label_checks, label_checks_words

NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


def lesson(item: str, trend: str, *, fits: bool, asked: bool = False, at: datetime = YESTERDAY) -> Lesson:
    return Lesson(item=item, title=item, trend=trend, fits=fits, at=at, words={}, asked=asked)


def test_answers_that_fit_confirm_and_corrections_do_not() -> None:
    lessons = [
        lesson("a", "agents", fits=True, asked=True),
        lesson("b", "agents", fits=False, asked=True),
        lesson("c", "reasoning", fits=False),
        lesson("d", "other", fits=True),
    ]
    assert label_checks(lessons, (), NOW) == LabelChecks(checked=4, stood=1)


def test_a_label_that_is_added_says_nothing_of_those_that_were_shown() -> None:
    lessons = [lesson("a", "agents", fits=True), lesson("b", "other", fits=False)]
    assert label_checks(lessons, (), NOW) == LabelChecks(checked=0, stood=0)


def test_what_was_said_last_of_an_item_and_trend_counts_once() -> None:
    lessons = [lesson("a", "agents", fits=False, asked=True), lesson("a", "agents", fits=True, asked=True)]
    assert label_checks(lessons, (), NOW) == LabelChecks(checked=1, stood=1)


def test_a_correction_that_is_said_in_two_ways_counts_once() -> None:
    """As an answer of `digest teach --review` that an item is off topic, and a lesson beside a move."""
    lessons = [
        lesson("a", "agents", fits=False, asked=True),
        lesson("a", "other", fits=True),
        lesson("b", "agents", fits=False),
        lesson("c", "other", fits=True),
    ]
    edits = [Edit(action="move", at=YESTERDAY, item=item, trend="reasoning") for item in ("b", "c", "d")]
    assert label_checks(lessons, edits, NOW) == LabelChecks(checked=4, stood=0)


def test_a_move_corrects_a_label_until_it_is_taken_back() -> None:
    def edit(item: str, action: EditAction) -> Edit:
        return Edit(action=action, at=YESTERDAY, item=item, trend="agents")

    edits = [edit("a", "move"), edit("b", "move"), edit("b", "undo"), edit("c", "pin")]
    assert label_checks((), edits, NOW) == LabelChecks(checked=1, stood=0)


def test_only_the_last_half_year_counts_and_nothing_after_the_clock() -> None:
    old, later = NOW - timedelta(weeks=26), NOW + timedelta(seconds=1)
    lessons = [lesson("a", "agents", fits=False, at=old), lesson("b", "agents", fits=False, at=later)]
    assert label_checks(lessons, (), NOW) == LabelChecks(checked=0, stood=0)


def test_nothing_is_said_where_nothing_was_checked() -> None:
    assert label_checks_words(LabelChecks(checked=0, stood=0)) == ""
    told = label_checks_words(LabelChecks(checked=40, stood=35))
    assert told == "Of 40 labels that the editor checked within half a year, 35 stood."
    told = label_checks_words(LabelChecks(checked=1, stood=0))
    assert told == "Of one label that the editor checked within half a year, 0 stood."
