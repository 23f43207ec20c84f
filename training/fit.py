"""Features and soft labels -> the weights of all heads at once, by logistic regression. Knows no texts and no trends."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from digest.classify.features import Encoded

Floats = NDArray[np.float64]

PENALTY = 1e-6
STEPS = 60
START = -2.5  # most texts belong to most trends not


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Texts' features, the likelihood of each head, and how much each of these counts (0: unknown)."""

    features: sparse.csr_matrix
    labels: Floats
    weights: Floats


def matrix(encoded: Encoded, scales: Floats) -> sparse.csr_matrix:
    """Rows of length one."""
    values = encoded.values * scales[encoded.ids]
    counts = np.diff(encoded.starts)
    squares = np.add.reduceat(np.append(values**2, 0.0), encoded.starts[:-1]) * (counts > 0)
    lengths = np.sqrt(np.maximum(squares, 1.0))
    scaled = values / np.repeat(lengths, counts)
    shape = (len(counts), len(scales))
    return sparse.csr_matrix((scaled, encoded.ids, encoded.starts), shape=shape)


def join(batches: list[Batch]) -> Batch:
    return Batch(
        features=sparse.vstack([batch.features for batch in batches]).tocsr(),
        labels=np.vstack([batch.labels for batch in batches]),
        weights=np.vstack([batch.weights for batch in batches]),
    )


def fit(batch: Batch) -> tuple[Floats, Floats]:
    """Weights [features, heads] and intercepts: the minimum of weighted log loss and PENALTY times half the squares."""
    features, heads = batch.features.shape[1], batch.labels.shape[1]
    transposed = batch.features.T.tocsr()
    total = batch.weights.sum(axis=0).mean()

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, intercepts = flat[:-heads].reshape(features, heads), flat[-heads:]
        logits = batch.features @ weights + intercepts
        value = (batch.weights * (np.logaddexp(0, logits) - batch.labels * logits)).sum() / total
        errors = batch.weights * (1 / (1 + np.exp(-logits)) - batch.labels) / total
        slopes = transposed @ errors + PENALTY * weights
        return value + 0.5 * PENALTY * (weights**2).sum(), np.concatenate([slopes.ravel(), errors.sum(axis=0)])

    start = np.concatenate([np.zeros(features * heads), np.full(heads, START)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 8}).x
    return found[:-heads].reshape(features, heads), found[-heads:]
