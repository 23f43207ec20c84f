"""An editor's decisions, oldest first -> what they do to one issue: items pinned, dropped and moved, its opening note. Pure.

A decision is about an item, wherever it will stand; an item is in one issue, so only a note names the issue's key. The later of
two decisions counts: a pin takes back a drop and the other way round, and an undo takes back all of an item's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from digest.model import Edit


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """What stands of all decisions. Items go by the id that they had when they were decided on."""

    pinned: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    moved: Mapping[str, str] = field(default_factory=dict)  # item -> trend
    note: str = ""

    def pins(self, keys: Iterable[str]) -> bool:
        """Is an item of these identity keys pinned?"""
        return not self.pinned.isdisjoint(keys)

    def drops(self, keys: Iterable[str]) -> bool:
        """Is it dropped?"""
        return not self.dropped.isdisjoint(keys)

    def moves(self, keys: Iterable[str]) -> str:
        """The trend that it is moved to, "" where it is left alone."""
        return next((self.moved[key] for key in keys if key in self.moved), "")


def hand(edits: Sequence[Edit], key: str) -> Hand:
    """The decisions as they stand for the issue of that key."""
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
