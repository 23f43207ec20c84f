"""Choose what is listed by its title alone: what fits no trend, and the best papers that an issue shows nowhere else.

Further posts of one feed, patches of software and notices to customers come last, after the papers. Behind a title, it does not matter whether the abstract tells a result, so papers are ordered by what the work is worth. A paper of a trend
stays folded there and is counted there; the issue holds its id.
"""

import re
from collections.abc import Container, Iterable, Sequence
from unicodedata import category

from digest.editorial.hand import ALSO_NOTED, Hand, placed
from digest.editorial.order import best_work_first, split
from digest.editorial.rank import LAST, comes_last
from digest.editorial.reading_budget import paper_titles
from digest.model import IssueItem, ItemKind
from digest.text.languages import foreign
from digest.text.words import language

HEADLINES = 3  # of a list
LIST = 45  # characters of a title that may be one; shorter lists are names
_HEADLINES = re.compile(r",\s|[;；，]\s?|\s\|\s")
LOOKED = 60  # papers whose titles are looked at
_LAST = ("", *reversed(LAST))
_KINDS: tuple[ItemKind | None, ...] = ("release", "news", "post", "paper", None)


def without_trend(unfiled: Sequence[IssueItem], first_of_all: Container[str], hand: Hand) -> list[IssueItem]:
    """The items without a trend in their order: as the editor put them, then watched ones, then by kind, and last what comes last everywhere."""

    def key(item: IssueItem) -> tuple[object, ...]:
        pinned = "pinned" in item.edited
        return (
            item.id not in first_of_all,
            _LAST.index(comes_last(item)),
            _KINDS.index(item.kind),
            not pinned,
            item.kind != "paper" and (foreign(item.title, language()) != "" or is_roundup(item.title)),
            *best_work_first(item),
        )

    return placed(sorted(unfiled, key=key), ALSO_NOTED, hand)


def is_roundup(title: str) -> bool:
    """Whether a title is a list of headlines, as newsletters have them; each of these is news itself, told better elsewhere."""
    if sum(category(char) == "So" for char in title) > 1:
        return True
    parts = [part.strip() for part in _HEADLINES.split(title)]
    return (
        len(parts) >= HEADLINES
        and all(part[:1].isupper() or not part[:1].isascii() for part in parts)
        and len(title) >= LIST
    )


def papers(
    noted: Sequence[IssueItem], filed: Iterable[IssueItem], told: Container[str], *, minutes: float, hand: Hand
) -> tuple[str, ...]:
    """The ids of the papers whose titles a mail lists: those that the editor or the watchlist put forward, then the best works.

    Args:
        noted: the items without a trend, in their order.
        filed: the items of the trends.
        told: the ids of what the issue shows or lists elsewhere.
        minutes: the reading time.
        hand: the editor's decisions.
    """
    left = [item for item in noted if item.id not in told]
    own = [item for item in left if item.kind == "paper"]
    forward = [item for item in own if _is_put_forward(item, hand)]
    others = [item for item in own if item not in forward]
    others += [item for item in filed if item.kind == "paper" and item.id not in told]
    best = [*forward, *_readable_first(sorted(others, key=best_work_first))]
    before = sum(item.kind != "paper" and not comes_last(item) for item in left)
    return tuple(item.id for item in best[: paper_titles(before, minutes)])


def _readable_first(papers: list[IssueItem]) -> list[IssueItem]:
    """Of the best papers, first those whose titles are in the issue's language: here, a title is all there is to read."""
    best, rest = papers[:LOOKED], papers[LOOKED:]
    own, others = split(best, lambda item: not foreign(item.title, language()))
    return [*own, *others, *rest]


def _is_put_forward(item: IssueItem, hand: Hand) -> bool:
    return bool(item.edited or item.watched) or hand.place(ALSO_NOTED, item.keys) is not None
