"""Features and soft labels -> the weights of all heads at once, by logistic regression. Knows no texts and no trends."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digest.classify.features import Encoded

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

PENALTY = 3e-6  # times half the squares of the weights
PASSES = 8  # over all texts
TEXTS = 1024  # in one step
RATE = 2.0
FLOOR = 1e-8  # of a weight's squared slopes, so that the first step is finite
START = -2.5  # most texts belong to most trends not
SEED = 0


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
    scaled = (values / np.repeat(lengths, counts)).astype(np.float32)
    shape = (len(counts), len(scales))
    return sparse.csr_matrix((scaled, encoded.ids, encoded.starts), shape=shape)


def join(batches: list[Batch]) -> Batch:
    return Batch(
        features=sparse.vstack([batch.features for batch in batches]).tocsr(),
        labels=np.vstack([batch.labels for batch in batches]),
        weights=np.vstack([batch.weights for batch in batches]),
    )


def fit(batch: Batch, *, penalty: float = PENALTY, passes: int = PASSES) -> tuple[Floats, Floats]:
    """Weights [features, heads] and intercepts that make the weighted log loss and the penalty small.

    Steps over small batches, each weight's step by the slopes it has seen: J. Duchi, E. Hazan, Y. Singer, "Adaptive
    subgradient methods for online learning and stochastic optimization", 2011.
    """
    count, heads = batch.labels.shape
    labels, trust = batch.labels.astype(np.float32), (batch.weights / batch.weights.mean()).astype(np.float32)
    weights = np.zeros((batch.features.shape[1], heads), dtype=np.float32)
    intercepts = np.full(heads, START, dtype=np.float32)
    seen, seen_intercepts = np.full_like(weights, FLOOR), np.full_like(intercepts, FLOOR)
    order = np.random.default_rng(SEED)
    for turn in range(passes):
        rate = RATE / np.sqrt(1 + turn)
        for part in np.split(order.permutation(count), range(TEXTS, count, TEXTS)):
            errors = trust[part] * (_logistic(batch.features[part] @ weights + intercepts) - labels[part]) / len(part)
            slopes = batch.features[part].T @ errors + penalty * weights
            seen += slopes**2
            weights -= rate * slopes / np.sqrt(seen)
            total = errors.sum(axis=0)
            seen_intercepts += total**2
            intercepts -= 0.1 * rate * total / np.sqrt(seen_intercepts)
    return weights.astype(np.float64), intercepts.astype(np.float64)


def _logistic(logits: Singles) -> Singles:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
