"""Find the names and title phrases that a window has more often than past issues had.

The expected count of a term follows from its past count and the numbers of items. The count is tested against a negative
binomial, the predictive distribution of a Poisson count whose rate was observed in the past and varies between windows. The false discovery
rate over all terms that could be significant at all (Tarone 1990, Biometrics 46) is controlled by Benjamini & Hochberg's procedure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, log1p

from digest.editorial.candidates import Candidate
from digest.editorial.terms import names, phrases
from digest.model import Moved, TermCounts, TermKind

LEVEL = 0.05  # the false discovery rate at which a term is reported as moved
HISTORY = 4  # the minimum number of past windows
LEAST = 5  # the minimum number of items in all windows; fewer cannot be significant
SHOWN = 3  # the minimum number of items in this window
MOST = 8  # the maximum number of terms in an issue
PRIOR = 0.5  # the prior count of a term (Jeffreys)
SPREAD = 0.3  # the coefficient of variation of a term's rate between windows if nothing moves
ALIKE = 0.6  # the share of common items from which two terms are the same
ROOM = 40_000  # the maximum size of the counts in an issue, in bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """The texts of an item that may contain names."""

    id: str
    title: str
    text: str = ""
    authors: tuple[str, ...] = ()


def works(candidates: Sequence[Candidate], *, without: Sequence[Candidate]) -> list[Work]:
    """The words of what an issue holds.

    Args:
        candidates: those of the window.
        without: those among them that are off topic.
    """
    left_out = {one.id for one in without}
    held = (one for one in candidates if one.id not in left_out)
    return [Work(id=one.id, title=one.title, text=one.summary, authors=one.authors) for one in held]


@dataclass(frozen=True, kw_only=True, slots=True)
class PastWindow:
    """The terms of a past issue: the titles of its items, and its counts of names and of phrases (None if it has none)."""

    titles: tuple[str, ...]
    names: TermCounts | None = None
    phrases: TermCounts | None = None


@dataclass(slots=True)
class _Held:
    """The items of this window that contain a term, and their spellings of it."""

    items: list[str]
    spellings: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A test: the items of this window that hold a term, the counts of past windows, and the probability of so many by chance."""

    kind: TermKind
    spelling: str
    items: tuple[str, ...]
    past: tuple[int, ...]
    expected: float
    p: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The names and phrases of a window by key, and its items."""

    works: Sequence[Work]
    names: Mapping[str, _Held]
    phrases: Mapping[str, _Held]


def terms_of(works: Sequence[Work], ordinary: frozenset[str]) -> Terms:
    """The terms of a window.

    Args:
        works: the window's items.
        ordinary: words that cannot be part of a phrase.
    """
    return Terms(
        works=works,
        names=_held((work.id, names(work.title, work.text, ordinary)) for work in works),
        phrases=_held((work.id, phrases(work.title, ordinary)) for work in works),
    )


def mentions(terms: Terms) -> TermCounts:
    """The number of items with each name, for later issues. The rarest names are left out if there are too many."""
    counts = {key: len(held.items) for key, held in terms.names.items()}
    return trimmed(counts, items=len(terms.works), floor=1, room=ROOM)


def trimmed(counts: Mapping[str, int], *, items: int, floor: int, room: int) -> TermCounts:
    """The counts of at least `floor`, or of more if they would take more than `room` bytes."""
    while sum(len(key) + 6 for key, count in counts.items() if count >= floor) > room:
        floor += 1
    kept = {key: count for key, count in sorted(counts.items()) if count >= floor}
    return TermCounts(items=items, floor=floor, counts=kept)


def moved(terms: Terms, past: Sequence[PastWindow], ordinary: frozenset[str]) -> tuple[Moved, ...]:
    """The terms that are more frequent than expected, most significant first, at most `MOST`.

    Args:
        terms: of this window.
        past: the past issues, oldest first.
        ordinary: words that cannot be part of a phrase.
    """
    named = [window.names for window in past if window.names is not None]
    titled = [_titles(tuple(window.titles), ordinary) for window in past]
    tested = [
        *_terms("name", terms.names, named, len(terms.works)),
        *_terms("phrase", terms.phrases, titled, len(terms.works)),
    ]
    groups = {work.id: frozenset(work.authors) for work in terms.works}
    sure = [(q, term) for q, term in ranked(tested) if q <= LEVEL]
    return tuple(one for one in distinct(sure) if independent(one.items, groups))[:MOST]


@lru_cache(maxsize=16)
def _titles(titles: tuple[str, ...], ordinary: frozenset[str]) -> TermCounts:
    return TermCounts(items=len(titles), counts=Counter(key for title in titles for key in phrases(title, ordinary)))


def _held(spelt: Iterator[tuple[str, Mapping[str, str]]]) -> dict[str, _Held]:
    held: dict[str, _Held] = defaultdict(lambda: _Held(items=[], spellings=[]))
    for id_, found in spelt:
        for key, spelling in found.items():
            one = held[key]
            one.items.append(id_)
            one.spellings.append(spelling)
    return held


def _terms(kind: TermKind, held: Mapping[str, _Held], past: Sequence[TermCounts], items: int) -> Iterator[Term]:
    """The tests of all terms that could be significant. Terms with too few items in this window count as not moved."""
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
        yield Term(
            kind=kind,
            spelling=Counter(now.spellings).most_common(1)[0][0] if now else key,
            items=tuple(now.items) if now else (),
            past=counts,
            expected=seen * share,
            p=tail(count, seen, share) if count >= SHOWN else 1.0,
        )


def tail(count: int, seen: int, share: float) -> float:
    """The probability of at least `count` items, if `seen` were observed in windows that are together 1/share times as large."""
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


def ranked(terms: Sequence[Term]) -> list[tuple[float, Term]]:
    """The terms with their q-values, most significant first."""
    ordered = sorted(terms, key=lambda term: (term.p, -len(term.items), term.spelling))
    least, found = 1.0, []
    for place in range(len(ordered), 0, -1):
        least = min(least, ordered[place - 1].p * len(ordered) / place)
        found.append((least, ordered[place - 1]))
    return found[::-1]


def independent(items: Sequence[str], groups: Mapping[str, frozenset[str]]) -> bool:
    """Whether enough of the items have no common author, because five papers of one group are not a movement."""
    seen: list[frozenset[str]] = []
    for id_ in items:
        if all(groups[id_].isdisjoint(other) for other in seen):
            seen.append(groups[id_])
    return len(seen) >= SHOWN


def distinct(sure: Sequence[tuple[float, Term]]) -> Iterator[Moved]:
    """The terms without duplicates: of a phrase, its part and a name in the same items, only the most significant is kept."""
    kept: list[frozenset[str]] = []
    for q, term in sure:
        items = frozenset(term.items)
        if any(len(items & other) >= ALIKE * min(len(items), len(other)) for other in kept):
            continue
        kept.append(items)
        yield Moved(
            name=term.spelling,
            kind=term.kind,
            items=term.items,
            count=len(term.items),
            expected=round(term.expected, 1),
            q=float(f"{q:.2g}"),
            past=term.past,
        )
