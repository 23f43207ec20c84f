"""Texts that were read -> how likely each unread text belongs to each trend, by rules and topics, and by words and pairs."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from digest.classify import Text
from training.fit import Batch, Floats, Singles, fit
from training.weak import RULES, llm_points, points

WORKERS = 2
CAP = 15.0  # points above which more say nothing more
ENOUGH = 2  # positives that a trend must have to be learnt; one with fewer goes by its rule alone
RULE_HALFWAY, RULE_SLOPE = 4.5, 1.2
STRENGTH = 0.3
PENALTY, PASSES = 1e-4, 20  # few texts, so that a weight must be held smaller
CERTAIN = 1e-4


@dataclass(frozen=True, kw_only=True, slots=True)
class Views:
    """What the two teachers see of the same texts."""

    points: Floats  # by rule; last, for being about language models
    topics: Singles
    features: sparse.csr_matrix

    def only(self, keep: NDArray[np.bool_]) -> "Views":
        return Views(points=self.points[keep], topics=self.topics[keep], features=self.features[keep])


def rule_points(texts: Sequence[Text]) -> Floats:
    """Each text's points by each trend's rule, and last its points for being about language models."""
    with ProcessPoolExecutor(WORKERS) as pool:
        return np.array(list(pool.map(_points, texts, chunksize=200)))


def _points(text: Text) -> list[float]:
    title, summary = text.head.lower(), text.body.lower()
    return [*(points(rule, title, summary) for rule in RULES.values()), llm_points(title, summary)]


def teach(seen: Views, labels: Floats, known: Batch, unseen: Sequence[Views]) -> list[Floats]:
    """The likelihood of each head for unread texts: the mean, in log-odds, of two teachers that see different things.

    Args:
        seen: of the texts that were read.
        labels: theirs, 0 or 1, trends first and being about language models last.
        known: features and labels of the texts that were read and of those that lists name, with their trust.
        unseen: of the unread.
    """
    weights, intercepts = fit(known, penalty=PENALTY, passes=PASSES)
    by_rules = _by_rules(seen, labels, unseen)
    return [
        _mean(ruled, 1 / (1 + np.exp(-(views.features @ weights + intercepts))))
        for ruled, views in zip(by_rules, unseen, strict=True)
    ]


def _by_rules(seen: Views, labels: Floats, unseen: Sequence[Views]) -> list[Floats]:
    inputs, others = _inputs(seen), [_inputs(views) for views in unseen]
    heads: list[list[Floats]] = [[] for _ in unseen]
    for head in range(labels.shape[1]):
        if labels[:, head].sum() < ENOUGH:
            found = [_by_rule(views.points, head) for views in unseen]
        else:
            model = LogisticRegression(C=STRENGTH, max_iter=200).fit(inputs, labels[:, head])
            found = [model.predict_proba(other)[:, 1] for other in others]
        for likely, one in zip(heads, found, strict=True):
            likely.append(one)
    return [np.column_stack(one) for one in heads]


def _by_rule(known: Floats, head: int) -> Floats:
    likely: Floats = (known[:, -1] >= 1) / (1 + np.exp(-RULE_SLOPE * (known[:, head] - RULE_HALFWAY)))
    return likely


def _mean(one: Floats, other: Floats) -> Floats:
    odds = sum(np.log((likely + CERTAIN) / (1 - likely + CERTAIN)) for likely in (one, other))
    return np.asarray(1 / (1 + np.exp(-odds / 2)))


def _inputs(views: Views) -> Singles:
    trends, llm = np.minimum(views.points[:, :-1], CAP), views.points[:, -1:]
    best = trends.max(axis=1, keepdims=True)
    ruled = [
        trends / 5,
        np.sqrt(trends),
        trends >= 3,
        np.log1p(np.minimum(llm, 12)),
        llm >= 3,
        llm == 0,
        trends / (1 + best),
    ]
    return np.hstack([*ruled, views.topics]).astype(np.float32)
