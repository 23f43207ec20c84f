"""Choose what is listed by its title alone: what fits no trend, and the best papers that an issue shows nowhere else.

Notices to customers come last, after the papers. Behind a title, it does not matter whether the abstract tells a result, so papers are ordered by what the work is worth. A paper of a trend
stays folded there and is counted there; the issue holds its id.
"""

from collections.abc import Container, Iterable, Sequence

from digest.editorial.hand import ALSO_NOTED, Hand, placed
from digest.editorial.order import best_work_first
from digest.editorial.reading_budget import comes_last, paper_titles
from digest.model import IssueItem, ItemKind

_KINDS: tuple[ItemKind | None, ...] = ("release", "news", "post", "paper", None)


def without_trend(unfiled: Sequence[IssueItem], first_of_all: Container[str], hand: Hand) -> list[IssueItem]:
    """The items without a trend in their order: as the editor put them, then watched ones, then by kind, and notices to customers last."""

    def key(item: IssueItem) -> tuple[object, ...]:
        pinned = "pinned" in item.edited
        return (
            item.id not in first_of_all,
            comes_last(item),
            _KINDS.index(item.kind),
            not pinned,
            *best_work_first(item),
        )

    return placed(sorted(unfiled, key=key), ALSO_NOTED, hand)


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
    best = [*forward, *sorted(others, key=best_work_first)]
    before = sum(item.kind != "paper" and not comes_last(item) for item in left)
    return tuple(item.id for item in best[: paper_titles(before, minutes)])


def _is_put_forward(item: IssueItem, hand: Hand) -> bool:
    return bool(item.edited or item.watched) or hand.place(ALSO_NOTED, item.keys) is not None
