"""Scores of texts that the model has not seen, and their labels -> where labels are shown from. Trains and calibrates nothing.

Of the thresholds that reach what is `Asked`, those are taken that give most texts a right first label, and of as good ones those with the
best macro-F1. Three numbers are searched for: the threshold for being about language models; what the best trend needs where none passes
its own; and the price of a wrong label, from which the trends' own thresholds follow one by one. More would fit the texts, not the trends.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.classify.classifier import NEARLY, SURE
from digest.classify.linear import Floats

GRID = np.arange(0.15, 0.81, 0.01)  # of a trend's threshold
PRICES = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0, 150.0, 200.0)  # in F1, for all labels of the stream
LONE = np.arange(0.08, 0.51, 0.03)
LLM = np.arange(0.5, 0.741, 0.02)
PULL = 10.0  # labels that a trend must have so that they and all trends together count the same for its threshold
AS_GOOD = 0.02  # of a trend's worth: its threshold is in the middle of those that are as good
AS_MANY = 0.004  # of texts whose first label is right
AS_NEAR = 0.002  # to what is asked: less than one text of the stream


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What thresholds must reach on texts that were drawn at random."""

    right: float  # of the labels shown
    rejected: float  # of the texts that are not about language models
    kept: float  # of those that are


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Calibrated scores [texts, heads], the last one for being about language models; labels, 0 or 1, likewise; what each text counts; which were drawn at random."""

    scores: Floats
    labels: Floats
    counts: Floats
    natural: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Of each head, and what the best trend needs where none passes its own."""

    heads: Floats
    alone: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """Shares: of all texts with a trend, those whose first label is right; macro-F1; and what is asked for, of the stream."""

    hit: float
    macro_f1: float
    right: float
    rejected: float
    kept: float

    def short(self, asked: Asked) -> float:
        """How much is missing of what is asked."""
        pairs = ((asked.right, self.right), (asked.rejected, self.rejected), (asked.kept, self.kept))
        return sum(max(0.0, wanted - found) for wanted, found in pairs)


def choose(judged: Judged, asked: Asked) -> tuple[Thresholds, Quality]:
    """The best thresholds that reach what is asked; where none does, of those that come nearest."""
    found = [(at, quality(judged, at)) for at in _tried(judged, asked)]
    least = min(one.short(asked) for _, one in found)
    able = [(at, one) for at, one in found if one.short(asked) <= least + AS_NEAR]
    most = max(one.hit for _, one in able)
    return max(((at, one) for at, one in able if one.hit >= most - AS_MANY), key=lambda pair: pair[1].macro_f1)


def _tried(judged: Judged, asked: Asked) -> Iterator[Thresholds]:
    for price in PRICES:
        trends = own(judged, asked, price)
        for llm, alone in itertools.product(LLM, LONE):
            yield Thresholds(heads=np.round([*trends, llm], 2), alone=float(np.round(alone, 2)))


def shown(scores: Floats, at: Thresholds) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which labels are given [texts, trends], and which texts are taken to be about language models."""
    trends, llm = scores[:, :-1], scores[:, -1]
    about = (llm >= at.heads[-1]) | ((trends.max(axis=1) >= SURE) & (llm >= NEARLY))
    passed = trends >= at.heads[:-1]
    best = np.arange(trends.shape[1]) == trends.argmax(axis=1, keepdims=True)
    lone = best & ~passed.any(axis=1, keepdims=True) & (trends >= at.alone)
    return (passed | lone) & about[:, None], about


def quality(judged: Judged, at: Thresholds) -> Quality:
    given, about = shown(judged.scores, at)
    labels, counts, natural = judged.labels[:, :-1] == 1, judged.counts, judged.natural
    on = judged.labels[:, -1] == 1
    first = np.where(given, judged.scores[:, :-1], -1.0).argmax(axis=1)
    right = given.any(axis=1) & labels[np.arange(len(first)), first]
    whole = on & labels.any(axis=1)
    both = (counts[:, None] * (labels & given)).sum(axis=0)
    either = (counts[:, None] * (labels.astype(float) + given)).sum(axis=0)
    return Quality(
        hit=float(np.average(right[whole], weights=counts[whole])),
        macro_f1=float((2 * both / np.maximum(either, 1e-9)).mean()),
        right=float((labels & given)[natural].sum() / max(given[natural].sum(), 1)),
        rejected=float((~about[natural & ~on]).mean()),
        kept=float(about[natural & on].mean()),
    )


def own(judged: Judged, asked: Asked, price: float) -> Floats:
    """Each trend's threshold where its F1 is best, less what its labels in the stream cost of what is asked of them, at this price.

    Rare trends hardly occur in the stream and so go by their F1; of few texts, it is pulled towards that of all trends together.
    """
    scores, labels = judged.scores[:, :-1], judged.labels[:, :-1]
    shown = scores[None, :, :] >= GRID[:, None, None]
    f1 = _f1(shown, labels, judged.counts)
    slack = (shown[:, judged.natural] * (labels[judged.natural] - asked.right)).sum(axis=1) / judged.natural.sum()
    worth = f1 + price * slack
    return np.array([_best(curve) for curve in worth.T])


def _f1(shown: NDArray[np.bool_], labels: Floats, counts: Floats) -> Floats:
    given, right = (np.einsum("gnt,n->gt", one, counts) for one in (shown, shown * labels))
    true = counts @ labels
    every = 2 * right.sum(axis=1) / (given.sum(axis=1) + true.sum())
    many = labels.sum(axis=0)
    pulled: Floats = (many * 2 * right / (given + true) + PULL * every[:, None]) / (many + PULL)
    return pulled


def _best(curve: Floats) -> float:
    return float(np.round(np.median(GRID[curve >= curve.max() - AS_GOOD]), 2))
