"""An explanation -> how many of its labels are expected to be wrong or missing. What is asked of a reader first, or of a second opinion."""

from digest.classify.classifier import Explanation


def expected_errors(told: Explanation) -> float:
    """How many labels the text is expected to lack or to have wrongly, by its calibrated scores.

    A trend's score is its likelihood in a text about language models. Taking such a text for off-topic, or another for being about
    them, counts as one more error.
    """
    about = told.llm_score
    if not told.verdict.llm:
        return about * (1 + sum(score.score for score in told.scores))
    given = {label.id for label in told.verdict.labels}
    wrong = sum(1 - about * score.score for score in told.scores if score.id in given)
    missing = about * sum(score.score for score in told.scores if score.id not in given)
    return (1 - about) + wrong + missing
