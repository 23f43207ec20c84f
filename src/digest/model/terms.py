"""Names and phrases that items of an issue share, and their counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TermKind = Literal["name", "phrase"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TermCounts:
    """How many items of an issue hold each term. Terms of fewer than `floor` items are left out."""

    items: int
    floor: int = 1
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A name or phrase that more items contain than expected from its past: the ids of the items, and the counts of past issues.

    `q` is the false discovery rate at which the count is called more than `expected`. A term without any in the past is seen here first.
    """

    name: str
    kind: TermKind
    items: tuple[str, ...]
    count: int
    expected: float
    q: float
    past: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedThere:
    """A name or phrase that moved in the closed issue `key` and stands in items of one trend: their titles and addresses, in the issue's order."""

    key: str
    term: Moved
    works: tuple[tuple[str, str], ...]
