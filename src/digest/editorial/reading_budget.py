"""Ranked sections -> which of them the mail gives room, and how many items of each, within the reading time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from digest.model import IssueItem

# Adults read English non-fiction silently at 238 words a minute (Brysbaert 2019, a review of 190 studies).
WORDS_A_MINUTE = 238
SUMMARY_WORDS = 40  # what the mail shows of a summary
LABEL_WORDS = 16  # authors, sources and the because-line
SECTION_WORDS = 44  # a heading, the pulse, one sentence of the baseline, and how many more there are
SUMMARY_OF_BASELINE = 30  # what the whole summary, which a first issue shows, has beyond one sentence
FRAME_WORDS = 560  # masthead, lead, three lines, read first, what is behind the issue, footer
RELEASE_WORDS = 18  # a name, its maker and what is told of it
RELEASES, NOTED = 8, 12  # how many of either a mail lists; the web page lists all
NAMES_WORDS = 100  # what moved, with titles


@dataclass(frozen=True, kw_only=True, slots=True)
class Allotment:
    """`own` sections from the front have room of their own; `shown` counts the leading items that each section shows."""

    own: int
    shown: tuple[int, ...]


def frame_words(*, trends: Sequence[str], releases: int, noted: Sequence[str], names: int) -> int:
    """What a mail tells beside its sections.

    Args:
        trends: the names in its contents and among the quiet ones.
        releases: how many it lists.
        noted: the titles that it lists.
        names: how many names and phrases that moved it lists.
    """
    contents = sum(len(name.split()) + 2 for name in trends)
    titles = sum(len(title.split()) + 2 for title in noted)
    return FRAME_WORDS + contents + RELEASE_WORDS * releases + titles + NAMES_WORDS * (names > 0)


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
    frame: int = FRAME_WORDS,
    section: int = SECTION_WORDS,
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
        frame: the words beside the sections.
        section: the words of a section beside its items.
    """
    shown = [max(min(1, len(items)), floor) for items, floor in zip(sections, floors, strict=True)]
    own = 0
    left: float = minutes * WORDS_A_MINUTE - words(sections, shown, own=own, frame=frame, section=section)
    while True:
        longer = _longer(sections, shown, own=own, cap=cap)
        opens = own < min(most, len(sections)) and (floors[own] > 0 or _leads(sections[own], longer))
        price: float = inf
        if opens:
            price = section + sum(cost(item) - _title(item) for item in sections[own][: shown[own]])
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


def words(
    sections: Sequence[Sequence[IssueItem]],
    shown: Sequence[int],
    *,
    own: int,
    frame: int = FRAME_WORDS,
    section: int = SECTION_WORDS,
) -> int:
    """What a reader takes in when each section shows so many of its items, those from `own` on by title."""
    told = [items[:count] for items, count in zip(sections, shown, strict=True)]
    inside = sum(section + sum(map(cost, items)) for items in told[:own] if items)
    return frame + inside + sum(_title(item) for items in told[own:] for item in items)


def _title(item: IssueItem) -> int:
    """The words of an item that is told by its title, with what sets it apart."""
    return len(item.title.split()) + 2
