"""What came closest to moving: phrases that works are about, counted in titles and texts; nothing common, of another field, or as usual."""

from dataclasses import replace

from digest.editorial.closest import MANY, closest, counted, phrase_counts, read_works
from digest.editorial.moved import PastWindow, Work
from digest.model import Moved, TermCounts
from digest.storage.files.resources import ordinary_words

ORDINARY = ordinary_words()
TEXT = "Lifts raise bricks over a wall."


def window(phrase: str = "", *, titled: int = 0, told: int = 0, items: int = 120) -> list[Work]:
    """Works of which so many have a phrase in the title, and so many more in the text."""
    return [
        Work(
            id=f"{number}",
            title=f"Work {'on ' + phrase if number < titled else 'of others'}",
            text=f"{TEXT} Of {phrase}." if titled <= number < titled + told else TEXT,
            authors=(f"Author {number}",),
        )
        for number in range(items)
    ]


def past(*windows: list[Work]) -> list[PastWindow]:
    return [PastWindow(titles=(), phrases=phrase_counts(read_works(works, ORDINARY))) for works in windows]


def found(works: list[Work], before: list[PastWindow]) -> tuple[Moved, ...]:
    read = read_works(works, ORDINARY)
    return closest(read, phrase_counts(read), before)


def test_phrases_are_counted_in_titles_and_texts_with_their_hyphens() -> None:
    works = window("on-policy distillation", titled=2, told=3)
    assert phrase_counts(read_works(works, ORDINARY)) == TermCounts(
        items=120,
        floor=2,
        counts={"lift raise": 120, "on-policy distillation": 5, "raise brick": 120, "lift raise brick": 120},
    )
    rare = read_works(window("on-policy distillation", titled=1), ORDINARY)
    assert "on-policy distillation" not in phrase_counts(rare).counts


def test_a_phrase_that_works_share_more_often_than_before_is_closest() -> None:
    works = window("GUI lifting", titled=3, told=4)
    (one,) = found(works, past(window("GUI lifting", titled=1, told=1), window()))
    assert replace(one, q=0.0) == Moved(
        name="GUI lifting",
        kind="phrase",
        items=tuple(work.id for work in works[:7]),
        count=7,
        expected=1.5,
        q=0.0,
        past=(2, 1),
    )


def test_a_past_count_that_was_left_out_is_taken_for_as_much_as_it_can_be() -> None:
    few = [PastWindow(titles=(), phrases=TermCounts(items=120, floor=6)) for _ in range(2)]
    assert found(window("GUI lifting", titled=3, told=3), few) == ()


def test_what_is_as_usual_common_of_another_field_or_a_turn_of_speech_is_not_told() -> None:
    still = past(window(), window())
    assert found(window("GUI lifting", titled=3, told=4), past(*[window("GUI lifting", titled=2, told=4)] * 2)) == ()
    assert found(window("robot grippers", titled=3, told=4), still) == ()  # the field
    assert found(window("brick lifts", titled=3, told=4), still) == ()  # both words stand everywhere
    assert found(window("blind corners", titled=1, told=7), still) == ()  # hardly any work is about it
    assert found(window("GUI lifting", titled=3, told=4), still[:1]) == ()  # too few past windows


def test_texts_of_very_many_works_are_not_read() -> None:
    few, many = (window("GUI lifting", titled=3, items=number) for number in (MANY, MANY + 1))
    assert counted(few, (), ORDINARY)[0] is not None
    assert counted(many, (), ORDINARY) == (None, ())


def test_the_works_of_one_group_are_no_movement() -> None:
    works = [replace(work, authors=("Ada",)) for work in window("GUI lifting", titled=3, told=4)]
    assert found(works, past(window(), window())) == ()


def test_the_longest_phrase_of_the_same_works_is_told() -> None:
    (one,) = found(window("named tower recognition", titled=4, told=3), past(window(), window()))
    assert one.name == "named tower recognition"
