"""Find the phrases that came closest to moving: several works of a window share them, and past windows had them seldom.

Phrases are counted in titles and texts, where more works name an idea than in titles alone. Two or three words are a phrase if none of them is
ordinary; it is told if at least one of them is not common in the window, if works are about it by their titles, and if it is of the digest's field.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from digest.editorial.moved import ALIKE, LEAST, PastWindow, Term, Work, distinct, independent, ranked, tail, trimmed
from digest.editorial.telling import is_of_another_field
from digest.editorial.terms import singular
from digest.model import Moved, TermCounts

MOST = 3  # phrases in an issue
PAST = 2  # the minimum number of past windows
WORKS = 4  # the minimum number of works that share a phrase
SHARE = 125  # works of a window for each of them; of a thousand, five instead of two is not worth telling
TITLES = 2  # of them at least
IN_TITLES = 0.3  # the share of them that have it in their titles; a turn of speech stands in texts only
COMMON = 0.1  # a word in so many of the works says nothing by itself: model, agent, reasoning
GROWN = 1.5  # times what was expected
CHANCE = 0.15  # the highest probability by chance of what is called closest
FLOOR = 2  # a phrase of fewer works is not counted
SMALL = (
    500  # works for each further one that a phrase must have to be counted, so that large windows do not take more room
)
MANY = 3_000  # works, of which more are not read, because that takes a quarter as long as everything else
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

    def parts(self, text: str) -> list[str]:
        """The words of a text in their order."""
        return [self[token] for token in _TOKEN.findall(text.lower())]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadWorks:
    """Works with the words of each, in title and text, as parts of phrases; and in how many works each word is."""

    works: Sequence[Work]
    words: _Words
    parts: Sequence[Sequence[str]]
    holding: Counter[str]


def read_works(works: Sequence[Work], ordinary: frozenset[str]) -> ReadWorks:
    """The words of a window's works.

    Args:
        works: the window's items.
        ordinary: words that cannot be part of a phrase.
    """
    words = _Words(ordinary)
    parts = [words.parts(f"{work.title[:CHARS]}{_BREAK}{work.text[:CHARS]}") for work in works]
    holding: Counter[str] = Counter()
    for some in parts:
        holding.update(set(some))
    return ReadWorks(works=works, words=words, parts=parts, holding=holding)


def counted(
    works: Sequence[Work], past: Sequence[PastWindow], ordinary: frozenset[str]
) -> tuple[TermCounts | None, tuple[Moved, ...]]:
    """The counts of phrases in titles and texts, for later issues too, and those that came closest to moving; nothing of more than `MANY` works.

    Args:
        works: the window's items.
        past: the past issues, oldest first.
        ordinary: words that cannot be part of a phrase.
    """
    if len(works) > MANY:
        return None, ()
    read = read_works(works, ordinary)
    counts = phrase_counts(read)
    return counts, closest(read, counts, past)


def phrase_counts(read: ReadWorks) -> TermCounts:
    """The number of works with each phrase. The rarest are left out."""
    floor = max(FLOOR, len(read.works) // SMALL)
    often = {word for word, count in read.holding.items() if word and count >= floor}
    pairs: Counter[tuple[str, ...]] = Counter()
    for parts in read.parts:
        pairs.update({pair for pair in pairwise(parts) if pair[0] in often and pair[1] in often})
    pairs = Counter({pair: count for pair, count in pairs.items() if count >= floor})
    triples: Counter[tuple[str, ...]] = Counter()
    for parts in read.parts:
        kept = [pair in pairs for pair in pairwise(parts)]
        found = zip(zip(parts, parts[1:], parts[2:], strict=False), pairwise(kept), strict=False)
        triples.update({three for three, (first, second) in found if first and second})
    counts = {" ".join(words): count for words, count in (pairs | triples).items() if count >= floor}
    return trimmed(counts, items=len(read.works), floor=floor, room=ROOM)


def closest(read: ReadWorks, counts: TermCounts, past: Sequence[PastWindow]) -> tuple[Moved, ...]:
    """The phrases that are least likely by chance, at most `MOST`. A past count that an issue left out is taken for as much as it can be.

    Args:
        read: the window's items.
        counts: their phrases.
        past: the past issues, oldest first.
    """
    windows = [window.phrases for window in past if window.phrases is not None]
    if len(windows) < PAST or not read.works:
        return ()
    share = len(read.works) / max(1, sum(window.items for window in windows))
    before: Counter[str] = Counter()
    for window in windows:
        before.update(window.counts)
    tested = [
        _tested(key, counts.counts.get(key, 0), windows, share)
        for key in before.keys() | counts.counts.keys()
        if before[key] + counts.counts.get(key, 0) >= LEAST
    ]
    in_order = ranked(tested)
    least = max(WORKS, len(read.works) // SHARE)
    likely = {term.spelling: term for _, term in in_order if _may_be_told(term, counts, least)}
    held = _whole(_held(likely, read))
    groups = {work.id: frozenset(work.authors) for work in read.works}
    told = distinct([(q, held[term.spelling]) for q, term in in_order if term.spelling in held])
    return tuple(one for one in told if independent(one.items, groups))[:MOST]


def _tested(key: str, count: int, windows: Sequence[TermCounts], share: float) -> Term:
    if count < WORKS:
        return Term(kind="phrase", spelling=key, items=(), past=(), expected=0.0, p=1.0)
    past = tuple(window.counts.get(key, window.floor - 1) for window in windows)
    seen = sum(past)
    return Term(kind="phrase", spelling=key, items=(), past=past, expected=seen * share, p=tail(count, seen, share))


def _may_be_told(term: Term, counts: TermCounts, least: int) -> bool:
    grown = term.p <= CHANCE and counts.counts[term.spelling] >= max(least, GROWN * term.expected)
    return grown and not is_of_another_field(term.spelling)


def _held(likely: Mapping[str, Term], read: ReadWorks) -> dict[str, Term]:
    """The phrases that works are about and that say something, with their works and as these spell them."""
    keys = {tuple(key.split()): key for key in likely}
    items: dict[str, list[str]] = {key: [] for key in likely}
    titled: dict[str, list[str]] = {key: [] for key in likely}
    for work, parts in zip(read.works, read.parts, strict=True):
        found = keys.keys() & _phrases(parts)
        for phrase in found:
            items[keys[phrase]].append(work.id)
        if found:
            for phrase in found & _phrases(read.words.parts(work.title)):
                titled[keys[phrase]].append(work.title)
    common = COMMON * len(read.works)
    return {
        key: replace(term, spelling=_spelt(key, titled[key], read.words), items=tuple(items[key]))
        for key, term in likely.items()
        if len(titled[key]) >= max(TITLES, IN_TITLES * len(items[key]))
        and any(read.holding[word] < common for word in key.split())
    }


def _phrases(parts: Sequence[str]) -> set[tuple[str, ...]]:
    """All that may be phrases; those with an empty part are none."""
    return {*pairwise(parts), *zip(parts, parts[1:], parts[2:], strict=False)}


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
