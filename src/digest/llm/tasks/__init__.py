"""What a model is asked to write, one module per task behind one interface.

In: subjects, and the answers of a model. Out: the data of a prompt, and which answers may be used. Never asks a model itself.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from digest.config import ModelTask

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a task sees: a title, the sentences of a text, and facts of the digest. All of it is data, whatever it says."""

    id: str
    title: str
    sentences: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A sentence that the gate refused, and why."""

    text: str
    reason: str


class Task(Protocol[V]):
    """One kind of text. `most` limits the tokens of an answer; the prompt is the template `prompts/NAME.txt.j2`."""

    @property
    def name(self) -> ModelTask: ...

    @property
    def schema(self) -> Mapping[str, object]: ...

    @property
    def most(self) -> int: ...

    def read(self, answer: object) -> V:
        """The value in a parsed answer.

        Raises:
            ValueError: it has another form.
        """

    def refusals(self, value: V, subject: Subject) -> tuple[Refused, ...]:
        """What the gate refuses of it."""


def data_of(subject: Subject) -> str:
    """The subject as JSON, its sentences numbered from 1. JSON keeps every text of it a text."""
    sentences = [{"number": number, "text": text} for number, text in enumerate(subject.sentences, start=1)]
    return json.dumps({"title": subject.title, **subject.facts, "sentences": sentences}, ensure_ascii=False)


def parsed(content: str) -> object:
    """An answer as JSON, also from a fence of Markdown around it, and after the thoughts that some servers leave before it.

    Raises:
        ValueError: it is no JSON, or names a field twice.
    """
    text = content.strip()
    if text.startswith("<think>"):
        text = text.partition("</think>")[2].strip()
    if text.startswith("```"):
        text = text.partition("\n")[2].rpartition("```")[0]
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field that is named twice")
    return found


def an_object(properties: Mapping[str, object]) -> dict[str, object]:
    """The JSON Schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def field_of(answer: object, name: str) -> object:
    """A field of an answer.

    Raises:
        ValueError: there is none.
    """
    if not isinstance(answer, dict) or name not in answer:
        raise ValueError(f"no {name}")
    return answer[name]


def whole(found: object) -> int:
    """A whole number in an answer; `true` is none, although Python counts it as 1.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError("no number")  # noqa: TRY004  (the one error of an answer)
    return found


def texts_in(found: object) -> Sequence[object]:
    """A list in an answer.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(found, list):
        raise ValueError("no list")  # noqa: TRY004  (the one error of an answer)
    return found
