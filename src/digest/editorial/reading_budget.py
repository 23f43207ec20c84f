"""Ranked sections -> how many items of each the mail shows, within the reading time. Counts words; chooses no order."""

from collections.abc import Sequence

from digest.model import IssueItem

# Adults read English non-fiction silently at 238 words a minute (Brysbaert 2019, a review of 190 studies).
WORDS_A_MINUTE = 238
SUMMARY_WORDS = 40  # what the mail shows of a summary
LABEL_WORDS = 8  # authors, sources and the because-line are glanced at
SECTION_WORDS = 45  # a heading, the pulse and the baseline
CLAIM_WORDS = 45  # a claim, two titles and their words
FRAME_WORDS = 150  # masthead, three lines, contents


def cost(item: IssueItem) -> int:
    """The words a reader takes in for one item of a section."""
    return len(item.title.split()) + min(len(item.summary.split()), SUMMARY_WORDS) + LABEL_WORDS


def allot(
    sections: Sequence[Sequence[IssueItem]],
    *,
    minutes: float,
    own: int,
    cap: int,
    floors: Sequence[int],
    claims: int = 0,
) -> tuple[int, ...]:
    """How many leading items each section shows.

    The first `own` sections have room of their own, the others show their best title. Every section shows one item; what
    is left of the time goes to the items of the highest score per word, until one does not fit. None is left out for a shorter
    one behind it, so that more minutes never show less of any section.

    Args:
        sections: the items of each section, best first.
        minutes: the reading time.
        own: how many sections, from the front, have room of their own.
        cap: the most that any section shows of its own accord.
        floors: what each section shows in any case: its pinned and watched items, which stand first.
        claims: how many sections with room of their own show a claim that was touched.
    """
    shown = [max(min(1, len(items)), floor) for items, floor in zip(sections, floors, strict=True)]
    own = min(own, len(sections))
    left = minutes * WORDS_A_MINUTE - words(sections, shown, own=own) - claims * CLAIM_WORDS
    while True:
        open_sections = [n for n in range(own) if shown[n] < min(cap, len(sections[n]))]
        best = max(open_sections, key=lambda n: (_worth(sections[n][shown[n]]), -n), default=None)
        if best is None or (price := cost(sections[best][shown[best]])) > left:
            return tuple(shown)
        left -= price
        shown[best] += 1


def words(sections: Sequence[Sequence[IssueItem]], shown: Sequence[int], *, own: int) -> int:
    """What a reader takes in when each section shows so many of its items, those from `own` on by title."""
    told = [items[:count] for items, count in zip(sections, shown, strict=True)]
    inside = sum(SECTION_WORDS + sum(map(cost, items)) for items in told[:own] if items)
    return FRAME_WORDS + inside + sum(len(item.title.split()) + 2 for items in told[own:] for item in items)


def _worth(item: IssueItem) -> float:
    return item.score / cost(item)
