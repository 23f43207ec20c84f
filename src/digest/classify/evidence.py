"""One text's features and one head's weights -> the few words that decided, and where they stand. Scores nothing itself.

Words are taken by what they add to the score, alone and in pairs, until the score without them falls below the threshold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from digest.classify.features import UNKNOWN, Ints
from digest.classify.linear import Floats, LinearModel
from digest.classify.text import Part, Span, Text, located

MAX_EVIDENCE = 8
STRONGEST = 60  # features that are looked at: what the others add is little
MARGIN = 0.5  # in logits: neighbours that meet where words are deleted may make a new pair


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One text as the model reads it: its words in order, where they stand, and its features."""

    forms: Sequence[str]  # every word in lower case
    places: Sequence[tuple[Part, int, int]]
    numbers: Sequence[int]  # of each word, in the vocabulary
    ids: Ints
    values: Ints
    bare: bool


def read(model: LinearModel, text: Text, ids: Ints, values: Ints) -> Reading:
    forms, places = located(text)
    numbers = [model.vocabulary.forms.get(form, UNKNOWN) for form in forms]
    return Reading(forms=forms, places=places, numbers=numbers, ids=ids, values=values, bare=not text.body)


def deciding(model: LinearModel, head: int, reading: Reading) -> tuple[Span, ...]:
    """Where the words stand that put this text above this head's threshold, most important first; at most MAX_EVIDENCE."""
    words = _within(reading, _by_weight(model, head, reading))
    chosen = words[: _enough(model, head, reading, words)]
    return tuple(span for group in _groups(reading, chosen) for span in group)


def _by_weight(model: LinearModel, head: int, reading: Reading) -> list[int]:
    """The numbers of the words that add to the score, most first; a pair's part goes to both its words."""
    added = reading.values * model.weights[reading.ids, head]
    strongest = np.argsort(-added, kind="stable")[:STRONGEST]
    first, second = model.vocabulary.both(reading.ids[strongest])
    weight: dict[int, float] = {}
    for gain, *pair in zip(added[strongest].tolist(), first.tolist(), second.tolist(), strict=True):
        members = {number for number in pair if number not in model.silent}
        for number in members:
            weight[number] = weight.get(number, 0.0) + gain / len(members)
    return sorted((number for number in weight if weight[number] > 0), key=lambda number: (-weight[number], number))


def _within(reading: Reading, order: Sequence[int]) -> list[int]:
    """The first words of this order whose distinct forms in the text are not too many."""
    wanted = set(order)
    forms: dict[int, set[str]] = {number: set() for number in order}
    for number, form in zip(reading.numbers, reading.forms, strict=True):
        if number in wanted:
            forms[number].add(form)
    room, kept = MAX_EVIDENCE, []
    for number in order:
        if len(forms[number]) <= room:
            room -= len(forms[number])
            kept.append(number)
    return kept


def _enough(model: LinearModel, head: int, reading: Reading, words: Sequence[int]) -> int:
    """How many of these words, from the first, must go for the score to fall below the threshold."""
    row, last = int(reading.bare), len(words)
    rank = np.full(model.vocabulary.words, last)
    rank[words] = np.arange(last)
    first, second = model.vocabulary.both(reading.ids)
    gone = np.minimum(rank[first], rank[second])
    dots = _left(gone, reading.values * model.weights[reading.ids, head], last)
    squares = _left(gone, reading.values**2, last)
    logits = model.slopes[row, head] * dots / np.sqrt(np.maximum(squares, 1)) + model.intercepts[row, head]
    threshold = model.thresholds[head]
    below = np.flatnonzero(logits < np.log(threshold / (1 - threshold)) - MARGIN)
    return int(below[0]) + 1 if len(below) else last


def _left(gone: Ints, parts: Floats | Ints, last: int) -> Floats:
    """What is left of a sum after each word has gone."""
    taken: Floats = np.cumsum(np.bincount(gone, parts, last + 1))
    return np.asarray(taken[-1] - taken[:last])


def _groups(reading: Reading, chosen: Sequence[int]) -> Iterator[tuple[Span, ...]]:
    """All places of each chosen word, in order; words that never stand apart, as one stretch."""
    at: dict[int, list[int]] = {number: [] for number in chosen}
    for place, number in enumerate(reading.numbers):
        if number in at:
            at[number].append(place)
    follows = {one: two for one in chosen for two in chosen if one != two and _inseparable(reading, at[one], at[two])}
    later = set(follows.values())
    for number in chosen:
        if number not in later:
            yield tuple(_stretch(reading, place, _run(number, follows)) for place in at[number])


def _run(number: int, follows: dict[int, int]) -> int:
    """How many words stand together from this one on."""
    length = 1
    while number in follows:
        number, length = follows[number], length + 1
    return length


def _stretch(reading: Reading, place: int, words: int) -> Span:
    part, start, _ = reading.places[place]
    return Span(part=part, start=start, end=reading.places[place + words - 1][2])


def _inseparable(reading: Reading, one: Sequence[int], two: Sequence[int]) -> bool:
    """Whether two words stand next to each other, in this order and in one form, wherever they stand."""
    if [place + 1 for place in one] != list(two):
        return False
    forms = {(reading.forms[place], reading.forms[place + 1]) for place in one}
    gaps = {reading.places[place + 1][1] - reading.places[place][2] for place in one}
    return len(forms) == 1 and gaps == {1}
