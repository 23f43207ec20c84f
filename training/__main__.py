"""`python -m training`: labelled texts and the trends' terms -> the model that ships. Without the texts, the shipped one stays."""

import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digest.classify import Text
from digest.classify.features import Vocabulary
from digest.classify.linear import SCALE, LinearModel, pack
from digest.classify.terms import TermIndex, trend_terms
from digest.classify.text import FORMS, POST_FORMS
from training import calibration, data, hosts, thresholds, topics, vocabulary
from training.data import Data, Row
from training.fit import Batch, Floats, matrix
from training.heads import HEADS, LLM, POST_LLM, TRENDS
from training.student import Pool, bare, known, lessons, terms, train
from training.teacher import Views, rule_points
from training.thresholds import Asked, Judged, Thresholds

FOLDS = 4
LISTED_TRUST = 0.5  # what a list's label counts against one that was read
NATURAL = 3.0  # what a text drawn at random counts for a threshold, against one that was picked because it is hard
# What is asked of the thresholds for each of a text's FORMS. A title alone says less; of posts, those to be kept matter most.
ASKED = (
    Asked(first=0.89, right=0.86, rejected=0.92, kept=0.94),
    Asked(first=0.70, right=0.66, rejected=0.72, kept=0.93),
    Asked(first=0.60, right=0.58, rejected=0.75, kept=0.95),
    Asked(first=0.55, right=0.53, rejected=0.75, kept=0.94),
)
# Of the papers of these trends, the share that their thresholds must find: moved with the others', they miss half, and more than their F1 asks.
FOUND = {"bias-ethics": 0.75, "interpretability": 0.75}
PAPER = FORMS.index("paper")
PART = 1024  # texts that are encoded at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Student:
    """Scores rows with weights that may not have seen them."""

    vocabulary: Vocabulary
    scales: Floats
    weights: Floats
    intercepts: Floats

    def logits(self, rows: Sequence[Row], *, whole: bool) -> Floats:
        texts = [row.text if whole else bare(row.text) for row in rows]
        scored: Floats = matrix(self.vocabulary.encode(texts), self.scales) @ self.weights + self.intercepts
        return scored


def main() -> int:
    place = data.folder()
    if place is None:
        print(f"no labelled texts (set DIGEST_SHARED): {data.MODEL.name} stays as it was shipped", file=sys.stderr)
        return 0
    model = make(data.load(place))
    data.MODEL.write_bytes(pack(model))
    print(f"{data.MODEL}: {data.MODEL.stat().st_size:,} bytes, {model.vocabulary.size:,} features", file=sys.stderr)
    return 0


def make(rows: Data) -> LinearModel:
    """Train, calibrate on texts left out, round to bytes."""
    listed_terms = terms()
    told = [term.text for term in listed_terms]
    words = vocabulary.build([row.text for row in (*rows.corpus, *rows.listed, *rows.read)], also=told)
    often = _often(words, rows.corpus)
    scales = np.maximum(np.round(SCALE * np.sqrt(np.maximum(np.log(len(rows.corpus) / (often + 1)), 0.3))), 1)
    corpus, listed, read = _pools(rows, words, scales)
    by_term = lessons(listed_terms, matrix(words.encode(told), scales))
    left_out = [_left_out((corpus, listed, read), by_term, fold) for fold in range(FOLDS)]
    weights, intercepts = train(corpus=corpus, listed=listed, read=read, by_term=by_term)
    student = Student(vocabulary=words, scales=scales, weights=weights, intercepts=intercepts)
    found = _calibrated(_judged(rows, left_out, student))
    steps = np.abs(student.weights).max(axis=0) / 127
    by_weight = _by_weight(rows)
    return LinearModel(
        vocabulary=words,
        weights=np.round(student.weights / steps),
        scales=scales.astype(np.int64),
        slopes=np.array([[slope * step for (slope, _), step in zip(line, steps, strict=True)] for line in found.lines]),
        intercepts=np.array(
            [[s * b + i for (s, i), b in zip(line, student.intercepts, strict=True)] for line in found.lines]
        ),
        thresholds=np.array([[*at.heads, at.heads[-1]] for at in found.chosen]),
        alone=np.array([at.alone for at in found.chosen]),
        heads=HEADS,
        hosts=found.moves,
        telling=_telling(words),
        terms_slope=by_weight[0],
        terms_intercept=by_weight[1],
    )


def _telling(words: Vocabulary) -> NDArray[np.bool_]:
    """Which words explain something: those that are not silent."""
    telling = np.ones(words.words, dtype=bool)
    telling[[words.forms[word] for word in vocabulary.SILENT if word in words.forms]] = False
    return telling


def _often(words: Vocabulary, rows: Sequence[Row]) -> Floats:
    """In how many texts each feature stands."""
    counts = np.zeros(words.size)
    for start in range(0, len(rows), PART):
        encoded = words.encode([row.text for row in rows[start : start + PART]])
        counts += np.bincount(encoded.ids, minlength=words.size)
    return counts


def _pools(rows: Data, words: Vocabulary, scales: Floats) -> tuple[Pool, Pool, Pool]:
    parts = (rows.corpus, rows.listed, rows.read)
    points = rule_points([row.text for part in parts for row in part])
    ends = np.cumsum([len(part) for part in parts])[:-1]
    whole, alone = ([_matrix(words, scales, part, kind) for part in parts] for kind in (lambda text: text, bare))
    about = topics.learn(whole[0][::2])
    corpus, listed, read = (
        Pool(rows=part, views=Views(points=own, topics=topics.of(about, features), features=features), bare=titles)
        for part, own, features, titles in zip(parts, np.split(points, ends), whole, alone, strict=True)
    )
    return corpus, listed, read


def _matrix(words: Vocabulary, scales: Floats, rows: Sequence[Row], kind: Callable[[Text], Text]) -> sparse.csr_matrix:
    parts = [rows[start : start + PART] for start in range(0, len(rows), PART)]
    return sparse.vstack([matrix(words.encode([kind(row.text) for row in part]), scales) for part in parts]).tocsr()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Rows that a student did not see, and its logits of them: with their summary, and as titles alone."""

    read: Sequence[Row]
    listed: Sequence[Row]
    logits: tuple[Floats, Floats]


def _left_out(pools: tuple[Pool, Pool, Pool], by_term: Batch, fold: int) -> LeftOut:
    """Leave out a share of what was read, and whole lists and whole blogs: their habits must not be learnt."""
    corpus, listed, read = pools
    names = [urlsplit(row.text.id).netloc if row.is_post else row.text.id for row in read.rows]
    out = _in_fold(names, fold), _in_fold([row.source for row in listed.rows], fold)
    weights, intercepts = train(corpus=corpus, listed=listed.only(~out[1]), read=read.only(~out[0]), by_term=by_term)
    unseen = read.only(out[0]), listed.only(out[1])
    whole = sparse.vstack([part.views.features for part in unseen]) @ weights + intercepts
    alone = sparse.vstack([part.bare for part in unseen]) @ weights + intercepts
    return LeftOut(read=unseen[0].rows, listed=unseen[1].rows, logits=(whole, alone))


def _in_fold(names: Sequence[str], fold: int) -> NDArray[np.bool_]:
    return np.array([zlib.crc32(name.encode()) % FOLDS == fold for name in names])


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """Rows with the logits, with a summary and without, of students that did not see them; `trust` is what a label counts."""

    rows: Sequence[Row]
    logits: tuple[Floats, Floats]
    labels: Floats
    trust: Floats
    read: NDArray[np.bool_]  # rather than named by a list

    @property
    def hosts(self) -> list[str]:
        return [row.text.host for row in self.rows]

    def of(self, keep: NDArray[np.bool_]) -> "Unseen":
        return Unseen(
            rows=[row for row, kept in zip(self.rows, keep, strict=True) if kept],
            logits=(self.logits[0][keep], self.logits[1][keep]),
            labels=self.labels[keep],
            trust=self.trust[keep],
            read=self.read[keep],
        )


def _judged(rows: Data, left_out: Sequence[LeftOut], student: Student) -> Unseen:
    parts = [(part.read, part.listed) for part in left_out]
    every = [row for read, listed in parts for row in (*read, *listed)] + list(rows.develop)
    logits = (
        np.vstack([*(part.logits[kind] for part in left_out), student.logits(rows.develop, whole=whole)])
        for kind, whole in enumerate((True, False))
    )
    read = np.array([kind == 0 for pair in parts for kind in (0, 1) for _ in pair[kind]] + [True] * len(rows.develop))
    labels, whole, alone = known(every), *logits
    return Unseen(
        rows=every,
        logits=(whole, alone),
        labels=labels,
        trust=np.where(read[:, None], _read_trust(every), _listed_trust(every)),
        read=read,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibrated:
    """For each of a text's FORMS, each head's slope and intercept, and the thresholds; and what each host moves, for posts."""

    lines: list[list[tuple[float, float]]]
    chosen: list[Thresholds]
    moves: Mapping[str, Floats]


def _calibrated(unseen: Unseen) -> Calibrated:
    posts = np.array([row.is_post for row in unseen.rows])
    lines, chosen = [], []
    moves: Mapping[str, Floats] = {}
    for form, (name, asked) in enumerate(zip(FORMS, ASKED, strict=True)):
        own = unseen.of(posts if form >= POST_FORMS else ~posts)
        logits, gate = own.logits[form % 2], (LLM, POST_LLM)[form // 2]
        line = [calibration.platt(logits[:, h], own.labels[:, h], own.trust[:, h]) for h in range(len(HEADS))]
        odds = np.column_stack([slope * logits[:, h] + shift for h, (slope, shift) in enumerate(line)])
        if form == POST_FORMS:
            moves = hosts.moves(odds, own.labels, own.trust, own.hosts)
        if form >= POST_FORMS:
            odds = hosts.moved_by_others(odds, own.labels, own.trust, own.hosts)
        scores = 1 / (1 + np.exp(-odds))
        picked = _picked(own, scores[:, [*range(TRENDS), gate]])
        at, quality = thresholds.choose(picked, asked)
        if form == PAPER:
            at = thresholds.lowered(picked, at, {HEADS.index(trend): share for trend, share in FOUND.items()})
        print(f"{name}, left out: {quality}", file=sys.stderr)
        lines.append(line)
        chosen.append(at)
    return Calibrated(lines=lines, chosen=chosen, moves=moves)


def _picked(own: Unseen, scores: Floats) -> Judged:
    """The rows that were read. Only papers were also drawn at random; posts stand for themselves."""
    natural = np.array([row.source == "natural" or row.is_post for row in own.rows])
    return Judged(
        scores=scores[own.read],
        labels=own.labels[own.read][:, : TRENDS + 1],
        counts=np.where(natural, NATURAL, 1.0)[own.read],
        natural=natural[own.read],
    )


def _read_trust(rows: Sequence[Row]) -> Floats:
    """Off-topic texts say nothing of a trend's score, which is of texts about language models."""
    weights = np.ones((len(rows), len(HEADS)))
    weights[:, :TRENDS] = [[row.on_topic] for row in rows]
    return weights


def _listed_trust(rows: Sequence[Row]) -> Floats:
    """A list's labels count; what it does not name is unknown."""
    given = known(rows)
    weights = np.where(given == 1, LISTED_TRUST, 0.0)
    weights[:, TRENDS:] = LISTED_TRUST
    return weights


def _by_weight(rows: Data) -> tuple[float, float]:
    """How the weight of a trend's terms becomes a score: one line for all trends, since a new one has no line of its own."""
    trends = {id_: trend for id_, trend in data.trends().items() if id_ in HEADS}
    index = TermIndex({id_: trend_terms(trend) for id_, trend in trends.items()})
    weights, labels = [], []
    for row in (*rows.read, *rows.develop):
        for id_, match in index.match(row.text).items():
            weights.append(match.weight)
            labels.append(float(id_ in (row.labels or ())))
    return calibration.platt(np.array(weights), np.array(labels), np.ones(len(labels)))


if __name__ == "__main__":
    sys.exit(main())
