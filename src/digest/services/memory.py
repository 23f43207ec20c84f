"""Remember intermediate results, for a server that composes one draft again and again.

In: what is asked. Out: the answer, computed only if it was not asked recently. It never changes an answer. Each process has its own,
which is empty at first.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)
V = TypeVar("V")


KEPT = 2  # answers by name: what was asked before the last change is asked again when that is undone


@dataclass(frozen=True, slots=True)
class Memory:
    """The last questions and answers of each name."""

    _kept: dict[str, tuple[object, Any]] = field(default_factory=dict)
    _answered: dict[str, list[tuple[object, Any]]] = field(default_factory=dict)

    def once(self, name: str, asked: object, answer: Callable[[], V]) -> V:
        """The answer to what is asked. Equal questions must have equal answers."""
        kept = self._answered.setdefault(name, [])
        place = next((n for n, (before, _) in enumerate(kept) if before == asked), None)
        found: tuple[object, V] = (asked, answer()) if place is None else kept.pop(place)
        kept.append(found)
        del kept[:-KEPT]
        return found[1]

    def each(
        self, name: str, asked: object, things: Sequence[T], answers: Callable[[Sequence[T]], Sequence[V]]
    ) -> tuple[V, ...]:
        """One answer for each thing, in order. Only things that were not asked about the last time are computed."""
        kept = self._kept.get(name)
        known: dict[T, V] = kept[1] if kept is not None and kept[0] == asked else {}
        new = [one for one in dict.fromkeys(things) if one not in known]
        known = known | dict(zip(new, answers(new), strict=True))
        self._kept[name] = asked, {one: known[one] for one in things}
        return tuple(known[one] for one in things)
