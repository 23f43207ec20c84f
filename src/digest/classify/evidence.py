"""One text's features and one head's weights -> the few words that decided, and where they stand. Scores nothing itself.

Words are taken by what they add to the score, alone and in pairs, until the score without them falls below the threshold.
A word and its plural are one word, which stands wherever either does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.classify.features import Encoded, Ints
from digest.classify.linear import Floats, LinearModel
from digest.classify.text import Stretch, Text, Words, located

MAX_EVIDENCE = 8
MARGIN = 0.5  # in logits: neighbours that meet where words are deleted may make a new pair


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One text as the model reads it: its words in order, and its features, each with the places of its words in `known`."""

    words: Words
    numbers: Ints  # of each word of the text, in the vocabulary
    known: Ints  # every known word of the text once, ascending
    ids: Ints
    values: Ints
    first: Ints
    second: Ints  # the same as `first` where the feature is one word
    telling: tuple[NDArray[np.bool_], NDArray[np.bool_]]  # whether a feature's two words can explain anything
    enough: Floats  # by head: the logit from which the label is shown, where no other trend passes its own


def read(model: LinearModel, text: Text, encoded: Encoded, index: int, *, alone: float) -> Reading:
    """One text of a batch; `alone` is the share of its threshold that is enough for the best trend."""
    ids, values = model.row(encoded, index)
    known = ids[: np.searchsorted(ids, model.vocabulary.words)]
    first, second = model.vocabulary.both(ids)
    least = model.thresholds * alone
    kind = int(not text.body)
    return Reading(
        words=located(text),
        numbers=encoded.words(index),
        known=known,
        ids=ids,
        values=values,
        first=np.searchsorted(known, first),
        second=np.searchsorted(known, second),
        telling=(model.telling[first], model.telling[second]),
        enough=(np.log(least / (1 - least)) - model.intercepts[kind]) / model.slopes[kind],
    )


def deciding(model: LinearModel, head: int, reading: Reading) -> list[Stretch]:
    """The words that put this text above this head's threshold, most important first, at most MAX_EVIDENCE."""
    added = reading.values * model.weights[reading.ids, head]
    order = _by_weight(reading, added)
    least = reading.enough[head] - MARGIN / model.slopes[0, head]
    count = _enough(reading, added, order, least)
    return list(_stretches(reading, reading.known[order[:count]].tolist()))


def _by_weight(reading: Reading, added: Floats) -> Ints:
    """The places in `known` of the words that add most to the score; a pair's part goes to both its words."""
    one, two = reading.telling
    part = added / np.maximum(one.astype(np.int64) + two, 1)
    weight = np.bincount(reading.first, part * one, len(reading.known))
    weight += np.bincount(reading.second, part * two, len(reading.known))
    order = np.argsort(-weight, kind="stable")[:MAX_EVIDENCE]
    return order[weight[order] > 0]


def _enough(reading: Reading, added: Floats, order: Ints, least: float) -> int:
    """How many of these words, from the first, must go for the score to fall below what would still show the label."""
    last = len(order)
    rank = np.full(len(reading.known), last)
    rank[order] = np.arange(last)
    gone = np.minimum(rank[reading.first], rank[reading.second])
    dots, squares = _left(gone, added, last), _left(gone, reading.values**2, last)
    below = np.flatnonzero(dots < least * np.sqrt(np.maximum(squares, 1)))
    return int(below[0]) + 1 if len(below) else last


def _left(gone: Ints, parts: Floats | Ints, last: int) -> Floats:
    """What is left of a sum after each word has gone."""
    taken: Floats = np.cumsum(np.bincount(gone, parts, last + 1))
    return np.asarray(taken[-1] - taken[:last])


def _stretches(reading: Reading, chosen: Sequence[int]) -> Iterator[Stretch]:
    """All places of each chosen word, in order; words that never stand apart, as one stretch."""
    at: dict[int, list[int]] = {number: (reading.numbers == number).nonzero()[0].tolist() for number in chosen}
    starts = {places[0]: number for number, places in at.items()}
    follows = {
        one: two
        for one, places in at.items()
        if (two := starts.get(places[0] + 1)) is not None and _inseparable(reading.words, places, at[two])
    }
    later = set(follows.values())
    for number in chosen:
        if number not in later:
            yield Stretch(places=at[number], length=_run(number, follows))


def _run(number: int, follows: dict[int, int]) -> int:
    """How many words stand together from this one on."""
    length = 1
    while number in follows:
        number, length = follows[number], length + 1
    return length


def _inseparable(words: Words, one: Sequence[int], two: Sequence[int]) -> bool:
    """Whether two words stand next to each other, in this order and in one form, wherever they stand."""
    if [place + 1 for place in one] != list(two) or not all(map(words.touch, one)):
        return False
    return len({(words.said(place).lower(), words.said(place + 1).lower()) for place in one}) == 1
