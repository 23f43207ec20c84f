"""The linear model: scores encoded texts, and is stored as bytes.

A text's score for a head is `slope * (weights . values) / |values| + intercept`, passed through the logistic function. All
numbers before the division are integers, so that a text has the same score on every machine. Slopes, intercepts and thresholds
exist once for each of a text's FORMS. The scores of a post are moved by what is known of the host that it links to.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import exp, log
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digest.classify.features import Encoded, Ints, Vocabulary
from digest.classify.text import tokens

Floats: TypeAlias = NDArray[np.float64]
# The heads for texts about language models: one for papers, and one for posts, which say so in other words.
LLM, POST_LLM = GATES = ("llm", "llm of posts")
DIGITS = 4  # of a score
SCALE = 8.0  # the scale at which a feature's square-root inverse document frequency becomes an integer
COMMON = 0.1  # the share of texts above which a word is uninformative


@dataclass(frozen=True, kw_only=True, slots=True)
class LinearModel:
    """A linear model with one column of `weights` per head: the trends, then GATES."""

    vocabulary: Vocabulary
    weights: NDArray[np.float32]  # whole numbers, so that sums up to 2**24 are exact; [features, heads]
    scales: Ints  # what one feature's count is multiplied with
    slopes: Floats  # [forms, heads]
    intercepts: Floats  # likewise
    thresholds: Floats  # likewise
    alone: Floats  # [forms]: the score that the best trend needs if none passes its threshold
    heads: tuple[str, ...]
    telling: NDArray[np.bool_]  # by a word's number: whether it is rare enough to be evidence
    terms_slope: float  # a trend without a head: weight of its terms -> score
    terms_intercept: float
    hosts: Mapping[str, Floats] = field(default_factory=dict)  # of posts: log-odds added to each head

    def score(self, encoded: Encoded, forms: Sequence[int], hosts: Sequence[str]) -> Floats:
        """Each text's score for every head, in 0..1, [texts, heads].

        Args:
            encoded: the texts.
            forms: their indices in FORMS.
            hosts: of their links; "" for papers.
        """
        return logistic(self.logits(encoded, forms) + self._moves(hosts))

    def _moves(self, hosts: Sequence[str]) -> Floats:
        none = np.zeros(len(self.heads))
        return np.array([self.hosts.get(host, none) for host in hosts]).reshape(-1, len(self.heads))

    def host_move(self, host: str, head: int) -> float:
        """The log-odds that a host adds to one head's score; 0 if it is unknown."""
        return float(self.hosts[host][head]) if host in self.hosts else 0.0

    def logits(self, encoded: Encoded, forms: Sequence[int]) -> Floats:
        """The same in log-odds, before the logistic function, and without what is known of hosts."""
        values = encoded.values * self.scales[encoded.ids]
        sums = np.concatenate([[0], np.cumsum(values**2)])[encoded.starts]
        lengths = np.sqrt(np.maximum(np.diff(sums), 1))[:, None]
        counts = values.astype(np.float32)
        parts = [slice(start, end) for start, end in pairwise(encoded.starts.tolist())]
        dots = np.array(
            [counts[part] @ self.weights.take(encoded.ids[part], axis=0) for part in parts], dtype=np.float64
        )
        own = np.array(forms, dtype=np.int64)
        found: Floats = self.slopes[own] * dots / lengths + self.intercepts[own]
        return found

    def rarity(self, phrase: str) -> float | None:
        """The inverse document frequency of a word, or of two neighbouring words, in the training texts.

        0 for a word that occurs in more than COMMON of them, or is uninformative; None if unknown.
        """
        words = tokens(phrase)
        forms = [self.vocabulary.forms[word] for word in words if word in self.vocabulary.forms]
        if not all(self.telling[form] for form in forms):
            return 0.0
        feature = self.vocabulary.feature(words)
        if feature is None:
            return None
        frequency = float(self.scales[feature] / SCALE) ** 2
        return frequency if frequency > -log(COMMON) else 0.0

    def score_of_terms(self, weight: float) -> float:
        """The score of a trend without a head, from the weight of its terms in a text; 0 without any."""
        logit = self.terms_slope * weight + self.terms_intercept
        return float(logistic(np.array(logit))) if weight else 0.0


def logistic(logits: Floats) -> Floats:
    rounded: Floats = np.round(1 / (1 + np.exp(-logits)), DIGITS)
    return rounded


def shifted(score: float, log_odds: float) -> float:
    """A score shifted by log-odds, rounded so that it is the same on every machine."""
    bounded = min(max(score, 0.001), 0.999)
    return round(1 / (1 + exp(-(log(bounded / (1 - bounded)) + log_odds))), DIGITS)


@lru_cache(maxsize=2)
def unpack(data: bytes) -> LinearModel:
    """A model from the bytes that `pack` returned."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        forms = arrays["forms"].tobytes().decode().split("\n")
        vocabulary = Vocabulary(dict(zip(forms, arrays["numbers"].tolist(), strict=True)), arrays["pairs"])
        terms_slope, terms_intercept = (float(number) for number in arrays["terms"])
        return LinearModel(
            vocabulary=vocabulary,
            weights=arrays["weights"].astype(np.float32),
            scales=arrays["scales"].astype(np.int64),
            slopes=arrays["slopes"],
            intercepts=arrays["intercepts"],
            thresholds=arrays["thresholds"],
            alone=arrays["alone"],
            heads=tuple(arrays["heads"].tobytes().decode().split("\n")),
            telling=~np.isin(np.arange(vocabulary.words), arrays["silent"]),
            terms_slope=terms_slope,
            terms_intercept=terms_intercept,
            hosts=_hosts(arrays) if "hosts" in arrays else {},  # the model of interest has none
        )


def pack(model: LinearModel) -> bytes:
    """The model as bytes for `unpack`, which contain words and pairs but no sentences.

    Equal models give equal arrays, and on one Python equal bytes; the headers of the archive depend on the version of `zipfile`.
    """
    vocabulary = model.vocabulary
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        forms=_text(list(vocabulary.forms)),
        numbers=np.array(list(vocabulary.forms.values()), dtype=np.int32),
        pairs=vocabulary.pairs[:-1],
        weights=model.weights.astype(np.int8),
        scales=model.scales.astype(np.uint8),
        slopes=model.slopes,
        intercepts=model.intercepts,
        thresholds=model.thresholds,
        alone=model.alone,
        heads=_text(model.heads),
        silent=np.flatnonzero(~model.telling).astype(np.int32),
        terms=np.array([model.terms_slope, model.terms_intercept]),
        hosts=_text(list(model.hosts)),
        moves=np.array(list(model.hosts.values())),
    )
    return buffer.getvalue()


def _hosts(arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, Floats]:
    names = arrays["hosts"].tobytes().decode().split()
    return dict(zip(names, arrays["moves"].astype(np.float64), strict=True))


def _text(lines: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)
