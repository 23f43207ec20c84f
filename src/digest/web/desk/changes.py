"""Do what a form of the desk asks for, with the same services as the commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from digest.classify.corrections import OFF_TOPIC
from digest.errors import UsageError
from digest.model import Edit, EditAction
from digest.services import edit as editing
from digest.services import teach
from digest.services.context import Program
from digest.services.editor import Editor, Wording
from digest.services.own_item import add_own

_DECISIONS: tuple[EditAction, ...] = ("pin", "drop", "bring", "lead", "undo")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a form holds. `do` is a decision on an item, as in `pin arxiv:2606.01234`; `items` are those of a list, in its order."""

    seen: str
    do: str = ""
    place: str = ""
    items: tuple[str, ...] = ()
    item: str = ""
    trend: str = ""
    title: str | None = None
    summary: str | None = None
    subject: str | None = None
    preheader: str | None = None
    note: str | None = None
    url: str = ""
    number: str = ""  # of a language model's sentence
    text: str = ""
    claim: str = ""  # of a trend, as in `agents:4`
    stance: str = ""  # of the item to that claim


def change(program: Program, key: str, asked: Asked, by: str) -> None:
    """Change a draft as asked.

    Raises:
        ConflictError: somebody has changed something since the form was shown.
        DigestError: it cannot be done; nothing is stored then.
    """
    editing.draft_key(program.store, program.archive, key)
    editor = Editor(program, key, by)
    action, _, item = asked.do.partition(" ")
    if action in ("teach", "unteach"):
        _teach(editor, item or asked.item, asked)
        return
    edits = _edits(editor, action, item or asked.item, asked)
    if edits:
        editing.decide(program, key, edits, seen=asked.seen)


def _edits(editor: Editor, action: str, item: str, asked: Asked) -> Sequence[Edit]:
    if action in _DECISIONS:
        return [editor.decision(action, item)]
    known: dict[str, Callable[[], Sequence[Edit]]] = {
        "up": lambda: [editor.order(asked.place, _swapped(asked.items, item, -1))],
        "down": lambda: [editor.order(asked.place, _swapped(asked.items, item, 1))],
        "out": lambda: [editor.order(asked.place, [one for one in asked.items if one != item])],
        "first": lambda: [editor.order(asked.place, [*asked.items, item])],
        "reset": lambda: [editor.order(asked.place, ())],
        "order": lambda: [editor.order(asked.place, asked.items)],
        "move": lambda: [editor.decision("move", item, asked.trend)],
        "undo_last": lambda: [editor.step("undo_last")],
        "redo": lambda: [editor.step("redo")],
        "add": lambda: [add_own(editor, asked.url)],
        "words": lambda: _words(editor, item, asked),
        "accept": lambda: [_reviewed(editor, "accept", item, asked)],
        "mend": lambda: [_reviewed(editor, "mend", item, asked)],
        "claim": lambda: [editor.stance(item, asked.claim, asked.stance)],
        "refuse": lambda: [_reviewed(editor, "refuse", item, asked)],
    }
    if action not in known:
        raise UsageError("the desk", f"does not know {action!r}", "reload the page")
    return known[action]()


def _reviewed(editor: Editor, action: Literal["accept", "mend", "refuse"], item: str, asked: Asked) -> Edit:
    return editor.review(action, item, int(asked.number) if asked.number.isdecimal() else 0, asked.text)


def _swapped(items: Sequence[str], item: str, by: int) -> list[str]:
    """The items with one of them moved by one place."""
    listed = list(items)
    if item in listed:
        place = listed.index(item)
        listed.insert(max(0, place + by), listed.pop(place))
    return listed


def _words(editor: Editor, item: str, asked: Asked) -> list[Edit]:
    """The texts of a form that differ from those in effect."""
    hand = editing.decided(editor.program, editor.key).hand
    now = {
        "title": hand.titles.get(item, ""),
        "summary": hand.summaries.get(item, ""),
        "subject": hand.subject,
        "preheader": hand.preheader,
        "note": hand.note,
    }
    given = {name: getattr(asked, name) for name in get_args(Wording)}
    return [
        editor.words(cast("Wording", name), text, item)
        for name, text in given.items()
        if text is not None and text.replace("\r\n", "\n").strip() != now[name]
    ]


def _teach(editor: Editor, item: str, asked: Asked) -> None:
    """Correct a label, which similar items follow. Without a trend, the item is off topic."""
    fits = not asked.do.startswith("unteach")
    given = teach.lesson(editor.program, item, asked.trend or OFF_TOPIC, fits=fits)
    editing.teach_draft(editor.program, editor.key, given, seen=asked.seen)
