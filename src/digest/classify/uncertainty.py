"""The expected number of label errors of a text: the order in which to ask a reader, or for a second opinion."""

from digest.classify.classifier import Explanation


def expected_errors(told: Explanation) -> float:
    """The expected number of wrong and missing labels, from the calibrated scores.

    A trend's score is its probability given that the text is about language models. A wrong decision on that counts as one error.
    """
    about = told.llm_score
    if not told.verdict.llm:
        return about * (1 + sum(score.score for score in told.scores))
    given = {label.id for label in told.verdict.labels}
    wrong = sum(1 - about * score.score for score in told.scores if score.id in given)
    missing = about * sum(score.score for score in told.scores if score.id not in given)
    return (1 - about) + wrong + missing
