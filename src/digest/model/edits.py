"""What an editor changes on a draft."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EditAction = Literal[
    "pin",
    "drop",
    "bring",  # show an item that was folded, filtered or off topic
    "move",
    "order",
    "lead",
    "title",
    "summary",
    "subject",
    "preheader",
    "note",
    "undo",  # everything about one item
    "undo_last",
    "redo",
    "accept",  # a sentence of a language model
    "mend",
    "refuse",
    "claim",  # how an item stands to a claim of a trend: `sentence` is the claim, `text` the stance
]
EditMark = Literal["pinned", "brought", "moved", "rewritten"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A change that an editor made on the draft `key`. Changes made by older versions have a key only if they are notes.

    `trend` is where an item is moved to. `items` come first, in this order, at `place`: `read_first`, `also_noted` or a trend.
    `text` is a note in Markdown, a subject, a preheader, a title or a summary; an empty one removes it.
    """

    action: EditAction
    at: datetime
    item: str = ""
    title: str = ""
    trend: str = ""
    key: str = ""
    text: str = ""
    place: str = ""
    items: tuple[str, ...] = ()
    by: str = ""  # who made it
    # Of the text at `place`, as a language model wrote it; `text` is what stands instead, if anything.
    sentence: str = ""
