"""Scores of texts that the model has not seen, and their labels -> where labels are shown from. Trains and calibrates nothing.

Each trend's threshold is the one of its best F1, among the texts that pass for being about language models. Three numbers are searched for:
by how much all of them move; what the best trend needs where none passes its own; and the threshold for being about language models. Of
those that reach what is `Asked`, the ones with the best macro-F1 and most right first labels together are taken.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.classify.linear import Floats

GRID = np.arange(0.1, 0.81, 0.01)  # of a trend's threshold
MOVES = np.arange(-0.6, 1.21, 0.2)  # of all trends' thresholds, in log-odds
LONE = np.arange(0.06, 0.51, 0.04)
GATE = np.arange(0.3, 0.801, 0.02)
PULL = 10.0  # labels that a trend must have so that they and all trends together count the same for its threshold
AS_GOOD = 0.02  # of a trend's F1: its threshold is in the middle of those that are as good
AS_NEAR = 0.002  # to what is asked: less than one text of the stream


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What thresholds must reach on texts that were drawn at random."""

    first: float  # of the first labels shown, those that are right
    right: float  # of all labels shown
    rejected: float  # of the texts that are not about language models
    kept: float  # of those that are


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Calibrated scores [texts, trends and the gate], labels, 0 or 1, likewise; what each text counts; which were drawn at random."""

    scores: Floats
    labels: Floats
    counts: Floats
    natural: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Of each trend and of the gate, and what the best trend needs where none passes its own."""

    heads: Floats
    alone: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """Shares: of all texts with a trend, those whose first label is right; macro-F1; and what is asked for, of the stream."""

    hit: float
    macro_f1: float
    first: float
    right: float
    rejected: float
    kept: float

    def short(self, asked: Asked) -> float:
        """How much is missing of what is asked."""
        pairs = (
            (asked.first, self.first),
            (asked.right, self.right),
            (asked.rejected, self.rejected),
            (asked.kept, self.kept),
        )
        return sum(max(0.0, wanted - found) for wanted, found in pairs)


def choose(judged: Judged, asked: Asked) -> tuple[Thresholds, Quality]:
    """The best thresholds that reach what is asked; where none does, of those that come nearest."""
    found = [(at, quality(judged, at)) for at in _tried(judged)]
    least = min(one.short(asked) for _, one in found)
    able = [(at, one) for at, one in found if one.short(asked) <= least + AS_NEAR]
    return max(able, key=lambda pair: pair[1].macro_f1 + pair[1].hit)


def lowered(judged: Judged, at: Thresholds, recall: Mapping[int, float]) -> Thresholds:
    """The thresholds, lowered for the trends of some columns as far as it takes to find these shares of their texts.

    What moves all trends' thresholds together takes more from some than their F1 asks. Of a rare trend, the wrong labels that the rest costs
    a stream are few.
    """
    heads = at.heads.copy()
    about = judged.scores[:, -1] >= heads[-1]
    for column, share in recall.items():
        weights = judged.counts * judged.labels[:, column]
        tried = [cut for cut in GRID if cut <= heads[column]] or [heads[column]]
        found = [float(weights @ (about & (judged.scores[:, column] >= cut)) / weights.sum()) for cut in tried]
        able = [cut for cut, one in zip(tried, found, strict=True) if one >= share]
        heads[column] = np.round(max(able, default=tried[0]), 2)
    return Thresholds(heads=heads, alone=at.alone)


def _tried(judged: Judged) -> Iterator[Thresholds]:
    for gate in GATE:
        trends = own(judged, judged.scores[:, -1] >= gate)
        for move, alone in itertools.product(MOVES, LONE):
            yield Thresholds(heads=np.round([*_moved(trends, move), gate], 2), alone=float(np.round(alone, 2)))


def _moved(shares: Floats, log_odds: float) -> Floats:
    moved: Floats = 1 / (1 + (1 - shares) / shares * np.exp(-log_odds))
    return moved


def shown(scores: Floats, at: Thresholds) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which labels are given [texts, trends], and which texts are taken to be about language models."""
    trends = scores[:, :-1]
    about = scores[:, -1] >= at.heads[-1]
    passed = trends >= at.heads[:-1]
    best = np.arange(trends.shape[1]) == trends.argmax(axis=1, keepdims=True)
    lone = best & ~passed.any(axis=1, keepdims=True) & (trends >= at.alone)
    return (passed | lone) & about[:, None], about


def quality(judged: Judged, at: Thresholds) -> Quality:
    given, about = shown(judged.scores, at)
    labels: NDArray[np.bool_] = judged.labels[:, :-1] == 1
    on: NDArray[np.bool_] = judged.labels[:, -1] == 1
    counts, natural, any_given = judged.counts, judged.natural, np.asarray(given.any(axis=1))
    first = np.where(given, judged.scores[:, :-1], -1.0).argmax(axis=1)
    right = np.logical_and(any_given, labels[np.arange(len(first)), first])
    whole = on & labels.any(axis=1)
    both = (counts[:, None] * (labels & given)).sum(axis=0)
    either = (counts[:, None] * (labels.astype(float) + given)).sum(axis=0)
    return Quality(
        hit=float(np.average(right[whole], weights=counts[whole])),
        macro_f1=float(np.average(2 * both / np.maximum(either, 1e-9), weights=labels.any(axis=0))),
        first=float(right[natural].sum() / max(any_given[natural].sum(), 1)),
        right=float((labels & given)[natural].sum() / max(given[natural].sum(), 1)),
        rejected=float((~about[natural & ~on]).mean()),
        kept=float(about[natural & on].mean()),
    )


def own(judged: Judged, about: NDArray[np.bool_]) -> Floats:
    """Each trend's threshold where its F1 is best; of few texts, it is pulled towards that of all trends together."""
    scores, labels, counts = judged.scores[:, :-1], judged.labels[:, :-1], judged.counts
    given: NDArray[np.bool_] = np.logical_and(scores[None, :, :] >= GRID[:, None, None], about[:, None])
    shown_, right = (np.einsum("gnt,n->gt", one, counts) for one in (given, given * labels))
    true = counts @ labels
    every = 2 * right.sum(axis=1) / (shown_.sum(axis=1) + true.sum())
    many = labels.sum(axis=0)
    f1 = (many * 2 * right / np.maximum(shown_ + true, 1e-9) + PULL * every[:, None]) / (many + PULL)
    return np.array([_best(curve) for curve in f1.T])


def _best(curve: Floats) -> float:
    return float(np.round(np.median(GRID[curve >= curve.max() - AS_GOOD]), 2))
