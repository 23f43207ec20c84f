"""Find the phrases that came closest to moving: several works of a window share them, and past windows had them seldom.

Phrases are phrase_counts in titles and texts, where more works name an idea than in titles alone. Two or three words are a phrase if none of them is
ordinary; it is told if at least one of them is not common in the window, if works are about it by their titles, and if it is of the digest's field.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from digest.editorial.moved import ALIKE, LEAST, PastWindow, Term, Work, distinct, independent, ranked, tail, trimmed
from digest.editorial.telling import is_of_another_field
from digest.editorial.terms import singular
from digest.model import Moved, TermCounts

MOST = 3  # phrases in an issue
PAST = 2  # the minimum number of past windows
WORKS = 4  # the minimum number of works that share a phrase
TITLES, IN_TITLES = (
    2,
    0.3,
)  # at least so many of them, and such a share, have it in their titles; a turn of speech stands in texts only
COMMON = 0.1  # a word in so many of the works says nothing by itself: model, agent, reasoning
GROWN = 1.5  # times what was expected
CHANCE = 0.15  # the highest probability by chance of what is called closest
FLOOR = 2  # a phrase of fewer works is not phrase_counts
SMALL = 500  # works for each further one that a phrase must have to be phrase_counts, so that large windows do not take more room
ROOM = 80_000  # the maximum size of the counts in an issue, in bytes
CHARS = 4_000  # characters of a text that are read

_TOKEN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*|\d[\w.]*|[^\w\s]")
_BREAK = " . "  # no phrase reaches from a title into the text


class _Words(dict[str, str]):
    """Each word as part of a phrase; the empty string for those that are none."""

    def __init__(self, ordinary: frozenset[str]) -> None:
        super().__init__()
        self._ordinary = ordinary

    def __missing__(self, word: str) -> str:
        one = singular(word)
        usable = len(word) > 2 and word[0].isalpha() and not {word, one} & self._ordinary
        self[word] = one if usable else ""
        return self[word]


def phrase_counts(works: Sequence[Work], ordinary: frozenset[str]) -> TermCounts:
    """The number of works with each phrase in title or text, for later issues too. The rarest are left out.

    Args:
        works: the window's items.
        ordinary: words that cannot be part of a phrase.
    """
    words, floor = _Words(ordinary), max(FLOOR, len(works) // SMALL)
    holding: Counter[str] = Counter()
    for work in works:
        holding.update(set(map(words.__getitem__, _tokens(work))))
    for word, count in holding.items():
        if count < floor:  # no phrase with it can be of more works
            words[word] = ""
    counts: Counter[str] = Counter()
    for work in works:
        counts.update(set(_phrases(_tokens(work), words)))
    return trimmed(counts, items=len(works), floor=floor, room=ROOM)


def closest(
    works: Sequence[Work], counts: TermCounts, past: Sequence[PastWindow], ordinary: frozenset[str]
) -> tuple[Moved, ...]:
    """The phrases that are least likely by chance, at most `MOST`. A past count that an issue left out is taken for as much as it can be.

    Args:
        works: the window's items, whose order is kept.
        counts: their phrases.
        past: the past issues, oldest first.
        ordinary: words that cannot be part of a phrase.
    """
    windows = [window.phrases for window in past if window.phrases is not None]
    if len(windows) < PAST or not works:
        return ()
    share = len(works) / max(1, sum(window.items for window in windows))
    before: Counter[str] = Counter()
    for window in windows:
        before.update(window.counts)
    tested = [
        _tested(key, counts.counts.get(key, 0), windows, share)
        for key in before.keys() | counts.counts.keys()
        if before[key] + counts.counts.get(key, 0) >= LEAST
    ]
    in_order = ranked(tested)
    likely = {term.spelling: term for _, term in in_order if _may_be_told(term, counts)}
    held = _whole(_held(likely, works, ordinary))
    groups = {work.id: frozenset(work.authors) for work in works}
    told = distinct([(q, held[term.spelling]) for q, term in in_order if term.spelling in held])
    return tuple(one for one in told if independent(one.items, groups))[:MOST]


def _tested(key: str, count: int, windows: Sequence[TermCounts], share: float) -> Term:
    if count < WORKS:
        return Term(kind="phrase", spelling=key, items=(), past=(), expected=0.0, p=1.0)
    past = tuple(window.counts.get(key, window.floor - 1) for window in windows)
    seen = sum(past)
    return Term(kind="phrase", spelling=key, items=(), past=past, expected=seen * share, p=tail(count, seen, share))


def _may_be_told(term: Term, counts: TermCounts) -> bool:
    grown = term.p <= CHANCE and counts.counts[term.spelling] >= GROWN * term.expected
    return grown and not is_of_another_field(term.spelling)


def _held(likely: Mapping[str, Term], works: Sequence[Work], ordinary: frozenset[str]) -> dict[str, Term]:
    """The phrases that works are about and that say something, with their works and as these spell them."""
    words = _Words(ordinary)
    holding: Counter[str] = Counter()
    items: dict[str, list[str]] = {key: [] for key in likely}
    titled: dict[str, list[str]] = {key: [] for key in likely}
    for work in works:
        tokens = _tokens(work)
        holding.update(set(map(words.__getitem__, tokens)))
        found = likely.keys() & set(_phrases(tokens, words))
        for key in found:
            items[key].append(work.id)
        for key in found & set(_phrases(_TOKEN.findall(work.title.lower()), words)):
            titled[key].append(work.title)
    return {
        key: replace(term, spelling=_spelt(key, titled[key], words), items=tuple(items[key]))
        for key, term in likely.items()
        if len(titled[key]) >= max(TITLES, IN_TITLES * len(items[key]))
        and any(holding[word] < COMMON * len(works) for word in key.split())
    }


def _whole(held: Mapping[str, Term]) -> dict[str, Term]:
    """The phrases without the parts of longer ones that most of their works have: "named entity" of "named entity recognition"."""
    return {
        key: term
        for key, term in held.items()
        if not any(
            f" {key} " in f" {other} " and other != key and len(longer.items) >= ALIKE * len(term.items)
            for other, longer in held.items()
        )
    }


def _spelt(key: str, titles: Sequence[str], words: _Words) -> str:
    """The phrase as most titles spell it, in lower case but for abbreviations (`GUI agents`)."""
    spellings: Counter[str] = Counter()
    long = len(key.split())
    for title in titles:
        tokens = list(re.finditer(_TOKEN, title.lower()))
        for place in range(len(tokens) - long + 1):
            some = tokens[place : place + long]
            if " ".join(words[one[0]] for one in some) == key:
                spellings[" ".join(_cased(title[one.start() : one.end()]) for one in some)] += 1
    return spellings.most_common(1)[0][0] if spellings else key


def _cased(word: str) -> str:
    return word if sum(map(str.isupper, word)) > 1 and "-" not in word else word.lower()


def _tokens(work: Work) -> list[str]:
    return _TOKEN.findall(f"{work.title[:CHARS]}{_BREAK}{work.text[:CHARS]}".lower())


def _phrases(tokens: Sequence[str], words: _Words) -> Iterator[str]:
    parts = [words[token] for token in tokens]
    for one, two in pairwise(parts):
        if one and two:
            yield f"{one} {two}"
    for one, two, three in zip(parts, parts[1:], parts[2:], strict=False):
        if one and two and three:
            yield f"{one} {two} {three}"
