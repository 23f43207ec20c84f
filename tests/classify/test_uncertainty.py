"""How many labels of a text are expected to be wrong or missing."""

import pytest

from digest.classify import Explanation, TrendScore
from digest.classify.uncertainty import expected_errors
from digest.model import Label, Verdict


def told(about: float, scores: dict[str, float], *given: str) -> Explanation:
    labels = tuple(Label(id=id_, score=scores[id_]) for id_ in given)
    return Explanation(
        scores=tuple(TrendScore(id=id_, score=score, threshold=0.5) for id_, score in scores.items()),
        llm_score=about,
        llm_threshold=0.5,
        verdict=Verdict(labels=labels, llm=about >= 0.5),
    )


def test_what_is_certain_is_expected_to_have_no_errors() -> None:
    assert expected_errors(told(1.0, {"agents": 1.0, "reasoning": 0.0}, "agents")) == 0.0
    assert expected_errors(told(0.0, {"agents": 0.9})) == 0.0


@pytest.mark.parametrize(
    ("explanation", "errors"),
    [
        (told(1.0, {"agents": 0.6, "reasoning": 0.3}, "agents"), 0.4 + 0.3),
        (told(0.8, {"agents": 0.5}), 0.2 + 0.4),
        (told(0.4, {"agents": 0.5}), 0.4 * 1.5),
    ],
)
def test_wrong_and_missing_labels_and_a_wrong_subject_are_added_up(explanation: Explanation, errors: float) -> None:
    assert expected_errors(explanation) == pytest.approx(errors)
