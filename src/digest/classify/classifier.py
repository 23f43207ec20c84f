"""Trends and a trained model's bytes -> `Classifier`: texts to verdicts. Reads no file; how a score arises is others' part."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.classify.evidence import MAX_EVIDENCE, Reading, deciding, read
from digest.classify.features import Encoded
from digest.classify.linear import LLM, LinearModel, unpack
from digest.classify.terms import THRESHOLD, Match, TermIndex, covered, is_about_language_models, trend_terms
from digest.classify.text import Span, Stretch, Text, tokens
from digest.model import Label, Trend, Verdict

# What the best trend needs of its threshold where none passes its own: a reader misses an item more than it minds a weak label.
ALONE, ALONE_BARE = 0.7, 0.5  # with a summary, and where the title is all there is
BATCH = 256  # texts that are encoded at once: more takes memory and no less time


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """One text, scored: trend -> score, and what its evidence is found from."""

    text: Text
    scores: dict[str, float]
    llm_score: float
    matches: Mapping[str, Match]
    encoded: Encoded | None = None  # its batch, as the model reads it
    index: int = 0  # and which of the batch it is


class Classifier:
    """Classifies texts in batches. Made by `load`; the same texts always get the same verdicts."""

    def __init__(self, trends: Mapping[str, Trend], model: LinearModel | None) -> None:
        self._model = model
        self._own = tuple(id_ for id_ in trends if model is None or id_ not in model.heads)
        self._index = TermIndex({id_: trend_terms(trends[id_]) for id_ in self._own})
        self._heads = {} if model is None else {id_: model.heads.index(id_) for id_ in trends if id_ not in self._own}
        trained = {} if model is None else {id_: float(model.thresholds[head]) for id_, head in self._heads.items()}
        self._thresholds = trained | dict.fromkeys(self._own, THRESHOLD)
        self._llm_threshold = THRESHOLD if model is None else float(model.thresholds[model.heads.index(LLM)])

    def classify(self, texts: Sequence[Text]) -> tuple[Verdict, ...]:
        """One verdict per text, in order: the trends above their thresholds, best first; none where none fits."""
        return tuple(self._verdict(seen) for seen in self._see(texts))

    def explain(self, text: Text) -> Explanation:
        """All that is behind one verdict: every trend's score, threshold and evidence."""
        (seen,) = self._see([text])
        reading, held = self._read(seen), self._held(seen)
        return Explanation(
            scores=tuple(
                self._told(seen, id_, held[id_], reading) for id_ in sorted(seen.scores, key=_best_first(seen))
            ),
            llm_score=seen.llm_score,
            llm_threshold=self._llm_threshold,
            verdict=self._verdict(seen),
        )

    def _see(self, texts: Sequence[Text]) -> Iterator[_Seen]:
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            if self._model is None:
                yield from (self._by_terms(text) for text in part)
            else:
                yield from self._by_model(self._model, part)

    def _by_terms(self, text: Text) -> _Seen:
        matches = self._index.match(text)
        scores = {id_: matches[id_].score if id_ in matches else 0.0 for id_ in self._own}
        return _Seen(text=text, scores=scores, llm_score=float(is_about_language_models(text)), matches=matches)

    def _by_model(self, model: LinearModel, texts: Sequence[Text]) -> Iterator[_Seen]:
        encoded = model.vocabulary.encode(texts)
        scored = model.score(encoded, [not text.body for text in texts]).tolist()
        llm = model.heads.index(LLM)
        for index, (text, heard) in enumerate(zip(texts, scored, strict=True)):
            matches = self._index.match(text) if self._own else {}
            own = {id_: model.score_of_terms(matches[id_].weight if id_ in matches else 0.0) for id_ in self._own}
            scores = {id_: heard[head] for id_, head in self._heads.items()} | own
            yield _Seen(text=text, scores=scores, llm_score=heard[llm], matches=matches, encoded=encoded, index=index)

    def _verdict(self, seen: _Seen) -> Verdict:
        """A workspace's own trend needs no language model: its editor wants what its terms say."""
        llm = seen.llm_score >= self._llm_threshold
        able = seen.scores if llm else self._own if self._model is not None else ()
        if not able:
            return Verdict(labels=(), llm=llm)
        held = self._held(seen)
        given = [id_ for id_ in able if seen.scores[id_] >= held[id_]]
        reading = self._read(seen) if given else None
        labels = (
            Label(id=id_, score=seen.scores[id_], evidence=self._evidence(seen, id_, reading))
            for id_ in sorted(given, key=_best_first(seen))
        )
        return Verdict(labels=tuple(labels), llm=llm)

    def _told(self, seen: _Seen, id_: str, threshold: float, reading: Reading | None) -> TrendScore:
        trained = self._decided(id_, reading)
        if reading is None or trained is None:
            spans = seen.matches[id_].spans if id_ in seen.matches else ()
        else:
            spans = tuple(span for stretch in trained for span in reading.words.spans(stretch))
        evidence = self._evidence(seen, id_, reading)
        return TrendScore(id=id_, score=seen.scores[id_], threshold=threshold, evidence=evidence, spans=spans)

    def _evidence(self, seen: _Seen, id_: str, reading: Reading | None) -> tuple[str, ...]:
        trained = self._decided(id_, reading)
        if reading is None or trained is None:
            return _few(covered(seen.matches[id_].spans, seen.text)) if id_ in seen.matches else ()
        return tuple(reading.words.said(stretch.places[0], stretch.length) for stretch in trained)

    def _decided(self, id_: str, reading: Reading | None) -> Sequence[Stretch] | None:
        """The words that a trained head decided by; None where a trend goes by its terms."""
        if self._model is None or reading is None or id_ not in self._heads:
            return None
        return deciding(self._model, self._heads[id_], reading)

    def _held(self, seen: _Seen) -> Mapping[str, float]:
        """What each trend's score is held against: its threshold, and less for the best trend where none reaches its own."""
        passed = any(seen.scores[id_] >= threshold for id_, threshold in self._thresholds.items())
        if self._model is None or passed or not seen.scores:
            return self._thresholds
        best = min(seen.scores, key=_best_first(seen))
        return {**self._thresholds, best: round(self._thresholds[best] * _alone(seen.text), 2)}

    def _read(self, seen: _Seen) -> Reading | None:
        if self._model is None or seen.encoded is None:
            return None
        return read(self._model, seen.text, seen.encoded, seen.index, alone=_alone(seen.text))


def _alone(text: Text) -> float:
    return ALONE if text.body else ALONE_BARE


def _best_first(seen: _Seen) -> Callable[[str], tuple[float, str]]:
    return lambda id_: (-seen.scores[id_], id_)


def _few(phrases: Sequence[str]) -> tuple[str, ...]:
    """The first phrases that have at most MAX_EVIDENCE words together."""
    room, kept = MAX_EVIDENCE, []
    for phrase in phrases:
        room -= len(tokens(phrase))
        if room >= 0:
            kept.append(phrase)
    return tuple(kept)


def load(trends: Mapping[str, Trend], model: bytes | None) -> Classifier:
    """Make a classifier of these trends.

    Args:
        trends: by id. Those that the model was not trained on go by their terms and examples.
        model: the bytes of a trained model; None for terms alone.
    """
    return Classifier(trends, None if model is None else unpack(model))
