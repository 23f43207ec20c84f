"""The `Classifier`: turns the scores of the model and of terms into verdicts, with thresholds and evidence."""

import hashlib
import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from digest.classify.evidence import MAX_EVIDENCE, Question, Reason, reasons
from digest.classify.features import Encoded
from digest.classify.foreign import ForeignTexts, Phrases, is_foreign
from digest.classify.linear import GATES, LinearModel, shifted, unpack
from digest.classify.terms import THRESHOLD, Match, TermIndex, covered, is_about_language_models, trend_terms
from digest.classify.text import FORMS, Span, Text, tokens
from digest.model import Accuracy, Label, Trend, Verdict

HINT = 2.0  # log-odds added for the trends configured for a feed; raises a probability of 0.1 to about 0.5
UNTOLD = 0.12  # the score of a hinted trend whose terms a text lacks; HINT raises it to THRESHOLD
FULL_TERM = 6.0  # for a workspace's own trend: one term of full weight in the title, or two in the text, is enough
BATCH = 256  # texts per batch; larger batches need more memory and are not faster


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendScore:
    """One trend's calibrated score for one text, its threshold, and the words behind it."""

    id: str
    score: float
    threshold: float
    evidence: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """All trends' scores for one text, best first, its score for being about language models, and the resulting verdict."""

    scores: tuple[TrendScore, ...]
    llm_score: float
    llm_threshold: float
    verdict: Verdict
    lessons: tuple[str, ...] = ()  # titles of the items whose lessons changed the scores
    host: str = ""  # that the post links to, if the model knows it
    host_move: float = 0.0  # log-odds that the host adds to the score for being about language models


@dataclass(frozen=True, kw_only=True, slots=True)
class _Thresholds:
    """The thresholds: of each trend, of the best trend if none passes, and of being about language models."""

    trends: Mapping[str, float]
    alone: float
    llm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """One scored text: the scores by trend, and the matches of terms of the workspace's own trends."""

    text: Text
    scores: dict[str, float]
    llm_score: float
    matches: Mapping[str, Match]
    host_move: float = 0.0
    foreign: bool = False  # in another language than the model's, and scored by terms


@dataclass(frozen=True, kw_only=True, slots=True)
class _Terms:
    """The evidence for a trend that is matched by its terms."""

    seen: _Seen
    id: str

    @property
    def evidence(self) -> tuple[str, ...]:
        return _few(covered(self.spans, self.seen.text))

    @property
    def spans(self) -> tuple[Span, ...]:
        return self.seen.matches[self.id].spans if self.id in self.seen.matches else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Batch:
    """Some texts encoded and scored together."""

    seen: Sequence[_Seen]
    encoded: Encoded | None = None


class Classifier:
    """Classifies texts in batches. Made by `load`. Deterministic: the same texts always get the same verdicts."""

    def __init__(
        self, trends: Mapping[str, Trend], model: LinearModel | None, foreign: ForeignTexts | None = None
    ) -> None:
        self._model = model
        self._foreign = foreign
        self._own = tuple(id_ for id_ in trends if model is None or id_ not in model.heads)
        self._index = TermIndex({id_: trend_terms(trends[id_]) for id_ in self._own})
        self._heads = {} if model is None else {id_: model.heads.index(id_) for id_ in trends if id_ not in self._own}
        self._forms = tuple(self._thresholds(form) for form in range(len(FORMS)))
        self._by_phrases = _Thresholds(trends=dict.fromkeys(trends, THRESHOLD), alone=THRESHOLD, llm=THRESHOLD)

    def classify(self, texts: Sequence[Text]) -> tuple[Verdict, ...]:
        """One verdict per text, in order: the trends above their thresholds, best first; empty if none fits."""
        parts = (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))
        return tuple(verdict for part in parts for verdict in self._verdicts(self._see(part)))

    def explain(self, text: Text) -> Explanation:
        """Everything behind one verdict: all trends' scores, thresholds and evidence."""
        batch = self._see([text])
        return next(self._explanations(batch, [batch.seen[0].scores]))

    def explain_briefly(self, texts: Sequence[Text], also: Sequence[Container[str]]) -> Iterator[Explanation]:
        """As `explain`, with evidence only for trends above their thresholds and, of each text, those in `also`. Much faster."""
        for start in range(0, len(texts), BATCH):
            part = slice(start, start + BATCH)
            yield from self._explanations(self._see(texts[part]), also[part])

    def rarity(self, phrase: str) -> float | None:
        """The rarity of a word or a pair of words in the training texts: 0 if they are uninformative, None if unknown."""
        return None if self._model is None else self._model.rarity(phrase)

    def _see(self, texts: Sequence[Text]) -> _Batch:
        if self._model is None:
            return _Batch(seen=[self._in_another_language(text) or self._by_terms(text) for text in texts])
        encoded = self._model.vocabulary.encode(texts)
        return _Batch(seen=list(self._by_model(self._model, texts, encoded)), encoded=encoded)

    def _by_terms(self, text: Text) -> _Seen:
        matches = self._index.match(text)
        scores = {id_: matches[id_].score if id_ in matches else 0.0 for id_ in self._own}
        about = _told_by_terms(text, scores) or is_about_language_models(text)
        return _Seen(text=text, scores=_hinted_by_terms(scores, text), llm_score=float(about), matches=matches)

    def _by_model(self, model: LinearModel, texts: Sequence[Text], encoded: Encoded) -> Iterator[_Seen]:
        scored = model.score(encoded, [text.form for text in texts], [text.host for text in texts]).tolist()
        for text, heard in zip(texts, scored, strict=True):
            if foreign := self._in_another_language(text):
                yield foreign
                continue
            matches = self._index.match(text) if self._own else {}
            own = {id_: model.score_of_terms(matches[id_].weight if id_ in matches else 0.0) for id_ in self._own}
            scores = {id_: heard[head] for id_, head in self._heads.items()}
            about = _about(text, heard[_gate(model, text.form)])
            yield _Seen(
                text=text,
                scores=_hinted(scores | own, text.hints),
                llm_score=about,
                matches=matches,
                host_move=model.host_move(text.host, _gate(model, text.form)),
            )

    def _in_another_language(self, text: Text) -> _Seen | None:
        """A text that is not in the model's language, scored by terms; None for any other."""
        if self._foreign is None or not is_foreign(text):
            return None
        matches = self._foreign.scores(text)
        scores = {id_: matches[id_].score if id_ in matches else 0.0 for id_ in self._by_phrases.trends}
        about = _told_by_terms(text, scores) or self._foreign.is_about_language_models(text)
        return _Seen(
            text=text, scores=_hinted_by_terms(scores, text), llm_score=float(about), matches=matches, foreign=True
        )

    def _verdicts(self, batch: _Batch) -> Iterator[Verdict]:
        given = [self._given(seen) for seen in batch.seen]
        for seen, ids, told in zip(batch.seen, given, self._told(batch, given), strict=True):
            yield self._verdict(seen, ids, told)

    def _verdict(self, seen: _Seen, ids: Sequence[str], told: Mapping[str, Reason | _Terms]) -> Verdict:
        labels = (Label(id=id_, score=seen.scores[id_], evidence=told[id_].evidence) for id_ in ids)
        return Verdict(labels=tuple(labels), llm=seen.llm_score >= self._least(seen).llm, by_terms=seen.foreign)

    def _explanations(self, batch: _Batch, also: Sequence[Container[str]]) -> Iterator[Explanation]:
        """With evidence for the trends above their thresholds, and those in `also`."""
        held = [self._held(seen) for seen in batch.seen]
        asked = [
            [id_ for id_, score in seen.scores.items() if score >= least[id_] or id_ in others]
            for seen, least, others in zip(batch.seen, held, also, strict=True)
        ]
        for seen, least, told in zip(batch.seen, held, self._told(batch, asked), strict=True):
            yield Explanation(
                scores=tuple(
                    _trend_score(id_, seen, least[id_], told.get(id_))
                    for id_ in sorted(seen.scores, key=_best_first(seen))
                ),
                llm_score=seen.llm_score,
                llm_threshold=self._least(seen).llm,
                verdict=self._verdict(seen, self._given(seen), told),
                host=seen.text.host if seen.host_move else "",
                host_move=seen.host_move,
            )

    def _given(self, seen: _Seen) -> list[str]:
        """The trends shown, best first. A workspace's own trend may also match texts that are not about language models."""
        llm = seen.llm_score >= self._least(seen).llm
        able = seen.scores if llm else self._own if self._model is not None else ()
        if not able:
            return []
        held = self._held(seen)
        return sorted((id_ for id_ in able if seen.scores[id_] >= held[id_]), key=_best_first(seen))

    def _held(self, seen: _Seen) -> Mapping[str, float]:
        """Each trend's threshold, which is lower for the best trend if none reaches its own."""
        least = self._least(seen)
        passed = any(seen.scores[id_] >= threshold for id_, threshold in least.trends.items())
        if passed or not seen.scores:
            return least.trends
        best = min(seen.scores, key=_best_first(seen))
        return {**least.trends, best: min(least.trends[best], least.alone)}

    def _thresholds(self, form: int) -> _Thresholds:
        if self._model is None:
            return _Thresholds(trends=dict.fromkeys(self._own, THRESHOLD), alone=THRESHOLD, llm=THRESHOLD)
        own = dict.fromkeys(self._own, self._model.score_of_terms(FULL_TERM))
        heard = dict(zip(self._model.heads, self._model.thresholds[form].tolist(), strict=True))
        trends = {id_: heard[id_] for id_ in self._heads} | own
        return _Thresholds(trends=trends, alone=float(self._model.alone[form]), llm=heard[GATES[form // 2]])

    def _least(self, seen: _Seen) -> _Thresholds:
        return self._by_phrases if seen.foreign else self._forms[seen.text.form]

    def _told(self, batch: _Batch, asked: Sequence[Sequence[str]]) -> Iterator[Mapping[str, Reason | _Terms]]:
        """The reasons for the given trends of each text."""
        texts = [seen.text for seen in batch.seen]
        questions = [
            Question(index=index, head=self._heads[id_])
            for index, ids in enumerate(asked)
            for id_ in ids
            if self._is_trained(id_, batch.seen[index])
        ]
        trained: Iterator[Reason] = iter(())
        if self._model is not None and batch.encoded is not None:
            trained = reasons(self._model, batch.encoded, texts, questions)
        for seen, ids in zip(batch.seen, asked, strict=True):
            yield {id_: next(trained) if self._is_trained(id_, seen) else _Terms(seen=seen, id=id_) for id_ in ids}

    def _is_trained(self, id_: str, seen: _Seen) -> bool:
        """Whether the trained model scored this trend for the text."""
        return id_ in self._heads and not seen.foreign


def _trend_score(id_: str, seen: _Seen, threshold: float, why: Reason | _Terms | None) -> TrendScore:
    if why is None:
        return TrendScore(id=id_, score=seen.scores[id_], threshold=threshold)
    return TrendScore(id=id_, score=seen.scores[id_], threshold=threshold, evidence=why.evidence, spans=why.spans)


def _about(text: Text, score: float) -> float:
    """The score for being about language models.

    For a feed configured as on topic it is certain. For one configured with trends it is likelier, except for papers: a whole archive
    section may have a hint, and most of its papers are about other things.
    """
    if text.on_topic:
        return 1.0
    return shifted(score, HINT) if text.hints and text.kind != "paper" else score


def _gate(model: LinearModel, form: int) -> int:
    """The head that tells whether a text of this form is about language models."""
    return model.heads.index(GATES[form // 2])


def _hinted(scores: dict[str, float], hints: Sequence[str]) -> dict[str, float]:
    """The scores, raised for the trends configured for the feed."""
    return scores | {id_: max(scores[id_], shifted(scores[id_], HINT)) for id_ in hints if id_ in scores}


def _told_by_terms(text: Text, scores: Mapping[str, float]) -> bool:
    """Whether its feed shows that a text is about language models; by its trends only where the text has one of their terms."""
    return text.on_topic or (text.kind != "paper" and any(scores.get(id_) for id_ in text.hints))


def _hinted_by_terms(scores: dict[str, float], text: Text) -> dict[str, float]:
    """As `_hinted`. Where no term decides, a post is of its feed's trends: a text that lacks their terms may be of them all the same."""
    hinted = _hinted(scores, text.hints)
    if text.kind == "paper" or any(score >= THRESHOLD for score in hinted.values()):
        return hinted
    return _hinted(scores | {id_: max(scores[id_], UNTOLD) for id_ in text.hints if id_ in scores}, text.hints)


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


def load(trends: Mapping[str, Trend], model: bytes | None, foreign: Callable[[], Phrases] | None = None) -> Classifier:
    """Make a classifier of these trends.

    Args:
        trends: by id. Those that the model was not trained on are matched by their terms and examples.
        model: the bytes of a trained model; None for terms alone.
        foreign: gives what texts in other languages are told by, when the first comes; None to read every text as English.
    """
    return Classifier(trends, None if model is None else unpack(model), foreign and ForeignTexts(foreign))


SIGNS = 16  # hexadecimal digits of a model's SHA-256, enough to identify it


def sign(model: bytes) -> str:
    """The short fingerprint of a model."""
    return hashlib.sha256(model).hexdigest()[:SIGNS]


def accuracy_of(text: str, model: bytes | None) -> Accuracy | None:
    """The figures in `text` if they belong to this model; None if they belong to another, or there are none."""
    if not text or model is None:
        return None
    measured = json.loads(text)
    figures = Accuracy(**measured | {"measured": date.fromisoformat(measured["measured"])})
    return figures if figures.model == sign(model) else None


def accuracy_text(figures: Accuracy) -> str:
    """The inverse of `accuracy_of`."""
    return json.dumps(asdict(figures) | {"measured": figures.measured.isoformat()}, indent=1) + "\n"
