"""A section's items -> their order, in which no item says what a better one beside it said. Sees one section at a time."""

import re
from collections.abc import Sequence
from dataclasses import replace

from digest.model import IssueItem

DIVERSITY = 0.6  # what an item loses that says just what a better one said: as much as one further source gains
SAME_AUTHOR = 0.4  # of that: one group's two papers are two results, but one reader's ten minutes
SAME_FEED = 0.3  # of that: a blog's second post; papers come from few feeds, so for them it says nothing
POOL = 8  # times the places: an item further down could not come up by what those above it lose

_WORD = re.compile(r"[^\W\d_][\w-]{3,}")


def arrange(items: Sequence[IssueItem], places: int) -> list[IssueItem]:
    """Order items by worth, less for each what it has in common with those before it.

    The first `places` are chosen one after the other (Carbonell & Goldstein 1998, maximal marginal relevance); the rest follow
    by their own worth, as nobody reads them side by side. Items that repeat a headline come last.
    """
    left = sorted((item for item in items if not repeats(item)), key=best_first)
    words = {item.id: _words(item) for item in left[: POOL * places]}
    chosen: list[IssueItem] = []
    while left and len(chosen) < places:
        lost = [_lost(item, chosen, words) for item in left if item.id in words]
        place = max(range(len(lost)), key=lambda n: (left[n].score - lost[n], -n))
        chosen.append(_less(left.pop(place), lost[place]))
    return [*chosen, *left, *sorted(filter(repeats, items), key=best_first)]


def best_first(item: IssueItem) -> tuple[bool, float, str]:
    """A key to sort by: news before repeated headlines, then by worth."""
    return repeats(item), -item.score, item.id


def repeats(item: IssueItem) -> bool:
    """Whether it is a headline of an earlier issue without new facts."""
    return item.follows is not None and not item.follows.fresh


def _lost(item: IssueItem, chosen: Sequence[IssueItem], words: dict[str, frozenset[str]]) -> float:
    return DIVERSITY * max((_common(item, one, words) for one in chosen), default=0.0)


def _common(one: IssueItem, other: IssueItem, words: dict[str, frozenset[str]]) -> float:
    """How much two items have in common, in 0..1."""
    shared, all_ = words[one.id] & words[other.id], words[one.id] | words[other.id]
    alike = len(shared) / len(all_) if all_ else 0.0
    authors = SAME_AUTHOR if one.authors and not set(one.authors).isdisjoint(other.authors) else 0.0
    feeds = {source.feed for source in one.sources[:1]} & {source.feed for source in other.sources[:1]}
    return max(alike, authors, SAME_FEED if feeds and one.kind != "papers" else 0.0)


def _less(item: IssueItem, lost: float) -> IssueItem:
    if round(lost, 4) == 0:
        return item
    parts = {**item.parts, "diversity": -round(lost, 4)}
    return replace(item, parts=parts, score=round(sum(parts.values()), 4))


def _words(item: IssueItem) -> frozenset[str]:
    return frozenset(_WORD.findall(item.title.casefold()))
