"""Continue threads: link a new story to the published item that it follows, over several issues."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digest.model import Follows, Issue

_FACT = re.compile(r"\d+(?:[.,]\d+)*|(?<![^\W\d_])[^\W\d_]*[A-Z][\w.+-]*[A-Z\d]\w*|\b[A-Z]\w+(?:\s[A-Z]\w+)+")
FACT_CHARS = 5_000  # the first characters of a text, which are searched for facts
_PARTS = re.compile(r"[\s.,;:!?]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """An item of a closed issue that a later one may follow."""

    key: str
    id: str
    title: str
    summary: str = ""  # as in its issue; empty if it was folded
    aliases: tuple[str, ...] = ()
    follows: Follows | None = None


class Threads:
    """The threads of past issues. A thread is an item and its follow-ups, issue by issue."""

    def __init__(self, published: Sequence[Published]) -> None:
        self._items = {(one.key, one.id): one for one in published}
        self._keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in published:
            self._keys[self._root(one)].add(one.key)

    def follow(self, one: Published, *, title: str, summary: Callable[[], str]) -> Follows:
        """The `Follows` of a new story with this title and text that follows `one`.

        Args:
            one: the published item.
            title: the title of the new story.
            summary: makes the summary of the new story in the issue, which is only needed if the title is the same.
        """
        root = self._root(one)
        first = self._items.get(root)
        stored = one.follows.part if one.follows else 1
        return Follows(
            key=one.key,
            id=one.id,
            title=first.title if first else (one.follows.title if one.follows else one.title),
            since=one.follows.since if one.follows and one.follows.since else root[0],
            part=max(len(self._keys[root]), stored) + 1,
            fresh=not (_same(title, one.title) and facts(summary()) <= facts(self._summary(one))),
        )

    def _summary(self, one: Published) -> str:
        """The last summary of the item. Repeated headlines are folded, and their issues keep no summary."""
        seen = {(one.key, one.id)}
        while not one.summary and one.follows and not one.follows.fresh:
            place = (one.follows.key, one.follows.id)
            if place in seen or place not in self._items:
                break
            seen.add(place)
            one = self._items[place]
        return one.summary

    def _root(self, one: Published) -> tuple[str, str]:
        """The key and id of the first known item of the thread."""
        seen = {(one.key, one.id)}
        while one.follows and (place := (one.follows.key, one.follows.id)) not in seen:
            seen.add(place)
            if place not in self._items:
                return place
            one = self._items[place]
        return one.key, one.id


def published(past: Sequence[Issue]) -> tuple[Published, ...]:
    """The published items that a new one may follow up, in the order of the issues."""
    return tuple(
        Published(
            key=issue.key,
            id=item.id,
            title=item.title,
            summary=item.summary,
            aliases=item.aliases,
            follows=item.follows,
        )
        for issue in past
        for item in issue.items()
    )


def facts(text: str) -> frozenset[str]:
    """The numbers and names in a text. A repeated headline is news only if it has new ones."""
    return frozenset(_FACT.findall(text[:FACT_CHARS]))


def _same(title: str, other: str) -> bool:
    return _PARTS.sub(" ", title.casefold()).strip() == _PARTS.sub(" ", other.casefold()).strip()
