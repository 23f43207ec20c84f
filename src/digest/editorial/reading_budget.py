"""Ranked sections -> which of them the mail gives room, and how many items of each, within the reading time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from digest.model import IssueItem

# Adults read English non-fiction silently at 238 words a minute (Brysbaert 2019, a review of 190 studies).
WORDS_A_MINUTE = 238
SUMMARY_WORDS = 40  # what the mail shows of a summary
LABEL_WORDS = 8  # authors, sources and the because-line are glanced at
SECTION_WORDS = 45  # a heading, the pulse and the baseline
CLAIM_WORDS = 45  # a claim, two titles and their words
FRAME_WORDS = 150  # masthead, three lines, contents


@dataclass(frozen=True, kw_only=True, slots=True)
class Allotment:
    """`own` sections from the front have room of their own; `shown` counts the leading items that each section shows."""

    own: int
    shown: tuple[int, ...]


def cost(item: IssueItem) -> int:
    """The words a reader takes in for one item of a section."""
    return len(item.title.split()) + min(len((item.brief or item.summary).split()), SUMMARY_WORDS) + LABEL_WORDS


def allot(
    sections: Sequence[Sequence[IssueItem]],
    *,
    minutes: float,
    most: int,
    cap: int,
    floors: Sequence[int],
    claims: Sequence[bool] = (),
) -> Allotment:
    """Which sections get room of their own, and how many leading items each section shows.

    Every section shows its best title. Then the best item that is still untold is told with its summary, wherever it stands: the first
    one of a section opens that section. This goes on until one does not fit. None is left out for a shorter one behind it, so that more
    minutes never show less of any section.

    Args:
        sections: the items of each section, best first; the sections by their best item, best first.
        minutes: the reading time.
        most: how many sections, from the front, may have room of their own.
        cap: the most that any section shows of its own accord.
        floors: what each section shows in any case: its pinned and watched items, which stand first.
        claims: which sections show a claim that was touched, where they have room of their own.
    """
    shown = [max(min(1, len(items)), floor) for items, floor in zip(sections, floors, strict=True)]
    own = 0
    left: float = minutes * WORDS_A_MINUTE - words(sections, shown, own=own)
    while True:
        longer = _longer(sections, shown, own=own, cap=cap)
        opens = own < min(most, len(sections)) and (floors[own] > 0 or _leads(sections[own], longer))
        price: float = inf
        if opens:
            price = _opening(sections[own][: shown[own]], claim=own < len(claims) and claims[own])
        elif longer:
            price = cost(sections[longer.section][shown[longer.section]])
        if price > left:
            return Allotment(own=own, shown=tuple(shown))
        left -= price
        if opens:
            own += 1
        elif longer:
            shown[longer.section] += 1


class _Next(NamedTuple):
    """The best item that a section with room of its own could show next."""

    section: int
    score: float


def _longer(sections: Sequence[Sequence[IssueItem]], shown: Sequence[int], *, own: int, cap: int) -> _Next | None:
    open_ = (n for n in range(own) if shown[n] < min(cap, len(sections[n])))
    found = (_Next(n, sections[n][shown[n]].score) for n in open_)
    return max(found, key=lambda one: (one.score, -one.section), default=None)


def _leads(items: Sequence[IssueItem], other: _Next | None) -> bool:
    """Whether a section's best item is worth more than the best that the sections before it could add."""
    return other is None or items[0].score >= other.score


def _opening(items: Sequence[IssueItem], *, claim: bool) -> int:
    """What a section costs beyond its titles when it gets room of its own."""
    return SECTION_WORDS + CLAIM_WORDS * claim + sum(cost(item) - _title(item) for item in items)


def words(sections: Sequence[Sequence[IssueItem]], shown: Sequence[int], *, own: int) -> int:
    """What a reader takes in when each section shows so many of its items, those from `own` on by title."""
    told = [items[:count] for items, count in zip(sections, shown, strict=True)]
    inside = sum(SECTION_WORDS + sum(map(cost, items)) for items in told[:own] if items)
    return FRAME_WORDS + inside + sum(_title(item) for items in told[own:] for item in items)


def _title(item: IssueItem) -> int:
    """The words of an item that is told by its title, with what sets it apart."""
    return len(item.title.split()) + 2
