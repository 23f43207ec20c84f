"""What moved: surer than chance, told once, recomputed from what issues keep; nothing where nothing moves."""

import random
from dataclasses import replace

import pytest

from digest.editorial.moved import LEVEL, PastWindow, Work, mentions, moved, tail, terms_of
from digest.model import Moved, TermCounts
from digest.storage.files.resources import ordinary_words

ORDINARY = ordinary_words()
TITLES = ("Lifting bricks", "Carrying beams", "Turning cranes", "Painting halls", "Moving sand")


def window(named: int, *, items: int = 200, name: str = "Lift V4", start: int = 0) -> list[Work]:
    """Items of which so many name a model."""
    return [
        Work(
            id=f"{start + number}",
            title=TITLES[number % len(TITLES)],
            text=f"We use {name}." if number < named else "",
            authors=(f"Author {start + number}",),
        )
        for number in range(items)
    ]


def past(*named: int) -> list[PastWindow]:
    return [
        PastWindow(titles=tuple(work.title for work in works), names=mentions(terms_of(works, ORDINARY)))
        for works in (window(one) for one in named)
    ]


def test_a_name_that_was_never_seen_moves() -> None:
    works = window(9)
    (found,) = moved(terms_of(works, ORDINARY), past(0, 0, 0, 0, 0, 0), ORDINARY)
    assert 0 < found.q < 0.001
    assert replace(found, q=0.0) == Moved(
        name="Lift V4",
        kind="name",
        items=tuple(work.id for work in works[:9]),
        count=9,
        expected=0.0,
        q=0.0,
        past=(0, 0, 0, 0, 0, 0),
    )


def test_a_phrase_of_titles_moves() -> None:
    works = [
        *window(0, items=180),
        *(Work(id=f"p{n}", title=f"Flying forklifts {n}", authors=(f"Pilot {n}",)) for n in range(12)),
    ]
    (found,) = moved(terms_of(works, ORDINARY), past(0, 0, 0, 0, 0, 0), ORDINARY)
    assert (found.name, found.kind, found.count, found.past) == ("flying forklifts", "phrase", 12, (0,) * 6)


def test_what_was_as_frequent_before_does_not_move() -> None:
    assert moved(terms_of(window(9), ORDINARY), past(8, 9, 10, 7, 9, 8), ORDINARY) == ()


def test_too_few_past_issues_say_nothing() -> None:
    assert moved(terms_of(window(50), ORDINARY), past(0, 0, 0), ORDINARY) == ()


def test_issues_that_kept_no_names_are_not_taken_for_issues_without_any() -> None:
    kept_none = [PastWindow(titles=one.titles) for one in past(0, 0, 0, 0)]
    assert moved(terms_of(window(50), ORDINARY), kept_none, ORDINARY) == ()


def test_many_papers_of_one_group_are_not_the_field_moving() -> None:
    works = [Work(id=one.id, title=one.title, text=one.text, authors=("One Author",)) for one in window(9)]
    assert moved(terms_of(works, ORDINARY), past(0, 0, 0, 0, 0, 0), ORDINARY) == ()


def test_of_terms_that_the_same_items_hold_one_is_told() -> None:
    works = window(9, name="Lift V4 and OpenLift and Kite K2")
    assert len(moved(terms_of(works, ORDINARY), past(0, 0, 0, 0, 0, 0), ORDINARY)) == 1


def test_the_counts_of_an_issue_have_a_bound() -> None:
    letters = str.maketrans("0123456789", "abcdefghij")
    works = [Work(id=str(n), title="", text="LiftX" + str(n).translate(letters)) for n in range(5_000)]
    works += [Work(id=f"b{n}", title="", text="Lift V4") for n in range(2)]
    assert mentions(terms_of(works, ORDINARY)) == TermCounts(items=5_002, floor=2, counts={"liftv4": 2})


def test_a_rare_name_of_a_window_that_left_it_out_counts_as_often_as_it_may_have_come() -> None:
    windows = [PastWindow(titles=one.titles, names=TermCounts(items=200, floor=4)) for one in past(0, 0, 0, 0)]
    assert moved(terms_of(window(9), ORDINARY), windows, ORDINARY) == ()


@pytest.mark.parametrize(
    ("count", "seen", "share", "likely"), [(0, 0, 0.1, 1.0), (1, 0, 0.1, 0.0465), (5, 12, 1 / 12, 0.00941)]
)
def test_the_tail_is_a_negative_binomial(count: int, seen: int, share: float, likely: float) -> None:
    assert tail(count, seen, share) == pytest.approx(likely, rel=0.02)


def test_where_nothing_moves_few_windows_say_that_something_did() -> None:
    rng = random.Random(1)
    pool = [f"Model {n}" for n in range(1, 60)]
    weights = [1 / n for n in range(1, 60)]

    def drawn(start: int) -> list[Work]:
        return [
            Work(id=f"{start}-{n}", title="", text=" ".join(rng.choices(pool, weights)), authors=(f"{start}-{n}",))
            for n in range(80)
        ]

    flagged = 0
    for trial in range(40):
        windows = [PastWindow(titles=(), names=mentions(terms_of(drawn(number), frozenset()))) for number in range(8)]
        flagged += bool(moved(terms_of(drawn(trial + 100), frozenset()), windows, frozenset()))
    assert flagged / 40 <= LEVEL + 0.05
