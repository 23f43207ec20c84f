"""Turn the editor's recorded changes into the decisions in effect for one issue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from digest.model import Edit, EditAction, IssueItem
from digest.text.clean import clean, cut

READ_FIRST = "read_first"
ALSO_NOTED = "also_noted"
SHOWN_CHARS = 60  # of a text in the list of changes
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """The decisions in effect. Items are identified by the ids that they had at the time of the decision.

    `order` maps a place (`read_first`, `also_noted` or a trend) to the items that come first there. Items that are brought in are
    shown whatever the reading time, even if they were filtered or off topic.
    """

    pinned: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    brought: frozenset[str] = frozenset()
    moved: Mapping[str, str] = field(default_factory=dict)  # item -> trend
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lead: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    preheader: str = ""
    note: str = ""
    reviews: Mapping[str, Mapping[tuple[str, str], str]] = field(
        default_factory=dict
    )  # item -> place and sentence of a language model -> the editor's words

    stances: Mapping[str, Mapping[tuple[str, str], str]] = field(
        default_factory=dict
    )  # item -> trend and claim -> how it stands to the claim

    def pins(self, keys: Iterable[str]) -> bool:
        """Whether an item with these identity keys is pinned."""
        return not self.pinned.isdisjoint(keys)

    def drops(self, keys: Iterable[str]) -> bool:
        """Whether it is dropped."""
        return not self.dropped.isdisjoint(keys)

    @property
    def shown(self) -> frozenset[str]:
        """What is shown because of the editor: pinned, brought in, the lead, or among those to read first."""
        return self.pinned | self.brought | {self.lead} | set(self.order.get(READ_FIRST, ()))

    def shows(self, keys: Iterable[str]) -> bool:
        """Whether an item with these identity keys is shown because of the editor."""
        return not self.shown.isdisjoint(keys)

    def moves(self, keys: Iterable[str]) -> str:
        """The trend that it is moved to, or ""."""
        return _first(self.moved, keys)

    def title(self, keys: Iterable[str]) -> str:
        """The title that the editor gave it, or ""."""
        return _first(self.titles, keys)

    def summary(self, keys: Iterable[str]) -> str:
        """The summary that the editor gave it, or ""."""
        return _first(self.summaries, keys)

    def place(self, where: str, keys: Iterable[str]) -> int | None:
        """Its number among the items that come first at a place; None if the editor did not put it there."""
        listed = self.order.get(where, ())
        return next((listed.index(key) for key in keys if key in listed), None)


def _first(found: Mapping[str, str], keys: Iterable[str]) -> str:
    return next((found[key] for key in keys if key in found), "")


def in_effect(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The changes without those that were undone."""
    return _replayed(edits)[0]


def redoable(edits: Sequence[Edit], key: str) -> int:
    """How many undone changes on this draft can be redone: those undone since the last change."""
    return _replayed(edits)[1].get(key, 0)


def _replayed(edits: Sequence[Edit]) -> tuple[tuple[Edit, ...], Mapping[str, int]]:
    """The changes in effect, and the number of redoable ones by draft. `undo_last` and `redo` concern one draft's changes."""
    kept: list[Edit] = []
    undone: dict[str, list[tuple[int, Edit]]] = {}
    for edit in edits:
        if edit.action == "undo_last":
            place = next((n for n in reversed(range(len(kept))) if kept[n].key == edit.key), None)
            if place is not None:
                undone.setdefault(edit.key, []).append((place, kept.pop(place)))
        elif edit.action == "redo":
            if undone.get(edit.key):
                kept.insert(*undone[edit.key].pop())
        else:
            undone.pop(edit.key, None)
            kept.append(edit)
    return tuple(kept), {key: len(changes) for key, changes in undone.items()}


_WORDS: Mapping[EditAction, str] = {
    "pin": "pinned",
    "drop": "dropped",
    "bring": "brought in",
    "lead": "made the lead",
    "undo": "reset",
    "undo_last": "undid the last change",
    "redo": "redid a change",
}


def in_words(edit: Edit) -> str:
    """What was changed, without the item: `moved to agents`, `title set to “…”`."""
    match edit.action:
        case "move":
            return f"moved to {edit.trend}"
        case "order":
            return f"order of {edit.place} {'set' if edit.items else 'reset'}"
        case "title" | "summary" | "subject" | "preheader" | "note":
            return (
                f"{edit.action} set to “{cut(clean(edit.text), SHOWN_CHARS)}”" if edit.text else f"{edit.action} reset"
            )
        case "accept" | "refuse" | "claim":
            verb = {"accept": "accepted", "refuse": "refused"}.get(edit.action, edit.text.replace("-", " "))
            return f"{verb}: “{cut(clean(edit.sentence), SHOWN_CHARS)}”"
        case "mend":
            return f"mended: “{cut(clean(edit.sentence), SHOWN_CHARS)}” is now “{cut(clean(edit.text), SHOWN_CHARS)}”"
        case _:
            return _WORDS[edit.action]


def hand(edits: Sequence[Edit], key: str) -> Hand:
    """The decisions in effect for the issue with this key. If two are about the same thing, the later one counts."""
    placed: dict[str, str] = {}
    moved: dict[str, str] = {}
    titles: dict[str, str] = {}
    summaries: dict[str, str] = {}
    order: dict[str, tuple[str, ...]] = {}
    words = {"note": "", "subject": "", "preheader": ""}
    lead = ""
    for edit in _of_items(edits):
        match edit.action:
            case "note" | "subject" | "preheader":
                words[edit.action] = edit.text if edit.key == key else words[edit.action]
            case "move":
                moved[edit.item] = edit.trend
            case "title":
                _set(titles, edit.item, edit.text)
            case "summary":
                _set(summaries, edit.item, edit.text)
            case "order":
                _set(order, edit.place, edit.items)
            case "lead":
                lead = edit.item
            case "undo":
                for found in (placed, moved, titles, summaries):
                    found.pop(edit.item, None)
                lead = "" if lead == edit.item else lead
            case _:
                placed[edit.item] = edit.action
    return Hand(
        pinned=_placed(placed, "pin"),
        dropped=_placed(placed, "drop"),
        brought=_placed(placed, "bring"),
        moved=moved,
        order=order,
        lead=lead,
        titles=titles,
        summaries=summaries,
        reviews=_reviews(edits),
        stances=_stances(edits),
        **words,
    )


_REVIEWED: frozenset[EditAction] = frozenset({"accept", "mend", "refuse"})


def _of_items(edits: Sequence[Edit]) -> Iterator[Edit]:
    """The changes in effect, without those on single sentences and claims."""
    return (edit for edit in in_effect(edits) if edit.action not in _REVIEWED | {"claim"})


def _stances(edits: Sequence[Edit]) -> dict[str, dict[tuple[str, str], str]]:
    """How items stand to claims, as the editor decided. Resetting an item resets it."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for edit in in_effect(edits):
        if edit.action == "claim":
            found.setdefault(edit.item, {})[edit.trend, edit.sentence] = edit.text
        elif edit.action == "undo":
            found.pop(edit.item, None)
    return found


def _reviews(edits: Sequence[Edit]) -> dict[str, dict[tuple[str, str], str]]:
    """The decisions on sentences of a language model. Resetting an item resets those on its sentences."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for edit in in_effect(edits):
        if edit.action in _REVIEWED:
            found.setdefault(edit.item, {})[edit.place, edit.sentence] = edit.text
        elif edit.action == "undo":
            found.pop(edit.item, None)
    return found


def placed(items: Sequence[IssueItem], where: str, hand: Hand) -> list[IssueItem]:
    """The items with those in front that the editor put at the place `where`, then those brought in.

    Pinned items that were not given a place stay before all others.
    """

    def key(item: IssueItem) -> tuple[int, int]:
        number = hand.place(where, item.keys)
        if number is not None:
            return 1, number
        return (0 if "pinned" in item.edited else 2 if "brought" in item.edited else 3), 0

    return sorted(items, key=key)


def _placed(placed: Mapping[str, str], action: str) -> frozenset[str]:
    return frozenset(item for item, found in placed.items() if found == action)


def _set(found: dict[str, V], name: str, value: V) -> None:
    """An empty value removes what was set before."""
    if value:
        found[name] = value
    else:
        found.pop(name, None)
