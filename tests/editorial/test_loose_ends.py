"""What a summary may not leave hanging: verbs without their objects, pronouns and abbreviations of sentences that it left out."""

import pytest

from digest.editorial.abbreviations import spelled_out, unexplained
from digest.editorial.clauses import forms
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


@pytest.mark.parametrize(
    ("sentence", "half"),
    [
        (
            "The new oven combines slow heat in the morning, which dries the crust, with steam at noon.",
            "in the morning.",
        ),
        ("The oven combines (1) a stone for the crust by day, (2) a pan for steam, and (3) a fan.", "by day."),
        (
            "All bakers of the town need either a licence of the guild for the day or a letter of the mayor.",
            "for the day.",
        ),
        ("The oven helps both the bakers of the town, who sleep longer, and the guests of the inn.", "the town."),
        ("This makes a gap between the shape of the loaf by which people judge and the taste of it.", "of the loaf."),
        (
            "We bake nine kinds of loaves ranging from small rolls for the inn to large ones for the guild.",
            "for the inn.",
        ),
        (
            "Loaves look the same in all towns, yet whether they share one taste across bakeries remains unknown.",
            "taste.",
        ),
        ("We find a split in all nine bakeries: while old ovens keep their heat, new ones lose it.", "their heat."),
        ("Tests in nine bakeries of the old town show that the resulting model, fed with rye, bakes well.", "model."),
        ("We ask the bakers of nine towns: how long can a loaf rest in the oven, and does it burn?", "the oven."),
        ("The oven adds a stone for the crust of rye, an optional pan for steam, and a fan for cooling.", "for steam."),
        ("We warm the new oven by replacing coal and peat with wood from the hills around the town.", "coal."),
    ],
)
def test_no_cut_tells_half_of_what_a_sentence_began_to_say(sentence: str, half: str) -> None:
    assert not [form for form, _ in cuts(sentence) if form.endswith(half)]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "An oven that selects loaves by weight, removes burnt crusts with a brush, and rates each loaf.",
            "An oven that selects loaves by weight and removes burnt crusts.",
        ),
        (
            "We study the loaves of nine bakeries, compare them with rolls of the inn, and evaluate five ovens.",
            "We study the loaves of nine bakeries and compare them with rolls of the inn.",
        ),
        (
            "We study the loaves of nine bakeries, map them to kinds of the old guild, and evaluate five ovens.",
            "We study the loaves of nine bakeries and map them to kinds of the old guild.",
        ),
    ],
)
def test_the_last_statement_of_a_list_that_is_told_has_its_and(sentence: str, told: str) -> None:
    assert told in dict(cuts(sentence))


def test_what_follows_that_may_end_in_a_noun_if_it_has_a_verb() -> None:
    sentence = "We build Slow-Heat, an oven that keeps its heat for days without training, with few bricks of clay."
    assert "We build Slow-Heat, an oven that keeps its heat for days without training." in dict(cuts(sentence))


def test_what_stands_between_commas_is_no_member_of_a_list() -> None:
    sentence = "Across nine bakeries, the best oven, Slow-Heat, reaches 62% of the loaves under rain, while others burn, and fail."
    assert not [form for form, _ in cuts(sentence) if "and reaches" in form]


def test_brackets_of_a_formula_are_no_aside() -> None:
    sentence = "We prove that an oven needs O(n) loaves of rye to warm (see below) all of the town."
    assert "We prove that an oven needs O(n) loaves of rye to warm all of the town." in [
        one.text for one in forms(sentence)
    ]
