"""Data and the teacher's likelihoods -> the n-gram model's weights. Calibrates nothing and chooses no thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digest.classify import Text
from training.data import Row
from training.fit import Batch, Floats, fit, join
from training.teacher import Views, teach
from training.weak import RULES

HEADS = (*RULES, "llm")
TRENDS = len(RULES)

# How much one label counts: guessed by the teacher, read, given by a list; and on a title alone.
GUESSED, READ, LISTED, UNLISTED = 2.0, 6.0, 1.5, 0.4
BARE = 0.6
GUESSED_BARE = 0.5  # the share of guessed texts that are also taken without their summary
TAUGHT = 0.3  # what a list's labels count for the teacher, against read ones


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Rows, what the teachers see of them, and the features of their titles alone."""

    rows: Sequence[Row]
    views: Views
    bare: sparse.csr_matrix

    def only(self, keep: NDArray[np.bool_]) -> "Pool":
        rows = [row for row, kept in zip(self.rows, keep, strict=True) if kept]
        return Pool(rows=rows, views=self.views.only(keep), bare=self.bare[keep])


def known(rows: Sequence[Row]) -> Floats:
    """Read labels as 0 and 1, one column a head."""
    return np.array([[*(trend in (row.labels or ()) for trend in RULES), row.on_topic] for row in rows], dtype=float)


def bare(text: Text) -> Text:
    return Text(id=text.id, title=text.title)


def train(*, corpus: Pool, listed: Pool, read: Pool) -> tuple[Floats, Floats]:
    """Weights [features, heads] and intercepts, from guesses on the corpus, lists' positives, and what was read."""
    labels, given = known(read.rows), known(listed.rows)
    certain = np.full_like(labels, READ)
    sources = [
        Batch(features=read.views.features, labels=labels, weights=np.ones_like(labels)),
        Batch(features=listed.views.features, labels=given, weights=np.full_like(given, TAUGHT)),
    ]
    guesses, listed_guesses = teach(read.views, labels, join(sources), (corpus.views, listed.views))
    plain = np.full_like(guesses, GUESSED)
    every = int(1 / GUESSED_BARE)
    listed_labels, listed_weights = _listed(given, listed_guesses)
    parts = [
        Batch(features=corpus.views.features, labels=guesses, weights=plain),
        Batch(features=corpus.bare[::every], labels=guesses[::every], weights=plain[::every] * BARE),
        Batch(features=read.views.features, labels=labels, weights=certain),
        Batch(features=read.bare, labels=labels, weights=certain * BARE),
        Batch(features=listed.views.features, labels=listed_labels, weights=listed_weights),
        Batch(features=listed.bare, labels=listed_labels, weights=listed_weights * BARE),
    ]
    return fit(join(parts))


def _listed(given: Floats, guesses: Floats) -> tuple[Floats, Floats]:
    """A list names what its curator cared about: its labels hold, and of the others the teacher's guess, which counts less."""
    sure = (given == 1) | (given[:, TRENDS:] == 0)
    return np.where(sure, given, guesses), np.where(sure, LISTED, UNLISTED)
