"""A sentence is not cut where only the rest would complete what it began to say."""

import pytest

from digest.editorial.half_said import is_half, joined


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        ("Small cranes are slow, halls are often built by hand", ", and bricks vary by a third."),
        ("Lift (i) plans halls, (ii) lifts bricks", ", and (iii) counts them."),
        ("We build (1) a crane of steel; (2) a hall of oak", "; and (3) a yard."),
        ("Lift plans halls; (2) it lifts bricks", ", which helps."),
        ("Lift combines old bricks", " (from the yard) with new plans."),
        ("We give an analysis of 30 halls showing", " that cranes help."),
    ],
)
def test_halves_are_known_by_what_was_cut_off(head: str, rest: str) -> None:
    assert is_half(head, rest)


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        ("In the yard, Lift cuts costs by 9%", ", and saves bricks."),
        ("We build Lift, a crane for halls", ", and test it in the yard."),
        ("Lift reads plans, stacking bricks in the yard", ", and counts them."),
        ("Lift combines old bricks with new plans", " and paper."),
        ("Small cranes are slow", ", and bricks vary by a third."),
    ],
)
def test_whole_statements_may_be_cut(head: str, rest: str) -> None:
    assert not is_half(head, rest)


def test_a_list_of_verbs_that_goes_on_gets_its_and() -> None:
    assert joined("Lift reads plans, trains cranes in the yard", ", and counts them.") == (
        "Lift reads plans and trains cranes in the yard"
    )
