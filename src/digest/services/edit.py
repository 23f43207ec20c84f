"""Store an editor's changes to a draft, and rebuild the draft with them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest.editorial.hand import Hand, hand, in_effect, in_words, redoable
from digest.editorial.written import WrittenLine, lines_of
from digest.errors import ConflictError, NotFoundError, UsageError
from digest.model import Edit, Issue, Lesson
from digest.services.archive_index import catalogue_of
from digest.services.build import changing, mend_change, recompose
from digest.services.context import Program
from digest.storage.archive import Archive
from digest.storage.db import Store
from digest.storage.files import jsonl


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """The decisions in effect on a draft, and all changes that led to them. `titles` maps ids of items to titles.

    `revision` changes with every change; `undoable` and `redoable` count the changes that `undo_last` and `redo` can walk through.
    """

    key: str
    hand: Hand
    titles: dict[str, str]
    changes: tuple[Edit, ...] = ()
    revision: str = ""
    undoable: int = 0
    redoable: int = 0
    written: tuple[WrittenLine, ...] = ()  # the sentences of a language model, to accept, mend or refuse

    @property
    def facts(self) -> dict[str, object]:
        """The decisions in effect, as plain data for JSON."""
        return {
            "key": self.key,
            "revision": self.revision,
            "pinned": sorted(self.hand.pinned),
            "dropped": sorted(self.hand.dropped),
            "brought": sorted(self.hand.brought),
            "moved": dict(self.hand.moved),
            "order": dict(self.hand.order),
            "lead": self.hand.lead,
            "titles_written": dict(self.hand.titles),
            "summaries_written": dict(self.hand.summaries),
            "subject": self.hand.subject,
            "preheader": self.hand.preheader,
            "note": self.hand.note,
            "titles": self.titles,
            "stances": [
                {"item": item, "trend": trend, "claim": claim, "stance": stance}
                for item, pairs in self.hand.stances.items()
                for (trend, claim), stance in pairs.items()
            ],
            "written": [
                {
                    "item": line.item,
                    "number": line.number,
                    "place": line.place,
                    "text": line.sentence.text,
                    "verdict": line.sentence.verdict,
                    "sources": list(line.sentence.sources),
                }
                for line in self.written
            ],
            "changes": [{"at": one.at, "by": one.by, "change": in_words(one)} for one in self.changes],
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


def revision(edits: Sequence[Edit]) -> str:
    """A short text that is different after every change."""
    return hashlib.sha256(repr(tuple(edits)).encode()).hexdigest()[:12]


def decide(program: Program, key: str, edits: Sequence[Edit], *, seen: str = "") -> Program:
    """Rebuild the draft with these changes and store them. Returns the context with them.

    Args:
        program: the run, which has the workspace locked.
        key: the draft.
        edits: the changes.
        seen: the revision that the editor decided on; empty means whatever is there.

    Raises:
        ConflictError: somebody has changed something since.
        NotFoundError: one of the items is not in this draft.
        WorkspaceError: the store lacks the draft's items, or the disk cannot be written. Nothing is stored then.
    """
    refuse_outdated(program, key, seen)
    mend_change(program)
    _refuse_absent(program.store, program.archive, key, edits)
    edited = replace(program, edits=(*program.edits, *edits))
    with changing(program.workspace, key):
        recompose(edited, key)
        jsonl.add(program.workspace.edits, edits, Edit)
    return edited


def teach_draft(program: Program, key: str, lesson: Lesson, *, seen: str = "") -> None:
    """Rebuild the draft with a correction of a label, and store the correction. The arguments and errors are those of `decide`."""
    refuse_outdated(program, key, seen)
    mend_change(program)
    with changing(program.workspace, key):
        recompose(replace(program, lessons=(*program.lessons, lesson)), key)
        jsonl.add(program.workspace.lessons, [lesson], Lesson)


def refuse_outdated(program: Program, key: str, seen: str) -> None:
    """Refuse decisions that were made on another revision. With an empty revision, nothing is refused.

    Raises:
        ConflictError: somebody has changed something since.
        UsageError: the issue was approved, and goes out as it is.
    """
    if key in {row.key for row in program.store.publications.approved()}:
        raise UsageError(
            f"issue {key}",
            "is approved, and goes out as it is",
            f"take the approval back first, with `digest approve {key} --undo`",
        )
    if seen and seen != revision(program.edits):
        raise _conflict(key, program.edits)


def _conflict(key: str, edits: Sequence[Edit]) -> ConflictError:
    last = edits[-1] if edits else None
    what = (
        f"was changed meanwhile by {last.by or 'another editor'} at {last.at:%H:%M} UTC ({in_words(last)})"
        if last
        else "was changed meanwhile"
    )
    return ConflictError(f"issue {key}", what, "look at the draft as it is now, then decide again")


def decided(program: Program, key: str) -> Decided:
    """The decisions in effect on a draft: on its items, and on items that they removed from it."""
    titles = {edit.item: edit.title for edit in program.edits if edit.item}
    issue = program.archive.read(key)
    inside = _keys(issue)
    away = {edit.item for edit in program.edits if edit.item and _in_window(program.store, issue, edit.item)}
    known = inside | away
    return Decided(
        key=key,
        hand=_within(hand(program.edits, key), known),
        titles={item: title for item, title in titles.items() if item in known},
        changes=tuple(edit for edit in program.edits if edit.key == key or edit.item in known),
        revision=revision(program.edits),
        undoable=sum(edit.key == key for edit in in_effect(program.edits)),
        redoable=redoable(program.edits, key),
        written=tuple(lines_of(issue.items())),
    )


def _within(whole: Hand, items: frozenset[str] | set[str]) -> Hand:
    ordered = {place: tuple(one for one in listed if one in items) for place, listed in whole.order.items()}
    return replace(
        whole,
        pinned=whole.pinned & items,
        dropped=whole.dropped & items,
        brought=whole.brought & items,
        moved=_of(whole.moved, items),
        titles=_of(whole.titles, items),
        summaries=_of(whole.summaries, items),
        stances={item: pairs for item, pairs in whole.stances.items() if item in items},
        order={place: listed for place, listed in ordered.items() if listed},
        lead=whole.lead if whole.lead in items else "",
    )


def _of(found: Mapping[str, str], items: frozenset[str] | set[str]) -> dict[str, str]:
    return {item: value for item, value in found.items() if item in items}


def _refuse_absent(store: Store, archive: Archive, key: str, edits: Sequence[Edit]) -> None:
    """Refuse decisions on items of other windows, which would have no effect."""
    issue = archive.read(key)
    for item in dict.fromkeys(item for edit in edits for item in (edit.item, *edit.items) if item):
        if item not in _keys(issue) and not _in_window(store, issue, item):
            raise NotFoundError(item, f"is not among the items of {key}", f"`digest why {item}` says where it is")


def _keys(issue: Issue) -> frozenset[str]:
    return frozenset(key for item in issue.items() for key in item.keys)


def _in_window(store: Store, issue: Issue, item: str) -> bool:
    stored = store.items.find(item)
    return stored is not None and stored.seen_in(issue.window)
