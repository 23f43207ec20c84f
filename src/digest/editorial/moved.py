"""A window's names and title phrases beside those of past issues -> which of them came more often than they used to. Pure.

How often a term should have come is told by how often it came, by the number of items on both sides. Its count is tested against a negative
binomial: the predictive distribution of a Poisson count whose rate was seen in the past and varies between windows. The false discovery
rate over all terms that could be told from chance (Tarone 1990, Biometrics 46) is controlled by Benjamini & Hochberg's procedure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

from digest.editorial.terms import names, phrases
from digest.model import Moved, TermCounts, TermKind

LEVEL = 0.05  # the false discovery rate at which a term is said to have moved
HISTORY = 4  # fewer past windows than this say nothing
LEAST = 5  # items of all windows together; of fewer none can be told from chance
SHOWN = 3  # items of this window that a term needs to be told
MOST = 8  # terms that an issue tells
PRIOR = 0.5  # items that a term is credited with before it is seen (Jeffreys)
SPREAD = 0.3  # how much a term's rate varies between windows when nothing moves, as a coefficient of variation
ALIKE = 0.6  # of the items of two terms, so that they are one
ROOM = 40_000  # bytes of an issue that its counts may take


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """An item's words, as far as they may name something."""

    id: str
    title: str
    text: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PastWindow:
    """What a past issue tells of terms: the titles of its items, and its counts of names; None in an issue that kept none."""

    titles: tuple[str, ...]
    names: TermCounts | None = None


@dataclass(slots=True)
class _Held:
    """The items of this window that hold a term, and how they spell it."""

    items: list[str]
    spellings: Counter[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Term:
    kind: TermKind
    spelling: str
    items: tuple[str, ...]
    past: tuple[int, ...]
    expected: float
    p: float


def mentions(works: Sequence[Work], ordinary: frozenset[str]) -> TermCounts:
    """How many items hold each name, for later issues; the rarest names are left out where all of them would take too much room."""
    counts = Counter(key for work in works for key in names(work.title, work.text, ordinary))
    floor = 1
    while sum(len(key) + 6 for key, count in counts.items() if count >= floor) > ROOM:
        floor += 1
    kept = {key: count for key, count in sorted(counts.items()) if count >= floor}
    return TermCounts(items=len(works), floor=floor, counts=kept)


def moved(works: Sequence[Work], past: Sequence[PastWindow], ordinary: frozenset[str]) -> tuple[Moved, ...]:
    """The terms that came more often than they should have, surest first, at most `MOST`.

    Args:
        works: the window's items.
        past: of past issues, oldest first.
        ordinary: words that are no part of a phrase.
    """
    named = [window.names for window in past if window.names is not None]
    titled = [_titles(window.titles, ordinary) for window in past]
    terms = [
        *_terms("name", _held((work.id, names(work.title, work.text, ordinary)) for work in works), named, len(works)),
        *_terms("phrase", _held((work.id, phrases(work.title, ordinary)) for work in works), titled, len(works)),
    ]
    groups = {work.id: frozenset(work.authors) for work in works}
    return tuple(one for one in _distinct(_sure(terms)) if _independent(one.items, groups))[:MOST]


def _titles(titles: Sequence[str], ordinary: frozenset[str]) -> TermCounts:
    return TermCounts(items=len(titles), counts=Counter(key for title in titles for key in phrases(title, ordinary)))


def _held(spelt: Iterator[tuple[str, Mapping[str, str]]]) -> dict[str, _Held]:
    held: dict[str, _Held] = defaultdict(lambda: _Held(items=[], spellings=Counter()))
    for id_, found in spelt:
        for key, spelling in found.items():
            held[key].items.append(id_)
            held[key].spellings[spelling] += 1
    return held


def _terms(kind: TermKind, held: Mapping[str, _Held], past: Sequence[TermCounts], items: int) -> Iterator[_Term]:
    """The terms that could be told from chance, tested; those of the past alone, or of too few items now, as not moved."""
    if len(past) < HISTORY or not items:
        return
    before = Counter[str]()
    for window in past:
        before.update(window.counts)
    share = items / max(1, sum(window.items for window in past))
    for key in before.keys() | held.keys():
        now = held.get(key)
        count = len(now.items) if now else 0
        counts = tuple(window.counts.get(key, window.floor - 1) for window in past) if count >= SHOWN else ()
        seen = sum(counts) if counts else before[key]
        if seen + count < LEAST:
            continue
        yield _Term(
            kind=kind,
            spelling=now.spellings.most_common(1)[0][0] if now else key,
            items=tuple(now.items) if now else (),
            past=counts,
            expected=seen * share,
            p=tail(count, seen, share) if count >= SHOWN else 1.0,
        )


def tail(count: int, seen: int, share: float) -> float:
    """How likely at least so many items are, where so many were seen in windows that were 1/share times as large together."""
    believed = seen + PRIOR
    mean, size = believed * share, 1 / (1 / believed + SPREAD**2)
    step = log(mean / (mean + size))
    likely = lgamma(count + size) - lgamma(size) - lgamma(count + 1) - size * log1p(mean / size) + count * step
    whole, k = 0.0, count
    while (part := exp(likely)) > whole * 1e-9 or k <= mean:
        whole += part
        likely += log((k + size) / (k + 1)) + step
        k += 1
    return min(1.0, whole)


def _sure(terms: Sequence[_Term]) -> list[tuple[float, _Term]]:
    """The terms that moved, with their q-values, surest first."""
    ordered = sorted(terms, key=lambda term: (term.p, -len(term.items), term.spelling))
    least, found = 1.0, []
    for place in range(len(ordered), 0, -1):
        least = min(least, ordered[place - 1].p * len(ordered) / place)
        if least <= LEVEL:
            found.append((least, ordered[place - 1]))
    return found[::-1]


def _independent(items: Sequence[str], groups: Mapping[str, frozenset[str]]) -> bool:
    """Whether enough of the items have no author in common: five papers of one group are not the field moving."""
    told: list[frozenset[str]] = []
    for id_ in items:
        if all(groups[id_].isdisjoint(other) for other in told):
            told.append(groups[id_])
    return len(told) >= SHOWN


def _distinct(sure: Sequence[tuple[float, _Term]]) -> Iterator[Moved]:
    """Each once: of a phrase, its part and a name that the same items hold, the surest stands for all."""
    told: list[frozenset[str]] = []
    for q, term in sure:
        items = frozenset(term.items)
        if any(len(items & other) >= ALIKE * min(len(items), len(other)) for other in told):
            continue
        told.append(items)
        yield Moved(
            name=term.spelling,
            kind=term.kind,
            items=term.items,
            count=len(term.items),
            expected=round(term.expected, 1),
            q=float(f"{q:.2g}"),
            past=term.past,
        )
