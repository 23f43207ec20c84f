"""What an editor changes on a draft, and the texts that a language model wrote, as accepted by the gate and the editor.

The names of the fields of written texts are those of issue.json.
"""

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
WrittenPlace = Literal["lead", "summary", "result", "title"]
SentenceVerdict = Literal["passed", "accepted", "mended"]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenSentence:
    """A sentence that the gate let through, with the sentences of the source that it rests on.

    Its verdict is `accepted` if the editor confirmed it, and `mended` if the words are the editor's: `wrote` are then the model's.
    """

    text: str
    sources: tuple[str, ...] = ()
    verdict: SentenceVerdict = "passed"
    wrote: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedSentence:
    """A sentence that is not printed, and why: the gate's reason, or that the editor refused it."""

    text: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A text for one place of an item. Without sentences, that of the source stands. `prompt` is the beginning of the prompt's SHA-256."""

    place: WrittenPlace
    model: str
    prompt: str
    sentences: tuple[WrittenSentence, ...] = ()
    refused: tuple[RefusedSentence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """How many texts of a task the model did not write, and why."""

    task: str
    count: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelNote:
    """The model that wrote parts of an issue: how many texts, and what stayed as the sources have it."""

    name: str
    texts: int = 0
    left: tuple[LeftOut, ...] = ()
