"""Words of praise are left out, and what negates, limits or names keeps its words."""

import pytest

from digest.editorial.fillers import with_one_name, without_fillers, without_purpose


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("We propose a novel and efficient method for halls.", "We propose a method for halls."),
        ("We build a new open crane.", "We build an open crane."),
        ("We train an effective LLM crane.", "We train an LLM crane."),
        ("We build an innovative unified crane.", "We build a unified crane."),
        ("A rigorous and regularly updated list helps.", "A rigorous and regularly updated list helps."),
        ("We build a rigorous and regularly updated list.", "We build a regularly updated list."),
        ("Extensive experiments on nine halls show gains.", "Experiments on nine halls show gains."),
        ("Lift consistently and significantly outperforms Crane.", "Lift outperforms Crane."),
        ("It lifts significantly more bricks.", "It lifts more bricks."),
        ("Lift yields a significant improvement of 4 points.", "Lift yields an improvement of 4 points."),
        ("Lift gives substantial and consistent gains of 4 points.", "Lift gives gains of 4 points."),
        ("This is, to the best of our knowledge, the first crane.", "This is the first crane."),
        ("We stack bricks in order to build halls.", "We stack bricks to build halls."),
        ("Large language models (LLMs) lift bricks.", "Large language models lift bricks."),
        ("We propose Lift (Low Force), stacks bricks in halls.", "Lift (Low Force) stacks bricks in halls."),
    ],
)
def test_words_of_praise_are_left_out(sentence: str, left: str) -> None:
    assert without_fillers(sentence) == left


@pytest.mark.parametrize(
    "sentence",
    [
        "Lift does not significantly improve the halls.",
        "Cranes fail to effectively lift bricks.",
        "The cost varies significantly across halls.",
        "A more efficient crane is the first comprehensive one.",
        "We set a new state of the art and a new record.",
        "Lift yields significant improvements.",
        "Lift yields statistically significant gains of 4 points.",
        "It is statistically significantly faster.",
        "Cranes adapt to a new hall within minutes.",
        "Cranes systematically underestimate loads.",
        "Their choice is effectively random.",
        "We give large and consistent gains of 4 points.",
        "We define a novel effective brick cost (EBC) for halls.",
        "Brick Lifting Models (BLM) lift bricks.",
        "We propose Lift, models of halls.",
        "The yard works efficiently.",
    ],
)
def test_what_negates_limits_or_names_keeps_its_words(sentence: str) -> None:
    assert without_fillers(sentence) == sentence


def test_one_name_of_a_list_stands_for_all_unless_figures_belong_to_them() -> None:
    assert with_one_name("Lift leads on Hall-1, Yard-2, and Site-3.") == "Lift leads on Hall-1."
    assert (
        with_one_name("Lists such as Hall, Yard and Site show that it leads.")
        == "Lists such as Hall show that it leads."
    )
    for kept in (
        "It gains 4 and 5 on Hall, Yard, and Site, respectively.",
        "It leads on Hall and Yard.",
        "It lifts bricks, halls, and yards.",
    ):
        assert with_one_name(kept) == kept


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("To make halls safer, we build a crane.", "We build a crane."),
        ("Motivated by old yards, this paper builds a crane.", "This paper builds a crane."),
        ("Despite its simplicity, Lift leads.", "Lift leads."),
        ("To save 9% of bricks, we build a crane.", "To save 9% of bricks, we build a crane."),
        ("To lift bricks is hard.", "To lift bricks is hard."),
    ],
)
def test_what_a_work_is_for_is_left_out(sentence: str, left: str) -> None:
    assert without_purpose(sentence) == left
