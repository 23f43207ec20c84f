"""Find two words or figures of a sentence that have taken each other's place.

Each is known by the words around it. If what stands around the one is what the source has around the other, and the other way round, they were exchanged.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, takewhile

from digest.grounding.figures import is_figure
from digest.grounding.roots import root
from digest.grounding.words import STOP, Word, is_free, words

_ENDS = re.compile(r"[.;?!]\s")
_REACH = 4  # words with content on each side that tell what a word belongs to
_LABEL = 3  # words that tell what a figure is of
_PHRASE = 3  # words so near each other belong to one phrase, which may be told in another order
_MARGIN, _TOGETHER = 0.4, 1.2  # by how much the neighbours of the other must fit each better, and both
_ANYWHERE = frozenset(map(root, ["average", "total", "respectively"]))  # may stand anywhere in a clause
_MOST = 30  # words of a sentence that are looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spot:
    """A word that stands once in its text, with the weights of the words around it."""

    word: Word
    place: int  # among the words with content
    near: Mapping[str, float]


def exchanged(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Pairs of words that stand in each other's place."""
    mine = _spots(sentence)
    for source in sources:
        theirs = _spots(source)
        both = [name for name in mine if name in theirs][:_MOST]
        for one, two in combinations(both, 2):
            if _exchanged(one, two, mine, theirs):
                yield f"{mine[one].word.text} … {mine[two].word.text}"
                return
        yield from _relabelled(sentence, source)


def _relabelled(sentence: str, source: str) -> Iterator[str]:
    """Pairs of figures that have changed places: each stands after, or before, the words that the source has next to the other."""
    for mine, theirs in zip(_labels(sentence), _labels(source), strict=True):
        for one, two in combinations([figure for figure in mine if figure in theirs][:_MOST], 2):
            shared = theirs[one] & theirs[two]
            crossed = (mine[one] & theirs[two] - shared, mine[two] & theirs[one] - shared)
            straight = (mine[one] & theirs[one] - shared) | (mine[two] & theirs[two] - shared)
            if all(crossed) and not straight:
                yield f"{one} … {two}"


def _labels(text: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Figures that stand once, with the roots of the words between each and the figure before it, and after it: a few, the nearest."""
    content = [word for word in words(text) if word.text.casefold() not in STOP]
    texts = [word.text for word in content]
    before: dict[str, frozenset[str]] = {}
    after: dict[str, frozenset[str]] = {}
    for place, word in enumerate(content):
        if is_figure(word.text) and texts.count(word.text) == 1:
            before[word.text] = _run(reversed(content[max(0, place - _LABEL) : place]))
            after[word.text] = _run(content[place + 1 : place + _LABEL])
    return before, after


def _run(near: Iterable[Word]) -> frozenset[str]:
    return frozenset(root(word.text) for word in takewhile(lambda one: not is_figure(one.text), near))


def _exchanged(one: str, two: str, mine: Mapping[str, _Spot], theirs: Mapping[str, _Spot]) -> bool:
    if is_figure(mine[one].word.text) is not is_figure(mine[two].word.text):
        return False
    if all(abs(there[one].place - there[two].place) <= _PHRASE for there in (mine, theirs)):
        return False
    without = frozenset({one, two})
    crossed = (_fit(mine[one], theirs[two], without), _fit(mine[two], theirs[one], without))
    straight = (_fit(mine[one], theirs[one], without), _fit(mine[two], theirs[two], without))
    better = [one - other for one, other in zip(crossed, straight, strict=True)]
    return min(better) >= _MARGIN and sum(better) >= _TOGETHER


def _fit(one: _Spot, other: _Spot, without: frozenset[str]) -> float:
    return sum(min(weight, other.near.get(name, 0.0)) for name, weight in one.near.items() if name not in without)


def _spots(text: str) -> dict[str, _Spot]:
    """The words with content that stand once in a text, by their roots."""
    content = [word for word in words(text) if word.text.casefold() not in STOP]
    ends = [found.start() for found in _ENDS.finditer(text)]
    part = [bisect(ends, word.start) for word in content]
    names = [root(word.text) for word in content]
    return {
        name: _Spot(
            word=word,
            place=place,
            near={
                other: 1 / abs(place - there)
                for there in range(max(0, place - _REACH), min(len(content), place + _REACH + 1))
                if (other := names[there]) != name and part[there] == part[place]
            },
        )
        for place, (word, name) in enumerate(zip(content, names, strict=True))
        if names.count(name) == 1 and name not in _ANYWHERE and not (is_free(word) and not is_figure(word.text))
    }
