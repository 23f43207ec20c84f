"""A shortened sentence keeps no half of a list, a numbering or a pair."""

import pytest

from digest.editorial.wholeness import is_whole


@pytest.mark.parametrize(
    ("shorter", "rest"),
    [
        ("Lift reads plans from paper, stacks bricks in the yard.", ", and carefully compares both."),
        ("We study cranes of the yard, map them to halls.", ", and rank their bricks."),
        ("Small cranes are slow, halls are often built by hand.", ", and bricks vary by a third."),
        ("Lift (i) plans halls, (ii) lifts bricks.", ", and (iii) counts them."),
        ("Lift combines old bricks.", " (from the yard) with new plans."),
        ("We map the yard.", " into a plan of halls."),
        ("We give an analysis of 30 halls showing.", " that cranes help."),
    ],
)
def test_halves_are_known_by_what_was_cut_off(shorter: str, rest: str) -> None:
    assert not is_whole(shorter, shorter.rstrip(".") + rest)


@pytest.mark.parametrize(
    ("shorter", "rest"),
    [
        ("In the yard, Lift cuts costs by 9%.", ", and saves bricks."),
        ("We build Lift, a crane for halls.", ", and test it in the yard."),
        ("Lift reads plans, stacking bricks in the yard.", ", and counts them."),
        ("Lift combines old bricks with new plans.", " and paper."),
        ("Lift reads plans, stacks bricks and counts them.", ", and rests."),
        ("Small cranes are slow.", ", and bricks vary by a third."),
    ],
)
def test_whole_sentences_are_left_alone(shorter: str, rest: str) -> None:
    assert is_whole(shorter, shorter.rstrip(".") + rest)
