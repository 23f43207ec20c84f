"""Which of several summaries of a text is chosen, and by what."""

import pytest

from digest.editorial.choice import readable, traits
from digest.editorial.clauses import forms
from digest.editorial.readings import Reading, Weighed, is_lost, read_text
from digest.editorial.summary import one_sentence, summarise

TITLE = "KiteLift: Carrying Bricks in the Rain"
BACKGROUND = "Forklifts often tip over in wet yards, and cranes remain slow."
DONE = "We propose KiteLift, a framework that brings nine kites to each brick and winds them in by hand."
HOW = "KiteLift measures the wind with a silver spring before each turn of the wheel."
RESULT = "On YardBench, KiteLift drops 4% of its bricks, compared with 12% for a steam crane."
ASIDE = "These findings suggest a future for ropes."
TEXT = f"{BACKGROUND} {DONE} {HOW} {RESULT} {ASIDE}"


def _form(of: Reading, text: str) -> Weighed:
    return next(one for one in of.forms if one.text == text)


def test_a_summary_has_the_traits_that_readers_see() -> None:
    of = read_text(TEXT, TITLE)
    seen = traits([_form(of, DONE), _form(of, RESULT)], of, -0.5)
    assert (seen.worth, seen.own, seen.rival, seen.measured_on) == (-0.5, 1, 1, 1)
    assert (seen.only_figures, seen.background, seen.limited, seen.points, seen.claim) == (0, 0, 0, 0, 0)
    assert seen.facts > traits([_form(of, DONE)], of, -0.5).facts


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ([DONE, RESULT], [DONE]),
        ([DONE, RESULT], [BACKGROUND, RESULT]),
        ([HOW, RESULT], [HOW]),
    ],
)
def test_what_tells_more_is_preferred(better: list[str], worse: list[str]) -> None:
    of = read_text(TEXT, TITLE)
    chosen, other = ([_form(of, text) for text in told] for told in (better, worse))
    assert readable(chosen, of, 0.0) > readable(other, of, 0.0)


def test_a_list_in_brackets_tells_no_facts() -> None:
    named = TEXT.replace("nine kites", "nine kites (red, green, blue, yellow, white)")
    of, plain = read_text(named, TITLE), read_text(TEXT, TITLE)
    listed = next(one for one in of.forms if "yellow" in one.text)
    assert traits([listed], of, 0.0).facts == traits([_form(plain, DONE)], plain, 0.0).facts


def test_an_untold_noun_is_counted() -> None:
    of = read_text(
        TEXT.replace(HOW, "Each kite has a silver spring.").replace("On YardBench, KiteLift", "The spring"), TITLE
    )
    result = next(one for one in of.forms if one.text.startswith("The spring drops"))
    assert traits([result], of, 0.0).untold == 1


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("These springs cut losses by 9% in nine halls of the city.", True),
        ("It cuts losses by 9% in nine halls of the city.", True),
        ("The proposed method cuts losses by 9% in nine halls of the city.", False),
        ("KL-2 cuts losses by 9% in nine halls of the city.", False),
    ],
)
def test_a_reader_is_lost_without_what_is_pointed_to(text: str, *, lost: bool) -> None:
    of = read_text(f"{BACKGROUND} {DONE} {HOW} We name it KL-2 (KL). {text}", TITLE)
    assert is_lost(next(one for one in of.forms if one.text == text), of, None) is lost


def test_the_whole_result_stands_beside_how_it_works() -> None:
    """An introduction that names a kind of thing gives way to what the work does, and the result keeps its rival."""
    told = summarise(TEXT, title=TITLE, words=30)
    assert told == (
        "KiteLift brings nine kites to each brick and winds them in by hand. "
        "On YardBench, KiteLift drops 4% of its bricks, compared with 12% for a steam crane."
    )


def test_one_sentence_says_what_a_figure_is_compared_with() -> None:
    bare = "In a hall of glass, KiteLift reaches 96%."
    assert one_sentence(TEXT.replace(ASIDE, bare), title=TITLE) == RESULT


@pytest.mark.parametrize(
    ("sentence", "shorter"),
    [
        (DONE, "KiteLift brings nine kites to each brick and winds them in by hand."),
        (
            "We introduce a Kite-Powered Lift (KPL), a unified framework for bricks, which brings kites to them.",
            "KPL brings kites to them.",
        ),
        ("We present a lift called KiteLift, which brings kites to bricks.", "KiteLift brings kites to bricks."),
        (
            "Extensive experiments on nine halls show that KiteLift drops fewer bricks than cranes.",
            "On nine halls, KiteLift drops fewer bricks than cranes.",
        ),
        (
            "Across nine halls, we find that lifts without a horn drop their bricks first.",
            "Across nine halls, lifts without a horn drop their bricks first.",
        ),
    ],
)
def test_a_sentence_says_what_was_made_or_found_without_saying_that_it_was(sentence: str, shorter: str) -> None:
    assert shorter in [form.text for form in forms(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "We propose KiteLift, a framework that agents use in halls.",  # its subject is not the work
        "We propose a lift that brings kites to bricks.",  # it has no name
        "Experiments on nine halls show substantial gains over cranes.",  # no statement
        "Experiments on nine halls show that KiteLift leads and suggest that cranes are slow.",
    ],
)
def test_no_half_statement_is_left(sentence: str) -> None:
    assert not [
        form.text for form in forms(sentence) if form.text.startswith(("KiteLift agents", "A lift brings", "On nine"))
    ]
