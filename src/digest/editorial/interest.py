"""Estimate from title and summary how likely an editor of LLM news picks an item, and what makes it interesting.

The score is in log-odds, 0 for an ordinary paper on language models. It is the sum of two parts: the words, by a linear model,
and the form (the kind of text, and how it is written). `training/interest.py` fits both; `benchmarks/picks.py` measures them.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digest.classify.evidence import Question
from digest.classify.evidence import reasons as deciding
from digest.classify.linear import LinearModel, pack, unpack
from digest.classify.text import Text

Floats: TypeAlias = NDArray[np.float64]

BATCH = 256  # texts per batch
TEASER = 12  # a summary with at most this many words says no more than its title
TOLD = 0.25  # log-odds from which a part of the form is given as a reason
DIGITS = 4

_NAMED = re.compile(r"[\w.+/@ -]{2,24}:")
_SURVEY = re.compile(r"\b(?:survey|review|overview|perspective|roadmap|position)\b", re.IGNORECASE)
_REPORT = re.compile(r"\btechnical report\b|\breport$", re.IGNORECASE)
_BENCHMARK = re.compile(r"\bbench|benchmark|dataset|corpus\b", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-Z]{2,}")
_FIGURE = re.compile(r"\d\s?(?:%|\\%|x\b|×)")
# Substrings of a summary in lower case; several times as fast as patterns.
_OPEN = (
    "open-sourc",
    "open sourc",
    "we release",
    "publicly available",
    "open-weight",
    "open weight",
    "github",
    "huggingface",
)
_INTRODUCED = ("we introduce", "we present")
_FINDING = ("surprising", "we find", "we show that")
_COMPARED = ("state-of-the-art", "outperform")

# The measures of a text's form, in words for readers; those from SUMMARY on need a summary.
FORMS = (
    "the length of its title",
    "the length of its title squared",
    "a title that names a system",
    "a title that asks a question",
    "a survey",
    "a report",
    "a benchmark or data set",
    "acronyms in its title",
    "the length of its summary",
    "something released openly",
    "figures in its summary",
    "something introduced",
    "a finding",
    "a comparison with the state of the art",
)
SUMMARY = 8
_SQUARED = 20  # scales the squared length to the range of the others


@dataclass(frozen=True, kw_only=True, slots=True)
class FormWeights:
    """The log-odds of the form: `weights` per unit above `means`."""

    weights: Floats
    means: Floats


class Interest:
    """Scores texts in batches. Deterministic: the same texts always get the same scores."""

    def __init__(self, words: LinearModel, forms: FormWeights) -> None:
        self._words = words
        self._forms = forms

    def scores(self, texts: Sequence[Text]) -> tuple[float, ...]:
        """The log-odds of being picked, one per text, in order."""
        parts = (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))
        return tuple(score for part in parts for score in self._scored(part))

    def reasons(self, text: Text) -> tuple[str, ...]:
        """What makes a text interesting: parts of its form, then words, each strongest first."""
        read = _read(text)
        added = self._forms.weights * self._beyond(read)
        forms = [FORMS[place] for place in np.argsort(-added, kind="stable") if added[place] >= TOLD]
        (found,) = deciding(self._words, self._words.vocabulary.encode([read]), [read], [Question(index=0, head=0)])
        return (*forms, *(f"“{word}”" for word in found.evidence))

    def _scored(self, texts: Sequence[Text]) -> list[float]:
        read = [_read(text) for text in texts]
        words = self._words.logits(self._words.vocabulary.encode(read), [text.form for text in read])[:, 0]
        forms = np.array([self._beyond(text) for text in read]) @ self._forms.weights
        scores: list[float] = np.round(words + forms, DIGITS).tolist()
        return scores

    def _beyond(self, text: Text) -> Floats:
        """The form relative to the average. Without a summary, the measures that need one count as average."""
        beyond = np.array(measures(text.title, text.summary)) - self._forms.means
        if not text.summary:
            beyond[SUMMARY:] = 0.0
        return beyond


def _read(text: Text) -> Text:
    """The text as a paper, without the summary if it says no more than the title. The model was trained on papers."""
    tells = len(text.summary.split(maxsplit=TEASER)) >= TEASER
    return Text(id=text.id, title=text.title, summary=text.summary if tells else "", kind="paper")


def measures(title: str, summary: str) -> list[float]:
    """One bounded number per entry of `FORMS`."""
    length = float(min(len(title.split()), 25))
    lowered = summary.lower()
    return [
        length,
        length**2 / _SQUARED,
        float(_NAMED.match(title) is not None),
        float("?" in title),
        float(_SURVEY.search(title) is not None),
        float(_REPORT.search(title) is not None),
        float(_BENCHMARK.search(title) is not None),
        float(min(len(_CAPITALS.findall(title)), 5)),
        float(min(len(summary.split()), 320)),
        float(any(words in lowered for words in _OPEN)),
        float(min(len(_FIGURE.findall(summary)), 6)),
        float(any(words in lowered for words in _INTRODUCED)),
        float(any(words in lowered for words in _FINDING)),
        float(any(words in lowered for words in _COMPARED)),
    ]


def load(data: bytes) -> Interest:
    """The scorer from the bytes that `save` returned."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        forms = FormWeights(weights=arrays["weights"], means=arrays["means"])
        return Interest(unpack(arrays["words"].tobytes()), forms)


def save(words: LinearModel, forms: FormWeights) -> bytes:
    """The scorer as bytes for `load`. Equal weights give equal bytes, which contain words and pairs but no sentences."""
    buffer = io.BytesIO()
    np.savez(buffer, words=np.frombuffer(pack(words), dtype=np.uint8), weights=forms.weights, means=forms.means)
    return buffer.getvalue()
