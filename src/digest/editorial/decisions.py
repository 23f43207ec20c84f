"""Apply an editor's decisions to an issue: items pinned, dropped and moved, and the opening note.

Decisions on items need no key, because an item is in one issue only; a note has the key of its issue. Later decisions override
earlier ones: a pin cancels a drop and vice versa, and an undo cancels all decisions on an item.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from digest.model import Edit


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """The decisions in effect. Items are identified by the ids that they had at the time of the decision."""

    pinned: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    moved: Mapping[str, str] = field(default_factory=dict)  # item -> trend
    note: str = ""

    def pins(self, keys: Iterable[str]) -> bool:
        """Whether an item with these identity keys is pinned."""
        return not self.pinned.isdisjoint(keys)

    def drops(self, keys: Iterable[str]) -> bool:
        """Whether it is dropped."""
        return not self.dropped.isdisjoint(keys)

    def moves(self, keys: Iterable[str]) -> str:
        """The trend that it is moved to, or ""."""
        return next((self.moved[key] for key in keys if key in self.moved), "")


def hand(edits: Sequence[Edit], key: str) -> Hand:
    """The decisions in effect for the issue with this key."""
    placed: dict[str, str] = {}
    moved: dict[str, str] = {}
    note = ""
    for edit in edits:
        if edit.action == "note":
            note = edit.text if edit.key == key else note
        elif edit.action == "move":
            moved[edit.item] = edit.trend
        elif edit.action == "undo":
            placed.pop(edit.item, None)
            moved.pop(edit.item, None)
        else:
            placed[edit.item] = edit.action
    return Hand(
        pinned=frozenset(item for item, action in placed.items() if action == "pin"),
        dropped=frozenset(item for item, action in placed.items() if action == "drop"),
        moved=moved,
        note=note,
    )
