"""What a language model wrote of an issue, and what the gate and the editor made of it. The names of fields are those of issue.json."""

from dataclasses import dataclass
from typing import Literal

WrittenPlace = Literal["lead", "summary", "result", "title"]
SentenceVerdict = Literal["passed", "accepted", "mended"]


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
    """So many texts of a task that the model did not write, and why."""

    task: str
    count: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelNote:
    """The model that wrote parts of an issue: how many texts, and what stayed as the sources have it."""

    name: str
    texts: int = 0
    left: tuple[LeftOut, ...] = ()
