"""What a summary may not leave hanging: verbs without their objects, pronouns and abbreviations of sentences that it left out."""

import pytest

from digest.editorial.abbreviations import spelled_out, unexplained
from digest.editorial.cuts import cuts
from digest.editorial.pointers import UNTOLD, references
from digest.editorial.summary import summarise

TEXT = (
    "Ovens that rest between loaves are seldom studied. We introduce Slow-Heat Oven Control (SH-OC), a rule that lets an oven rest after each loaf. "
    "Across nine bakeries, SH-OC burns 41% fewer loaves than a fixed timer."
)


@pytest.mark.parametrize(
    ("sentence", "end"),
    [
        (
            "The oven first learns to wait from a few loaves, then further trains through a contest of bakers.",
            "trains.",
        ),
        (
            "We find that the colour of a crust is already strongly predictable via a probe in the dough.",
            "predictable.",
        ),
    ],
)
def test_no_cut_leaves_a_verb_or_an_adjective_without_what_it_needs(sentence: str, end: str) -> None:
    assert not [form for form, _ in cuts(sentence) if form.endswith(end)]


def test_an_adjective_that_needs_nothing_may_end_a_sentence() -> None:
    sentence = "The recipes of all nine bakeries in the old town are now available through the library of the guild."
    assert "The recipes of all nine bakeries in the old town are now available." in dict(cuts(sentence))


def test_what_all_of_them_are_must_have_been_told() -> None:
    sentence = "Rye matches or exceeds wheat on all of them."
    assert references(sentence, frozenset(), follows=False) >= UNTOLD
    assert references(sentence, frozenset(), follows=True) < UNTOLD


def test_an_abbreviation_with_a_hyphen_is_spelled_out_too() -> None:
    result = "Across nine bakeries, SH-OC burns 41% fewer loaves."
    assert "Slow-Heat Oven Control (SH-OC) burns" in spelled_out(result, TEXT, {"SH-OC"}, 40)
    assert unexplained(result, TEXT, {"SH-OC"}) == 1
    assert unexplained(spelled_out(result, TEXT, {"SH-OC"}, 40), TEXT, {"SH-OC"}) == 0
    assert unexplained(result, TEXT, ()) == 0


def test_a_long_form_from_the_beginning_of_a_sentence_is_small_within_one() -> None:
    text = "Slow oven control (SOC) burns less. Bakers like it."
    assert spelled_out("Bakers like SOC.", text, {"SOC"}, 40) == "Bakers like slow oven control (SOC)."


def test_the_name_of_a_work_is_spelled_out_where_the_title_does_not_have_it() -> None:
    assert "Slow-Heat Oven Control (SH-OC)" in summarise(TEXT, title="Ovens that burn fewer loaves")
