"""Find the few words that decided a score, and their positions.

Words are taken in the order of what they add to the score, alone and in pairs, until the score without them falls below the
threshold. A word and its plural count as one word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.classify.features import Encoded, Ints
from digest.classify.linear import Floats, LinearModel
from digest.classify.text import Span, Stretch, Text, Words, located

MAX_EVIDENCE = 8
MARGIN = 0.5  # in logits; deleting words may create new pairs of neighbours


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """The words that decided one label of one text, most important first."""

    words: Words
    stretches: tuple[Stretch, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        return tuple(self.words.said(stretch.places[0], stretch.length) for stretch in self.stretches)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for stretch in self.stretches for span in self.words.spans(stretch))


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One head for one text of a batch."""

    index: int
    head: int


def reasons(model: LinearModel, encoded: Encoded, texts: Sequence[Text], asked: Sequence[Question]) -> Iterator[Reason]:
    """For each question, in order, the words that put its text above its head's threshold; at most MAX_EVIDENCE."""
    if not asked:
        return
    least = [_least(model, question.head, form=texts[question.index].form) for question in asked]
    chosen = _chosen(model, encoded, asked, np.array(least))
    wanted: dict[int, list[int]] = {}
    for question, numbers in zip(asked, chosen, strict=True):
        wanted.setdefault(question.index, []).extend(numbers)
    sought = np.zeros(model.vocabulary.words + 1, dtype=bool)
    places = {index: _places(encoded.words(index), numbers, sought) for index, numbers in wanted.items()}
    words = {index: located(texts[index]) for index in wanted}
    for question, numbers in zip(asked, chosen, strict=True):
        own = words[question.index]
        yield Reason(words=own, stretches=tuple(_stretches(own, places[question.index], numbers)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cells:
    """All features of the texts in question, one question after the other. A slot is one known word of one question."""

    owners: Ints  # the question of each cell
    values: Ints
    added: Floats  # to the score
    first: Ints  # the slots of a feature's words
    second: Ints  # the same as `first` where the feature is one word
    telling: tuple[NDArray[np.bool_], NDArray[np.bool_]]  # whether a feature's two words can explain anything
    numbers: Ints  # of each slot's word, in the vocabulary
    askers: Ints  # the question of each slot


def _chosen(model: LinearModel, encoded: Encoded, asked: Sequence[Question], least: Floats) -> list[list[int]]:
    """The numbers of the deciding words of each question."""
    cells = _cells(model, encoded, asked)
    best, ranks = _ranked(cells)
    counts = _enough(cells, ranks, least)
    kept = best[ranks[best] < counts[cells.askers[best]]]
    ends = np.searchsorted(cells.askers[kept], np.arange(1, len(asked)))
    return [part.tolist() for part in np.split(cells.numbers[kept], ends)]


def _cells(model: LinearModel, encoded: Encoded, asked: Sequence[Question]) -> _Cells:
    rows = np.array([question.index for question in asked])
    heads = np.array([question.head for question in asked])
    lengths = encoded.starts[rows + 1] - encoded.starts[rows]
    owners = np.repeat(np.arange(len(asked)), lengths)
    ends = np.cumsum(lengths)
    places = np.arange(ends[-1]) + np.repeat(encoded.starts[rows] - ends + lengths, lengths)
    ids = encoded.ids[places]
    values = encoded.values[places] * model.scales[ids]
    words, single = model.vocabulary.words, ids < model.vocabulary.words
    slots = owners[single] * words + ids[single]  # ascending, since the questions and each text's features are
    first, second = model.vocabulary.both(ids)
    return _Cells(
        owners=owners,
        values=values,
        added=values * model.weights[ids, heads[owners]],
        first=np.searchsorted(slots, owners * words + first),
        second=np.searchsorted(slots, owners * words + second),
        telling=(model.telling[first], model.telling[second]),
        numbers=ids[single],
        askers=owners[single],
    )


def _ranked(cells: _Cells) -> tuple[Ints, Ints]:
    """The slots by question and then by weight, and each slot's rank in its question."""
    one, two = cells.telling
    part = cells.added / np.maximum(one.astype(np.int64) + two, 1)  # a pair's contribution goes to both of its words
    count = len(cells.numbers)
    weight = np.bincount(cells.first, part * one, count) + np.bincount(cells.second, part * two, count)
    for_it = np.flatnonzero(weight > 0)
    order = for_it[np.lexsort((-weight[for_it], cells.askers[for_it]))]
    starts = np.searchsorted(cells.askers[order], cells.askers[order])
    rank = np.arange(len(order)) - starts
    ranks = np.full(count, MAX_EVIDENCE)
    ranks[order] = np.minimum(rank, MAX_EVIDENCE)
    return order[rank < MAX_EVIDENCE], ranks


def _least(model: LinearModel, head: int, *, form: int) -> float:
    """The sum, divided by the text's length, from which this head's label is shown if no other passes its threshold."""
    share = min(model.thresholds[form, head], model.alone[form])
    needed = np.log(share / (1 - share)) - model.intercepts[form, head] - MARGIN
    return float(needed / model.slopes[form, head])


def _enough(cells: _Cells, ranks: Ints, least: Floats) -> Ints:
    """How many of each question's leading words must be removed for the score to fall below the threshold."""
    width = MAX_EVIDENCE + 1
    gone = cells.owners * width + np.minimum(ranks[cells.first], ranks[cells.second])
    dots, squares = (_left(gone, parts, len(least), width) for parts in (cells.added, cells.values**2))
    below = dots < least[:, None] * np.sqrt(np.maximum(squares, 1))
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1, MAX_EVIDENCE)


def _left(gone: Ints, parts: Floats | Ints, count: int, width: int) -> Floats:
    """The rest of each question's sum after each of its words is removed, [questions, MAX_EVIDENCE]."""
    taken: Floats = np.cumsum(np.bincount(gone, parts, count * width).reshape(count, width), axis=1)
    return np.asarray(taken[:, -1:] - taken[:, :-1])


def _places(numbers: Ints, wanted: Sequence[int], sought: NDArray[np.bool_]) -> Mapping[int, Sequence[int]]:
    """The positions of these words. `sought` is a scratch array of False, one per known word and one for unknown words."""
    sought[wanted] = True
    found = np.flatnonzero(sought[numbers])
    sought[wanted] = False
    at: dict[int, list[int]] = {}
    for number, place in zip(numbers[found].tolist(), found.tolist(), strict=True):
        at.setdefault(number, []).append(place)
    return at


def _stretches(words: Words, at: Mapping[int, Sequence[int]], chosen: Sequence[int]) -> Iterator[Stretch]:
    """All positions of each chosen word, in order. Words that always occur together form one stretch."""
    starts = {at[number][0]: number for number in chosen}
    follows = {
        one: two
        for one in chosen
        if (two := starts.get(at[one][0] + 1)) is not None and _inseparable(words, at[one], at[two])
    }
    later = set(follows.values())
    for number in chosen:
        if number not in later:
            yield Stretch(places=at[number], length=_run(number, follows))


def _run(number: int, follows: Mapping[int, int]) -> int:
    """The number of words that occur together from this one on."""
    length = 1
    while number in follows:
        number, length = follows[number], length + 1
    return length


def _inseparable(words: Words, one: Sequence[int], two: Sequence[int]) -> bool:
    """Whether two words always occur next to each other, in this order and form."""
    if [place + 1 for place in one] != list(two) or not all(map(words.touch, one)):
        return False
    return len({(words.said(place).lower(), words.said(place + 1).lower()) for place in one}) == 1
