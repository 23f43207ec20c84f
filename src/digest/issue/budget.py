"""Ranked sections -> how many items of each the mail shows, within the reading time. Counts words; chooses no order."""

from collections.abc import Sequence

from digest.model import IssueItem

# Adults read English non-fiction silently at 238 words a minute (Brysbaert 2019, a review of 190 studies).
WORDS_A_MINUTE = 238
SUMMARY_WORDS = 40  # what the mail shows of a summary
LABEL_WORDS = 8  # authors, sources and the because-line are glanced at
SECTION_WORDS = 45  # a heading, the pulse and the baseline
FRAME_WORDS = 150  # masthead, three lines, contents


def cost(item: IssueItem) -> int:
    """The words a reader takes in for one item of a section."""
    return len(item.title.split()) + min(len(item.summary.split()), SUMMARY_WORDS) + LABEL_WORDS


def allot(sections: Sequence[Sequence[IssueItem]], *, minutes: int, own: int, cap: int) -> tuple[int, ...]:
    """How many leading items each section shows.

    The first `own` sections have room of their own, the others show their best title. Every section shows one item; what
    is left of the time goes to the items of the highest score per word.

    Args:
        sections: the items of each section, best first.
        minutes: the reading time.
        own: how many sections, from the front, have room of their own.
        cap: the most that any section shows.
    """
    shown = [min(1, len(items)) for items in sections]
    left = minutes * WORDS_A_MINUTE - FRAME_WORDS
    left -= sum(SECTION_WORDS + cost(items[0]) for items in sections[:own] if items)
    left -= sum(len(items[0].title.split()) + 2 for items in sections[own:] if items)
    while True:
        open_sections = [n for n in range(min(own, len(sections))) if shown[n] < min(cap, len(sections[n]))]
        fitting = [n for n in open_sections if cost(sections[n][shown[n]]) <= left]
        if not fitting:
            return tuple(shown)
        best = max(fitting, key=lambda n: (sections[n][shown[n]].score / cost(sections[n][shown[n]]), -n))
        left -= cost(sections[best][shown[best]])
        shown[best] += 1
