"""Data and the teacher's likelihoods -> the n-gram model's weights. Calibrates nothing and chooses no thresholds."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digest.classify import Text
from digest.classify.linear import GATES
from training.data import Row
from training.fit import Batch, Floats, fit, join
from training.heads import HEADS, LLM, POST_LLM, TRENDS
from training.teacher import Views, teach
from training.weak import RULES

TERMS = Path(__file__).with_name("post_terms.csv")

# How much one label counts: a trend and a gate guessed by the teachers, read, given by a list; and on a title alone.
GUESSED, GUESSED_GATE, READ, LISTED, UNLISTED = 8.0, 2.0, 6.0, 1.5, 0.4
BARE = 0.6
GATE_BARE = 0.5  # what a gate guessed for a title alone counts besides
TAUGHT = 0.3  # what a list's labels count for the teacher, against read ones
POST, OTHERS = 6.0, 1.0  # what a post counts for the posts' gate, and any other text
TERM = 20.0  # what a term counts, against a read label


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
    gates = len(GATES)
    return np.array(
        [[*(trend in (row.labels or ()) for trend in RULES), *[row.on_topic] * gates] for row in rows], dtype=float
    )


def trust(rows: Sequence[Row]) -> Floats:
    """How much each label counts: a trend is told from the other trends, so that off-topic texts say nothing of it."""
    weights = np.ones((len(rows), len(HEADS)))
    weights[:, :TRENDS] = np.array([[row.on_topic] for row in rows])
    weights[:, POST_LLM] = [POST if row.is_post else OTHERS for row in rows]
    return weights


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A word or phrase that says whether a post is about language models, and which trends it speaks for."""

    text: Text
    about: bool
    trends: tuple[str, ...]


def terms() -> tuple[Term, ...]:
    """Those of post_terms.csv, each as a text that is only a title."""
    with TERMS.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Term(
                text=Text(id="", title=row["term"]),
                about=row["about"] == "1",
                trends=tuple(row["trends"].split()),
            )
            for row in csv.DictReader(lines)
        )


def lessons(listed: Sequence[Term], features: sparse.csr_matrix) -> Batch:
    """Terms as texts: they teach the posts' gate, and the trends that they speak for; what they do not say is unknown."""
    labels = np.array([[*(trend in term.trends for trend in RULES), *[term.about] * len(GATES)] for term in listed])
    weights = TERM * READ * labels.astype(float)
    weights[:, LLM], weights[:, POST_LLM] = 0.0, TERM * READ
    return Batch(features=features, labels=labels.astype(float), weights=weights)


def bare(text: Text) -> Text:
    return Text(id=text.id, title=text.title)


def train(*, corpus: Pool, listed: Pool, read: Pool, by_term: Batch) -> tuple[Floats, Floats]:
    """Weights [features, heads] and intercepts, from guesses on the corpus, lists' positives, what was read, and terms."""
    labels, given = known(read.rows), known(listed.rows)
    certain = READ * trust(read.rows)
    sources = [
        Batch(features=read.views.features, labels=labels, weights=trust(read.rows)),
        Batch(features=listed.views.features, labels=given, weights=TAUGHT * trust(listed.rows)),
    ]
    guesses, listed_guesses = teach(read.views, labels, join(sources), (corpus.views, listed.views))
    plain, titles = _guessed(guesses)
    listed_labels, listed_weights = _listed(given, listed_guesses)
    listed_weights *= trust(listed.rows)
    parts = [
        Batch(features=corpus.views.features, labels=guesses, weights=plain),
        Batch(features=corpus.bare, labels=guesses, weights=titles),
        Batch(features=read.views.features, labels=labels, weights=certain),
        Batch(features=read.bare, labels=labels, weights=certain * BARE),
        Batch(features=listed.views.features, labels=listed_labels, weights=listed_weights),
        Batch(features=listed.bare, labels=listed_labels, weights=listed_weights * BARE),
        by_term,
    ]
    return fit(join(parts))


def _guessed(guesses: Floats) -> tuple[Floats, Floats]:
    """How much guesses count, on whole texts and on titles alone: a trend's as far as the text is likely to be about language models."""
    plain = np.full_like(guesses, GUESSED_GATE)
    plain[:, :TRENDS] = GUESSED * guesses[:, LLM : LLM + 1]
    plain[:, POST_LLM] *= OTHERS
    titles = plain * BARE
    titles[:, TRENDS:] *= GATE_BARE
    return plain, titles


def _listed(given: Floats, guesses: Floats) -> tuple[Floats, Floats]:
    """A list names what its curator cared about: its labels hold, and of the others the teacher's guess, which counts less."""
    sure = (given == 1) | (given[:, LLM : LLM + 1] == 0)
    return np.where(sure, given, guesses), np.where(sure, LISTED, UNLISTED)
