"""Trends and a trained model's bytes -> `Classifier`: texts to verdicts. Reads no file; how a score arises is `terms`' part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.classify.terms import THRESHOLD, Match, TermIndex, covered, is_about_language_models, trend_terms
from digest.classify.text import Span, Text
from digest.model import Label, Trend, Verdict

MAX_EVIDENCE = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendScore:
    """One trend's calibrated score of one text, the threshold it is held against, and the words that made it."""

    id: str
    score: float
    threshold: float
    evidence: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Every trend's score of one text, best first; the score of its being about language models; what follows from both."""

    scores: tuple[TrendScore, ...]
    llm_score: float
    llm_threshold: float
    verdict: Verdict
    lessons: tuple[str, ...] = ()  # titles of the items by which an editor's lessons moved it


class Classifier:
    """Classifies texts in batches. Made by `load`; the same texts always get the same verdicts."""

    def __init__(self, terms: Mapping[str, Mapping[str, float]]) -> None:
        self._trends = tuple(terms)
        self._index = TermIndex(terms)

    def classify(self, texts: Sequence[Text]) -> tuple[Verdict, ...]:
        """One verdict per text, in order: the trends above their thresholds, best first; none where none fits."""
        return tuple(self.explain(text).verdict for text in texts)

    def explain(self, text: Text) -> Explanation:
        """All that is behind one verdict: every trend's score, threshold and evidence."""
        matches = self._index.match(text)
        found = (_score(id_, matches.get(id_, Match(score=0.0)), text) for id_ in self._trends)
        scores = tuple(sorted(found, key=lambda score: (-score.score, score.id)))
        labels = tuple(
            Label(id=score.id, score=score.score, evidence=score.evidence)
            for score in scores
            if score.score >= score.threshold
        )
        llm = is_about_language_models(text)
        return Explanation(
            scores=scores,
            llm_score=float(llm),
            llm_threshold=THRESHOLD,
            verdict=Verdict(labels=labels if llm else (), llm=llm),
        )


def _score(id_: str, match: Match, text: Text) -> TrendScore:
    evidence = covered(match.spans, text)[:MAX_EVIDENCE]
    return TrendScore(id=id_, score=match.score, threshold=THRESHOLD, evidence=evidence, spans=match.spans)


def load(trends: Mapping[str, Trend], model: bytes | None) -> Classifier:  # noqa: ARG001  (the trained model)
    """Make a classifier of these trends.

    Args:
        trends: by id. Those that the model was not trained on go by their terms and examples.
        model: the bytes of a trained model; None for terms alone.
    """
    return Classifier({id_: trend_terms(trend) for id_, trend in trends.items()})
