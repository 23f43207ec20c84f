"""What a server that composes one draft again and again keeps from the last time.

In: what is asked. Out: the answer, computed only if something else was asked the last time. It never changes an answer, is kept in the
process alone, and a command starts without one.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Memory:
    """The last question and answer of each name."""

    _kept: dict[str, tuple[object, Any]] = field(default_factory=dict)

    def once(self, name: str, asked: object, answer: Callable[[], V]) -> V:
        """The answer to what is asked, which is the same as long as equal things are asked."""
        kept = self._kept.get(name)
        if kept is not None and kept[0] == asked:
            found: V = kept[1]
            return found
        made = answer()
        self._kept[name] = asked, made
        return made

    def each(
        self, name: str, asked: object, things: Sequence[T], answers: Callable[[Sequence[T]], Sequence[V]]
    ) -> tuple[V, ...]:
        """One answer for each thing, in order; only things that were not there the last time are asked about."""
        kept = self._kept.get(name)
        known: dict[T, V] = kept[1] if kept is not None and kept[0] == asked else {}
        new = [one for one in dict.fromkeys(things) if one not in known]
        known = known | dict(zip(new, answers(new), strict=True))
        self._kept[name] = asked, {one: known[one] for one in things}
        return tuple(known[one] for one in things)
