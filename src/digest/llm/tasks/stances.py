"""How an item stands to a claim: it extends, disputes or dates it, or has nothing to do with it, with the sentence that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from digest.config import ModelTask
from digest.llm.tasks import Refused, Subject, an_object, field_of

Stance = Literal["extends", "disputes", "dates", "unrelated"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """A stance, and the number (from 1) of the sentence that shows it."""

    stance: Stance
    sentence: int


@dataclass(frozen=True, slots=True)
class Stances:
    """The task. A subject's fact `claim` is the claim."""

    name: ModelTask = "stances"
    most: int = 60

    @property
    def schema(self) -> Mapping[str, object]:
        return an_object(
            {"stance": {"type": "string", "enum": list(get_args(Stance))}, "sentence": {"type": "integer"}}
        )

    def read(self, answer: object) -> Position:
        """The position of an answer.

        Raises:
            ValueError: it has another form.
        """
        stance, sentence = field_of(answer, "stance"), field_of(answer, "sentence")
        if stance not in get_args(Stance) or not isinstance(sentence, int):
            raise ValueError("no stance")
        return Position(stance=cast("Stance", stance), sentence=sentence)

    def refusals(self, value: Position, subject: Subject) -> tuple[Refused, ...]:
        """A stance without a sentence of the text."""
        if value.stance == "unrelated" or 0 < value.sentence <= len(subject.sentences):
            return ()
        return (Refused(text=value.stance, reason="it names no sentence of the text that shows it"),)


STANCE = Stances()
