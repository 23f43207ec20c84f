"""Adjust scores by an editor's lessons and a workspace's own terms, whatever classifier computed them.

A lesson raises or lowers a trend's score in texts that share the characteristic words of its item; for the item itself it decides.
A workspace's terms for a trained trend work the same way, by their weights. Each pull adds to the log-odds of a score.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from digest.classify.classifier import Classifier, Explanation, TrendScore
from digest.classify.evidence import MAX_EVIDENCE
from digest.classify.function_words import is_function_word
from digest.classify.linear import shifted
from digest.classify.terms import HALFWAY, TermIndex, covered
from digest.classify.text import Span, Text, parts
from digest.model import Label, Lesson, Trend, Verdict

OFF_TOPIC = "other"  # the lesson that a text is not about language models
WORDS = 24  # words that a lesson keeps: enough for an abstract's subject
TITLE = 2  # how often a word of the title counts
NEAR = 0.15  # the shared weight from which texts are similar; 7 of 10 such pairs of papers share the trend
SAME = 0.5  # the shared weight from which texts say the same; rare for two papers
REACH = 8.0  # log-odds for texts that say the same; outweighs any score that is not certain
TERM = 1.0  # log-odds per unit of weight of a workspace's term

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """A change to one trend's score for one text: log-odds, the words behind it, and the title of the lesson's item."""

    trend: str
    strength: float
    spans: tuple[Span, ...]
    lesson: str = ""


class Taught:
    """A classifier with an editor's lessons applied. Same interface as `Classifier`."""

    def __init__(self, classifier: Classifier, lessons: Sequence[Lesson], trends: Mapping[str, Trend]) -> None:
        """Apply lessons in their order: of two on the same item and trend, the later counts."""
        self.base = classifier
        self._lessons = tuple({(lesson.item, lesson.trend): lesson for lesson in lessons}.values())
        self._by_word: dict[str, list[int]] = {}
        for number, lesson in enumerate(self._lessons):
            for word in lesson.words:
                self._by_word.setdefault(word, []).append(number)
        self._terms = [(sign, TermIndex(terms)) for sign in (1, -1) if (terms := _own_terms(trends.values(), sign))]

    def classify(self, texts: Sequence[Text]) -> tuple[Verdict, ...]:
        """One verdict per text, in order."""
        return self.corrected(texts, self.base.classify(texts))

    def corrected(self, texts: Sequence[Text], verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """The verdicts of `base` on these texts, with the lessons applied."""
        if not self._lessons and not self._terms:
            return verdicts
        pulled = {number: pulls for number, text in enumerate(texts) if (pulls := self.pulls(text))}
        also = [{pull.trend for pull in pulls} for pulls in pulled.values()]
        explained = zip(pulled, self.base.explain_briefly([texts[number] for number in pulled], also), strict=True)
        new = {number: _pulled(told, pulled[number], texts[number]).verdict for number, told in explained}
        return tuple(new.get(number, verdict) for number, verdict in enumerate(verdicts))

    def explain(self, text: Text) -> Explanation:
        """Everything behind one verdict, including lessons and own terms."""
        pulls = self.pulls(text)
        explanation = self.base.explain(text)
        return _pulled(explanation, pulls, text) if pulls else explanation

    def pulls(self, text: Text) -> tuple[Pull, ...]:
        """The pulls on this text's scores: the strongest lesson in each direction, and terms; empty for most texts."""
        strongest: dict[tuple[str, bool], Pull] = {}
        for pull in self._lesson_pulls(text):
            side = (pull.trend, pull.strength > 0)
            if side not in strongest or abs(pull.strength) > abs(strongest[side].strength):
                strongest[side] = pull
        return (*strongest.values(), *self._term_pulls(text))

    def _lesson_pulls(self, text: Text) -> Iterator[Pull]:
        places = _places(text) if self._lessons else {}
        shared: dict[int, float] = defaultdict(float)
        for word in places:
            for number in self._by_word.get(word, ()):
                shared[number] += self._lessons[number].words[word]
        for number, lesson in enumerate(self._lessons):
            likeness = 1.0 if lesson.item == text.id else min(1.0, (shared[number] - NEAR) / (SAME - NEAR))
            if likeness > 0:
                words = sorted(set(lesson.words) & set(places), key=lambda word: (-lesson.words[word], word))
                yield Pull(
                    trend=lesson.trend,
                    strength=REACH * likeness * (1 if lesson.fits else -1),
                    spans=tuple(places[word] for word in words[:MAX_EVIDENCE]),
                    lesson=lesson.title,
                )

    def _term_pulls(self, text: Text) -> Iterator[Pull]:
        for sign, index in self._terms:
            for trend, match in index.match(text).items():
                weight = HALFWAY * match.score / (1 - match.score)
                yield Pull(trend=trend, strength=sign * TERM * weight, spans=match.spans)


def lesson_words(text: Text, rarity: Callable[[str], float]) -> dict[str, float]:
    """The characteristic words and pairs of words of a text, with weights that add up to 1.

    Args:
        text: the item's text.
        rarity: the inverse document frequency of a word or pair; 0 if it is uninformative.
    """
    counts = Counter([*_words(text.head)] * TITLE + [*_words(text.body)])
    telling = {word: rarity(word) if all(map(_tells(rarity), word.split())) else 0.0 for word in counts}
    weights = {word: count**0.5 * telling[word] for word, count in counts.items()}
    best = sorted((word for word in weights if weights[word] > 0), key=lambda word: (-weights[word], word))[:WORDS]
    total = sum(weights[word] for word in best)
    return {word: round(weights[word] / total, 4) for word in best}


def _tells(rarity: Callable[[str], float]) -> Callable[[str], bool]:
    """Whether a single word says something of a subject: numbers and words of grammar do not, even where the training texts lack them."""
    return lambda word: not (word.isdecimal() or is_function_word(word)) and rarity(word) > 0


def _words(part: str) -> list[str]:
    words = [found.group().lower() for found in _WORD.finditer(part)]
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _places(text: Text) -> dict[str, Span]:
    """The first position of each word and pair in a text."""
    places: dict[str, Span] = {}
    for part, source in parts(text):
        found = [(match.group().lower(), match.start(), match.end()) for match in _WORD.finditer(source)]
        for word, start, end in found:
            places.setdefault(word, Span(part=part, start=start, end=end))
        for (one, start, _), (other, _, end) in pairwise(found):
            places.setdefault(f"{one} {other}", Span(part=part, start=start, end=end))
    return places


def _own_terms(trends: Iterable[Trend], sign: int) -> dict[str, dict[str, float]]:
    """A workspace's terms for packaged trends that raise (sign 1) or lower (-1) scores, with positive weights."""
    terms = {
        trend.id: {phrase: sign * weight for phrase, weight in trend.own_terms.items() if sign * weight > 0}
        for trend in trends
    }
    return {trend: phrases for trend, phrases in terms.items() if phrases}


def _pulled(explanation: Explanation, pulls: Sequence[Pull], text: Text) -> Explanation:
    """The explanation with adjusted scores and the resulting verdict."""
    scores = tuple(
        sorted((_moved(score, pulls, text) for score in explanation.scores), key=lambda score: (-score.score, score.id))
    )
    chosen = [score for score in scores if score.score >= score.threshold]
    taught_in = {pull.trend for pull in pulls if pull.strength > 0}
    about = shifted(explanation.llm_score, -sum(pull.strength for pull in pulls if pull.trend == OFF_TOPIC))
    llm = about >= explanation.llm_threshold or any(score.id in taught_in for score in chosen)
    before = [label.id for label in explanation.verdict.labels]
    first = [score for score in chosen if score.id in taught_in or score.id not in before]
    rest = sorted((score for score in chosen if score not in first), key=lambda score: before.index(score.id))
    labels = tuple(Label(id=score.id, score=score.score, evidence=score.evidence) for score in (*first, *rest))
    return replace(
        explanation,
        scores=scores,
        llm_score=about,
        verdict=replace(explanation.verdict, labels=labels if llm else (), llm=llm),
        lessons=tuple(dict.fromkeys(pull.lesson for pull in pulls if pull.lesson)),
    )


def _moved(score: TrendScore, pulls: Sequence[Pull], text: Text) -> TrendScore:
    own = [pull for pull in pulls if pull.trend == score.id]
    if not own:
        return score
    spans = tuple(span for pull in own if pull.strength > 0 for span in pull.spans)
    return replace(
        score,
        score=shifted(score.score, sum(pull.strength for pull in own)),
        evidence=tuple(dict.fromkeys((*covered(spans, text), *score.evidence)))[:MAX_EVIDENCE],
        spans=spans + score.spans,
    )
