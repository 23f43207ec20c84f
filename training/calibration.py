"""Scores of texts that the model was not trained on, and their labels -> slopes, intercepts and thresholds of the heads."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

TRUST = 4.0  # how many texts' worth of evidence it takes to move a head away from the raw score
GRID = np.arange(0.2, 0.81, 0.01)
SMOOTHING = 2.0
FREQUENT = 0.04  # the share of a stream's texts from which a trend is frequent
BETA, BETA_RARE = 0.5, 0.7  # what recall counts against precision: most labels shown are of frequent trends
# The share of texts about language models that must be kept, of those picked because they are uncertain.
LLM_KEPT = 0.925


def platt(logits: Floats, labels: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and intercept that make logistic(slope * logit + intercept) a likelihood, near 1 and 0 where little is known.

    J. Platt, "Probabilistic outputs for support vector machines", 1999; the pull towards the raw score is ours.
    """

    def loss(line: Floats) -> float:
        moved = line[0] * logits + line[1]
        fault = (weights * (np.logaddexp(0, moved) - labels * moved)).sum()
        return float(fault + TRUST * ((line[0] - 1) ** 2 + 0.1 * line[1] ** 2))

    slope, intercept = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(max(slope, 0.2)), float(intercept)


def threshold(scores: Floats, labels: Floats, weights: Floats, *, beta: float) -> float:
    """Where F-beta is best, smoothed so that a rare trend's few texts do not decide alone."""

    def quality(at: float) -> float:
        shown = scores >= at
        right = (weights * labels * shown).sum()
        of = (weights * shown).sum() + beta**2 * (weights * labels).sum()
        return float(((1 + beta**2) * right + SMOOTHING) / (of + 2 * SMOOTHING))

    qualities = np.array([quality(at) for at in GRID])
    best = GRID[qualities >= qualities.max() - 0.004]  # of thresholds that are as good, the one in their middle
    return float(np.round(np.median(best), 2))


def llm_threshold(scores: Floats, labels: Floats) -> float:
    """The highest threshold that keeps LLM_KEPT of the texts about language models."""
    return float(np.round(np.quantile(scores[labels == 1], 1 - LLM_KEPT), 2))
