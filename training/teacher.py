"""Rules' points and the texts that were read -> how likely each unread text belongs to each trend. Sees no n-grams."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from digest.classify import Text
from training.weak import RULES, llm_points, points

Floats = NDArray[np.float64]

WORKERS = 2
CAP = 15.0  # points above which more say nothing more
ENOUGH = 8  # positives that a trend must have to be learnt; one with fewer goes by its rule alone
RULE_HALFWAY, RULE_SLOPE = 4.5, 1.2
STRENGTH = 0.3


def rule_points(texts: Sequence[Text]) -> Floats:
    """Each text's points by each trend's rule, and last its points for being about language models."""
    with ProcessPoolExecutor(WORKERS) as pool:
        return np.array(list(pool.map(_points, texts, chunksize=200)))


def _points(text: Text) -> list[float]:
    title, summary = text.head.lower(), text.body.lower()
    return [*(points(rule, title, summary) for rule in RULES.values()), llm_points(title, summary)]


def teach(known: Floats, labels: Floats, unknown: Floats) -> Floats:
    """The likelihood of each head for the texts with points `unknown`, learnt from those with points `known`.

    `labels` are 0 or 1, trends first and being about language models last.
    """
    seen, unseen = _inputs(known), _inputs(unknown)
    return np.column_stack(
        [
            _learnt(seen, labels[:, head], unseen) if labels[:, head].sum() >= ENOUGH else _by_rule(unknown, head)
            for head in range(labels.shape[1])
        ]
    )


def _learnt(seen: Floats, labels: Floats, unseen: Floats) -> Floats:
    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=100, tol=1e-3, random_state=0)
    likely: Floats = model.fit(seen, labels).predict_proba(unseen)[:, 1]
    return likely


def _by_rule(known: Floats, head: int) -> Floats:
    likely: Floats = (known[:, -1] >= 1) / (1 + np.exp(-RULE_SLOPE * (known[:, head] - RULE_HALFWAY)))
    return likely


def _inputs(known: Floats) -> Floats:
    trends, llm = np.minimum(known[:, :-1], CAP), known[:, -1:]
    best = trends.max(axis=1, keepdims=True)
    return np.hstack(
        [
            trends / 5,
            np.sqrt(trends),
            trends >= 3,
            np.log1p(np.minimum(llm, 12)),
            llm >= 3,
            llm == 0,
            trends / (1 + best),
        ]
    )
