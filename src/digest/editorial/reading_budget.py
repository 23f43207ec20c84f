"""Decide within the reading time which sections the mail shows, and how many items of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from digest.editorial.highlights import MOVED_PLACE, RELEASES_PLACE
from digest.model import Issue, IssueItem

# Adults read English non-fiction silently at 238 words a minute (Brysbaert 2019, a review of 190 studies).
WORDS_A_MINUTE = 238
SUMMARY_WORDS = 40  # of a summary in the mail
LABEL_WORDS = 13  # authors, sources and what else an item fits
SECTION_WORDS = 44  # heading, pulse, one sentence of the baseline, and the number of further items
SUMMARY_OF_BASELINE = 30  # the additional words of the whole summary, which a first issue shows
FRAME_WORDS = 560  # masthead, lead, three lines, read first, behind the issue, footer
RELEASE_WORDS = 18  # name, maker and facts
RELEASES, NOTED = 8, 12  # the maximum number of each in a mail; the web page lists all
NAMES_WORDS = 100  # what moved, with titles


@dataclass(frozen=True, kw_only=True, slots=True)
class Allotment:
    """The first `own` sections have room of their own; `shown` counts the leading items that each section shows."""

    own: int
    shown: tuple[int, ...]


def frame_words(*, trends: Sequence[str], releases: int, noted: Sequence[str], names: int) -> int:
    """The number of words in a mail besides its sections.

    Args:
        trends: the names in the contents and among the quiet trends.
        releases: the number of releases listed.
        noted: the titles listed as also noted.
        names: how many names and phrases that moved it lists.
    """
    contents = sum(len(name.split()) + 2 for name in trends)
    titles = sum(len(title.split()) + 2 for title in noted)
    return FRAME_WORDS + contents + RELEASE_WORDS * releases + titles + NAMES_WORDS * (names > 0)


def cost(item: IssueItem) -> int:
    """The number of words that a reader reads for one item of a section."""
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
    """Decide which sections have room of their own, and how many leading items each section shows.

    Every section shows its best title. Then the best remaining item of all sections is shown with its summary; the first
    one of a section opens that section. This continues until one does not fit. None is skipped for a shorter one, so that more
    minutes never show less of any section.

    Args:
        sections: the items of each section, best first; the sections by their best item, best first.
        minutes: the reading time.
        most: the maximum number of sections with room of their own.
        cap: the maximum number of items per section, apart from its floor.
        floors: the number of items that each section always shows: pinned and watched ones, which come first.
        frame: the words outside the sections.
        section: the words of a section besides its items.
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
    """The next item that a section with room of its own could show."""

    section: int
    score: float


def _longer(sections: Sequence[Sequence[IssueItem]], shown: Sequence[int], *, own: int, cap: int) -> _Next | None:
    open_ = (n for n in range(own) if shown[n] < min(cap, len(sections[n])))
    found = (_Next(n, sections[n][shown[n]].score) for n in open_)
    return max(found, key=lambda one: (one.score, -one.section), default=None)


def _leads(items: Sequence[IssueItem], other: _Next | None) -> bool:
    """Whether a section's best item is worth more than the next item of the sections before it."""
    return other is None or items[0].score >= other.score


def words(
    sections: Sequence[Sequence[IssueItem]],
    shown: Sequence[int],
    *,
    own: int,
    frame: int = FRAME_WORDS,
    section: int = SECTION_WORDS,
) -> int:
    """The number of words if each section shows this many items; sections from `own` on show only titles."""
    told = [items[:count] for items, count in zip(sections, shown, strict=True)]
    inside = sum(section + sum(map(cost, items)) for items in told[:own] if items)
    return frame + inside + sum(_title(item) for items in told[own:] for item in items)


def _title(item: IssueItem) -> int:
    """The number of words of an item shown by its title."""
    return len(item.title.split()) + 2


def select(issue: Issue, trends: frozenset[str]) -> Issue | None:
    """The issue with only the sections of `trends`; None if it has none of them.

    Items without a trend (also noted) are left out. The three lines and the reading list keep the entries that are still in the issue.
    """
    sections = tuple(section for section in issue.trends if section.id in trends)
    if not sections:
        return None
    items = {item.id for section in sections for item in section.items}
    held = items | {item.id for section in sections for item in section.folded}
    chosen = tuple(id_ for id_ in (issue.lead, *issue.read_first) if id_ in items)
    releases = tuple(one for one in issue.releases if one.id in held)
    moved = tuple(one for one in issue.moved if not held.isdisjoint(one.items))
    targets = items | {section.id for section in sections}
    targets |= {MOVED_PLACE} if moved else set()
    targets |= {RELEASES_PLACE} if releases and releases == issue.releases else set()
    return replace(
        issue,
        trends=sections,
        lines=tuple(line for line in issue.lines if line.target in targets),
        lead=chosen[0] if chosen else "",
        read_first=chosen[1:],
        releases=releases,
        moved=moved,
        mentions=None,
        names=tuple(name for name in issue.names if not held.isdisjoint(name.items)),
        also_noted=(),
        off_topic=(),
        quiet=tuple(id_ for id_ in issue.quiet if id_ in trends),
    )
