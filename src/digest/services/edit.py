"""Store an editor's decisions on a draft, and rebuild the draft with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.editorial.candidates import Hand, hand
from digest.errors import NotFoundError, UsageError, did_you_mean
from digest.model import Edit, EditAction, Issue
from digest.services.archive_index import catalogue_of
from digest.services.build import recompose
from digest.services.context import Program
from digest.services.explain import find
from digest.storage.archive import Archive
from digest.storage.db import Store
from digest.storage.files import jsonl

NOTE_CHARS = 2_000  # an introduction, not an article


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """The editor's current decisions on a draft. `titles` maps ids of items to titles."""

    key: str
    hand: Hand
    titles: dict[str, str]

    @property
    def facts(self) -> dict[str, object]:
        """The same as plain data for JSON."""
        return {
            "key": self.key,
            "pinned": sorted(self.hand.pinned),
            "dropped": sorted(self.hand.dropped),
            "moved": dict(self.hand.moved),
            "note": self.hand.note,
            "titles": self.titles,
        }


def draft_key(store: Store, archive: Archive, key: str | None) -> str:
    """The key of the given draft, or of the latest.

    Raises:
        NotFoundError: there is no draft.
        UsageError: the issue is closed.
    """
    drafts = catalogue_of(store, archive).drafts()
    if key is None and not drafts:
        raise NotFoundError("digest edit", "there is no draft", "build one with `digest build`")
    chosen = key or max(drafts)
    if chosen not in drafts:
        archive.read(chosen)
        raise UsageError(
            f"issue {chosen}",
            "is closed, and published issues cannot be edited",
            "edit a draft; `digest list` shows them",
        )
    return chosen


def decision(program: Program, action: EditAction, name: str, trend: str = "") -> Edit:
    """A decision on the item with this id, URL or arXiv id.

    Raises:
        NotFoundError: there is no such item or trend.
    """
    if trend and trend not in program.trends:
        remedy = did_you_mean(trend, program.trends, "`digest trends` lists the trends")
        raise NotFoundError(f"trend {trend}", "no such trend", remedy)
    item = find(program.store, name)
    title = next((sighting.title for sighting in item.sightings if sighting.title), "")
    return Edit(action=action, at=program.now, item=item.id, title=title, trend=trend)


def note(now: datetime, key: str, text: str) -> Edit:
    """A note that opens the issue with this key. An empty text removes it.

    Raises:
        UsageError: it is too long.
    """
    if len(text) > NOTE_CHARS:
        raise UsageError(
            "the note",
            f"has {len(text)} characters; at most {NOTE_CHARS} are allowed",
            "shorten it, and link to the rest",
        )
    return Edit(action="note", at=now, key=key, text=text.strip())


def decide(program: Program, key: str, edits: Sequence[Edit]) -> Program:
    """Rebuild the draft with these decisions and store them. Returns the context with them.

    Raises:
        NotFoundError: one of the items is not in this draft.
        WorkspaceError: the store lacks the draft's items, or the disk cannot be written. Nothing is stored then.
    """
    _refuse_absent(program.store, program.archive, key, edits)
    edited = replace(program, edits=(*program.edits, *edits))
    recompose(edited, key)
    jsonl.add(program.workspace.edits, edits, Edit)
    return edited


def decided(program: Program, key: str) -> Decided:
    """The current decisions on a draft: on its items, and on items that they removed from it."""
    titles = {edit.item: edit.title for edit in program.edits if edit.item}
    issue = program.archive.read(key)
    inside = _keys(issue)
    dropped = {
        edit.item for edit in program.edits if edit.action == "drop" and _in_window(program.store, issue, edit.item)
    }
    return Decided(
        key=key,
        hand=_within(hand(program.edits, key), inside | dropped),
        titles={item: title for item, title in titles.items() if item in inside | dropped},
    )


def _within(whole: Hand, items: frozenset[str] | set[str]) -> Hand:
    return Hand(
        pinned=whole.pinned & items,
        dropped=whole.dropped & items,
        moved={item: trend for item, trend in whole.moved.items() if item in items},
        note=whole.note,
    )


def _refuse_absent(store: Store, archive: Archive, key: str, edits: Sequence[Edit]) -> None:
    """Refuse decisions on items of other windows, which would have no effect."""
    issue = archive.read(key)
    for edit in edits:
        if edit.item and edit.item not in _keys(issue) and not _in_window(store, issue, edit.item):
            raise NotFoundError(
                edit.item, f"is not among the items of {key}", f"`digest why {edit.item}` says where it is"
            )


def _keys(issue: Issue) -> frozenset[str]:
    return frozenset(key for item in issue.items() for key in item.keys)


def _in_window(store: Store, issue: Issue, item: str) -> bool:
    stored = store.items.find(item)
    return stored is not None and any(issue.window.holds(sighting.first_seen) for sighting in stored.sightings)
