"""Scores of texts that the model was not trained on, and their labels -> slopes and intercepts of the heads. Chooses no thresholds."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

TRUST = 4.0  # how many texts' worth of evidence it takes to move a head away from the raw score


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
