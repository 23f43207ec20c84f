"""Data and the teacher's likelihoods -> the n-gram model's weights. Calibrates nothing and chooses no thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.classify import Text
from digest.classify.features import Vocabulary
from training.data import Row
from training.fit import Batch, Floats, fit, join, matrix
from training.teacher import teach
from training.weak import RULES

HEADS = (*RULES, "llm")
TRENDS = len(RULES)

# How much one label counts: guessed by the teacher, read, given by a list; and on a title alone.
GUESSED, READ, LISTED, UNLISTED = 0.35, 6.0, 1.5, 0.4
BARE = 0.6
GUESSED_BARE = 0.5  # the share of guessed texts that are also taken without their summary


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Rows with their rules' points."""

    rows: Sequence[Row]
    points: Floats

    def only(self, keep: NDArray[np.bool_]) -> "Pool":
        return Pool(rows=[row for row, kept in zip(self.rows, keep, strict=True) if kept], points=self.points[keep])


def known(rows: Sequence[Row]) -> Floats:
    """Read labels as 0 and 1, one column a head."""
    return np.array([[*(trend in (row.labels or ()) for trend in RULES), row.on_topic] for row in rows], dtype=float)


def bare(text: Text) -> Text:
    return Text(id=text.id, title=text.title)


def train(vocabulary: Vocabulary, scales: Floats, *, corpus: Pool, listed: Pool, read: Pool) -> tuple[Floats, Floats]:
    """Weights [features, heads] and intercepts, from guesses on the corpus, lists' positives, and what was read."""

    def batch(rows: Sequence[Row], labels: Floats, weights: Floats, *, whole: bool) -> Batch:
        texts = [row.text if whole else bare(row.text) for row in rows]
        return Batch(features=matrix(vocabulary.encode(texts), scales), labels=labels, weights=weights)

    labels = known(read.rows)
    guesses = teach(read.points, labels, np.vstack([corpus.points, listed.points]))
    corpus_guesses, listed_guesses = guesses[: len(corpus.rows)], guesses[len(corpus.rows) :]
    listed_labels, listed_weights = _listed(listed.rows, listed_guesses)
    every = int(1 / GUESSED_BARE)
    plain = np.full_like(corpus_guesses, GUESSED)
    certain = np.full_like(labels, READ)
    parts = [
        batch(corpus.rows, corpus_guesses, plain, whole=True),
        batch(corpus.rows[::every], corpus_guesses[::every], plain[::every] * BARE, whole=False),
        batch(read.rows, labels, certain, whole=True),
        batch(read.rows, labels, certain * BARE, whole=False),
        batch(listed.rows, listed_labels, listed_weights, whole=True),
        batch(listed.rows, listed_labels, listed_weights * BARE, whole=False),
    ]
    return fit(join(parts))


def _listed(rows: Sequence[Row], guesses: Floats) -> tuple[Floats, Floats]:
    """A list names what its curator cared about: its labels hold, and of the others the teacher's guess, which counts less."""
    given = known(rows)
    off_topic = given[:, TRENDS:] == 0
    sure = (given == 1) | off_topic
    return np.where(sure, given, guesses), np.where(sure, LISTED, UNLISTED)
