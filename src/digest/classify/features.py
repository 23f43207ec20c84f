"""Count known words and word pairs in a batch of texts.

All numbers are integers, so that sums are exact and scores are the same on every machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from digest.classify.text import Text, tokens

Ints = NDArray[np.int64]

TITLE = 6  # the value of a feature in the title
BODY = (0, 2, 3, 4)  # its value by occurrences in the summary: none, one, two, three or more
UNKNOWN = -1
PART_END = -2  # prevents pairs across the end of a title or a summary


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoded:
    """A batch as sparse rows: text `i` has `ids[starts[i]:starts[i + 1]]` with the same slice of `values`; ids ascend."""

    starts: Ints
    ids: Ints
    values: Ints
    numbers: Ints  # of all words, in order; each part ends with PART_END
    ends: Ints  # where each text ends in `numbers`

    def words(self, index: int) -> Ints:
        """The numbers of a text's words, the title's first."""
        own: Ints = self.numbers[self.ends[index - 1] if index else 0 : self.ends[index]]
        words: Ints = own[own != PART_END]
        return words


class Vocabulary:
    """Known words (the forms of a word share a number), and known pairs of neighbouring words.

    Features `0..words-1` are the words, those after them the pairs, in the order of `pairs`.
    """

    def __init__(self, forms: Mapping[str, int], pairs: Ints) -> None:
        """Index the vocabulary.

        Args:
            forms: a word's form, in lower case -> the word's number, from 0.
            pairs: ascending `first * words + second`, numbers of words.
        """
        self.forms = dict(forms)
        self.words = max(self.forms.values(), default=-1) + 1
        self.pairs = np.concatenate([pairs, [np.iinfo(np.int64).max]])  # a sentinel that is never found
        self.size = self.words + len(pairs)
        single = np.arange(self.words)
        self._first = np.concatenate([single, pairs // max(self.words, 1)])
        self._second = np.concatenate([single, pairs % max(self.words, 1)])

    def encode(self, texts: Sequence[Text]) -> Encoded:
        """Count the features of each text."""
        numbers, owners, titles = self._flat(texts)
        features, places = self._features(numbers)
        starts, ids, values = _rows(features, owners[places], titles[places], count=len(texts), size=self.size)
        ends = np.searchsorted(owners, np.arange(len(texts)), side="right")
        return Encoded(starts=starts, ids=ids, values=values, numbers=numbers, ends=ends)

    def feature(self, words: Sequence[str]) -> int | None:
        """The feature of a word or of two neighbouring words; None if it is unknown."""
        numbers = [self.forms.get(word, UNKNOWN) for word in words]
        if len(numbers) not in (1, 2) or UNKNOWN in numbers:
            return None
        if len(numbers) == 1:
            return numbers[0]
        key = numbers[0] * self.words + numbers[1]
        place = int(np.searchsorted(self.pairs, key))
        return self.words + place if self.pairs[place] == key else None

    def both(self, features: Ints) -> tuple[Ints, Ints]:
        """The numbers of the two words of each feature; twice the same for a single word."""
        return self._first[features], self._second[features]

    def _pair_numbers(self, numbers: Ints) -> Ints:
        """The feature of each word and the next one; UNKNOWN if there is none."""
        first, second = numbers[:-1], numbers[1:]
        places = np.flatnonzero((first >= 0) & (second >= 0))
        keys, back = np.unique(first[places] * self.words + second[places], return_inverse=True)
        found = np.searchsorted(self.pairs, keys)  # ascending keys are found many times faster
        known = np.where(self.pairs[found] == keys, found + self.words, UNKNOWN)
        pairs = np.full(len(first), UNKNOWN)
        pairs[places] = known[back]
        return pairs

    def _flat(self, texts: Sequence[Text]) -> tuple[Ints, Ints, NDArray[np.bool_]]:
        """All words of all texts as numbers, the text of each, and whether it is in a title."""
        flat: list[int] = []
        lengths: list[int] = []
        for part in _parts(texts):
            flat.extend(map(self.forms.get, part, repeat(UNKNOWN)))
            flat.append(PART_END)
            lengths.append(len(part) + 1)
        segments = np.repeat(np.arange(len(lengths)), lengths)
        return np.array(flat, dtype=np.int64), segments >> 1, (segments & 1) == 0

    def _features(self, numbers: Ints) -> tuple[Ints, Ints]:
        """All features, and the position of the first word of each."""
        words = np.flatnonzero(numbers >= 0)
        pairs = self._pair_numbers(numbers)
        places = np.flatnonzero(pairs >= 0)
        return np.concatenate([numbers[words], pairs[places]]), np.concatenate([words, places])


def _parts(texts: Sequence[Text]) -> Iterator[list[str]]:
    for text in texts:
        yield tokens(text.head)
        yield tokens(text.body)


def _rows(features: Ints, owners: Ints, titles: NDArray[np.bool_], *, count: int, size: int) -> tuple[Ints, Ints, Ints]:
    """The starts, ids and values of `Encoded`, counted from single occurrences of features."""
    keys = np.sort((owners * size + features) * 2 + titles)
    both = keys >> 1
    first = np.flatnonzero(np.diff(both, prepend=-1))  # sorted already, so that equal ones are adjacent
    cells, often = both[first], np.diff(first, append=len(keys))
    in_title = np.add.reduceat(keys & 1, first) if len(keys) else first
    in_body = np.minimum(often - in_title, len(BODY) - 1)
    values = TITLE * (in_title > 0) + np.array(BODY)[in_body]
    starts = np.searchsorted(cells, np.arange(count + 1) * size)
    return starts, cells % size, values
