"""Labelled rows and the verdicts on them -> figures with their intervals. Draws nothing, reads no file."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digest.classify import Classifier, Explanation, Span, Text, TrendScore
from digest.classify.evidence import MAX_EVIDENCE
from digest.classify.second_opinion import least_certain
from digest.classify.text import parts
from digest.model import Label, Verdict
from training.data import Row
from training.readings import OTHER, Reading

DRAWS = 500
SEED = 20261124
Z = 1.96


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A share and its 95 % interval; `of` is how many there were."""

    value: float
    low: float
    high: float
    of: int

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})" if self.of else "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A row and what the classifier says of it."""

    row: Row
    explanation: Explanation

    @property
    def verdict(self) -> Verdict:
        return self.explanation.verdict

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(label.id for label in self.verdict.labels)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.row.labels or ()


def answer(classifier: Classifier, rows: Sequence[Row], *, bare: bool) -> list[Answered]:
    texts = [replace(row.text, summary="") if bare else row.text for row in rows]
    return [Answered(row=row, explanation=classifier.explain(text)) for row, text in zip(rows, texts, strict=True)]


def share(right: Sequence[bool]) -> Figure:
    """A share with Wilson's interval (E. B. Wilson, 1927)."""
    count = len(right)
    if not count:
        return Figure(value=0.0, low=0.0, high=1.0, of=0)
    value = sum(right) / count
    middle = (value + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * (value * (1 - value) / count + Z**2 / (4 * count**2)) ** 0.5
    return Figure(value=value, low=max(0.0, middle - half), high=min(1.0, middle + half), of=count)


def bootstrap(rows: Sequence[Answered], figure: Callable[[Sequence[Answered]], float]) -> Figure:
    """A figure of all rows with the percentile interval of DRAWS samples of them."""
    source = np.random.default_rng(SEED)
    draws = [figure([rows[index] for index in source.integers(0, len(rows), len(rows))]) for _ in range(DRAWS)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return Figure(value=figure(rows), low=float(low), high=float(high), of=len(rows))


def trends_of(rows: Sequence[Answered]) -> tuple[str, ...]:
    """The trends that some row has."""
    return tuple(sorted({label for one in rows for label in one.labels if one.row.on_topic}))


def f1(rows: Sequence[Answered], trend: str) -> float:
    right = sum(trend in one.labels and trend in one.given for one in rows)
    total = sum((trend in one.labels) + (trend in one.given) for one in rows)
    return 2 * right / total if total else 0.0


def macro_f1(rows: Sequence[Answered]) -> float:
    """The mean over the trends that some row has."""
    return float(np.mean([f1(rows, trend) for trend in trends_of(rows)]))


def precision(rows: Sequence[Answered], trend: str) -> Figure:
    return share([trend in one.labels for one in rows if trend in one.given])


def recall(rows: Sequence[Answered], trend: str) -> Figure:
    return share([trend in one.given for one in rows if trend in one.labels])


def hit(rows: Sequence[Answered]) -> Figure:
    """Of the texts that have a trend: how often the first one given is among theirs; none given counts as wrong."""
    return share([bool(one.given) and one.given[0] in one.labels for one in _with_trend(rows)])


def misses(rows: Sequence[Answered]) -> tuple[int, int, int]:
    """Of the texts that have a trend: how many are taken for off-topic, are given nothing, have another one first."""
    of = [one for one in _with_trend(rows) if not set(one.given[:1]) & set(one.labels)]
    off = sum(not one.verdict.llm for one in of)
    wrong = sum(bool(one.given) for one in of)
    return off, len(of) - off - wrong, wrong


def second(rows: Sequence[Answered]) -> int:
    """How many texts are given a trend that is theirs, and another one before it."""
    return sum(one.given[0] not in one.labels and bool(set(one.given) & set(one.labels)) for one in rows if one.given)


def often(rows: Sequence[Answered], least: int) -> tuple[str, ...]:
    """The trends that at least so many rows have."""
    return tuple(trend for trend in trends_of(rows) if sum(trend in one.labels for one in rows) >= least)


def primary(rows: Sequence[Answered]) -> Figure:
    """As `hit`, but it must be the one that the text is mainly about."""
    return share([one.given[:1] == one.labels[:1] for one in _with_trend(rows)])


def best_hit(rows: Sequence[Answered]) -> Figure:
    """How often the trend with the best score is right, whatever its threshold."""
    return share([one.explanation.scores[0].id in one.labels for one in _with_trend(rows)])


def rejected(rows: Sequence[Answered]) -> Figure:
    return share([not one.verdict.llm for one in rows if not one.row.on_topic])


def kept(rows: Sequence[Answered]) -> Figure:
    return share([one.verdict.llm for one in rows if one.row.on_topic and not one.row.disputed])


def natural(rows: Sequence[Answered]) -> list[Answered]:
    """The texts that were drawn at random from the stream."""
    return [one for one in rows if one.row.source == "natural" or (not one.row.source and one.row.either)]


def shown_right(rows: Sequence[Answered]) -> Figure:
    """Of all labels given, how many a reader gave too."""
    return share([label in (*one.labels, *one.row.either) for one in rows for label in one.given])


def _with_trend(rows: Sequence[Answered]) -> list[Answered]:
    return [one for one in rows if one.row.on_topic and one.labels]


def risk(rows: Sequence[Answered]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For more and more of the labels given, surest first: the share of labels, and how many of them are wrong."""
    labels = sorted(
        ((label.score, label.id in (*one.labels, *one.row.either)) for one in rows for label in one.verdict.labels),
        reverse=True,
    )
    wrong = np.cumsum([not right for _, right in labels])
    counts = np.arange(1, len(labels) + 1)
    return counts / len(labels), wrong / counts


def confusion(rows: Sequence[Answered], trends: Sequence[str]) -> NDArray[np.int64]:
    """Main trend (row) against the first one given (column); both end with: none, off topic."""
    ends = (*trends, "none", "off-topic")
    table = np.zeros((len(ends), len(ends)), dtype=np.int64)
    for one in rows:
        true = "off-topic" if not one.row.on_topic else (*one.labels, "none")[0]
        told = (*one.given, "none")[0] if one.verdict.llm else "off-topic"
        table[ends.index(true), ends.index(told)] += 1
    return table


def reliability(rows: Sequence[Answered], edges: Sequence[float]) -> list[tuple[float, Figure]]:
    """For each range of scores of all trends: the mean score, and how often the trend was right."""
    scored = [(score.score, score.id in one.labels) for one in rows for score in one.explanation.scores]
    bins = [[pair for pair in scored if low <= pair[0] < high] for low, high in itertools.pairwise(edges)]
    return [(float(np.mean([score for score, _ in one])), share([right for _, right in one])) for one in bins if one]


def asked_again(rows: Sequence[Answered], read: Mapping[str, Reading], share: float) -> list[Answered]:
    """The rows with one reader's labels as right ones, and with the other reader's given to the share that most errors are expected in."""
    asked = set(least_certain({one.row.text.id: one.explanation for one in rows})[: round(share * len(rows))])
    return [_opinion(one, read[one.row.text.id], asked=one.row.text.id in asked) for one in rows]


def _opinion(one: Answered, read: Reading, *, asked: bool) -> Answered:
    row = replace(one.row, labels=read.one, either=())
    if not asked:
        return Answered(row=row, explanation=one.explanation)
    off = OTHER in read.two
    labels = () if off else tuple(Label(id=label, score=1.0) for label in read.two)
    return Answered(row=row, explanation=replace(one.explanation, verdict=Verdict(labels=labels, llm=not off)))


def without_evidence(classifier: Classifier, rows: Sequence[Answered]) -> list[list[bool]]:
    """For each label given: whether it is gone when its first 1, 2, … words of evidence are deleted, in singular and plural."""
    return [
        [_gone(classifier, one.row.text, label, count) for count in range(1, MAX_EVIDENCE + 1)]
        for one in rows
        for label in one.explanation.scores
        if label.id in one.given
    ]


def without_first(classifier: Classifier, rows: Sequence[Answered]) -> Figure:
    """Of the texts that were given a label: how often the first one changes when all its evidence is deleted."""
    first = [(one, label) for one in rows for label in one.explanation.scores if label.id in one.given[:1]]
    return share([_left(classifier, one.row.text, label, MAX_EVIDENCE)[:1] != [label.id] for one, label in first])


def _gone(classifier: Classifier, text: Text, label: TrendScore, count: int) -> bool:
    return label.id not in _left(classifier, text, label, count)


def _left(classifier: Classifier, text: Text, label: TrendScore, count: int) -> list[str]:
    """The trends given without a label's first words. All places of a word go, which follow one another, its plural's too."""
    source = dict(parts(text))
    said = [source[span.part][span.start : span.end].lower() for span in label.spans]
    rest = label.evidence[count : count + 1]
    less = _without(text, label.spans[: said.index(rest[0].lower()) if rest else len(said)])
    (verdict,) = classifier.classify([less])
    return [one.id for one in verdict.labels]


def _without(text: Text, spans: Sequence[Span]) -> Text:
    left = {part: list(words) for part, words in parts(text)}
    for span in spans:
        left[span.part][span.start : span.end] = " " * (span.end - span.start)
    return replace(text, title="".join(left["title"]), summary="".join(left["summary"]))
