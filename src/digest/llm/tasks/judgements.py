"""What a model judges rather than writes: how an item stands to a claim, and a second opinion on the trends of texts.

Each judgement names the sentence that supports it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from digest.classify.second_opinion import Opinion
from digest.config import ModelTask
from digest.llm.tasks import Refused, Subject, an_object, field_of, texts_in, whole

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
        stance, sentence = field_of(answer, "stance"), whole(field_of(answer, "sentence"))
        if stance not in get_args(Stance):
            raise ValueError("no stance")
        return Position(stance=cast("Stance", stance), sentence=sentence)

    def refusals(self, value: Position, subject: Subject) -> tuple[Refused, ...]:
        """A stance without a sentence of the text."""
        if value.stance == "unrelated" or 0 < value.sentence <= len(subject.sentences):
            return ()
        return (Refused(text=value.stance, reason="it names no sentence of the text that shows it"),)


STANCE = Stances()


@dataclass(frozen=True, slots=True)
class Labels:
    """The task. A subject's sentences are whole texts; its fact `trends` lists the trends."""

    name: ModelTask = "labels"
    most: int = 1_200

    @property
    def schema(self) -> Mapping[str, object]:
        opinion = an_object(
            {
                "number": {"type": "integer"},
                "language_models": {"type": "boolean"},
                "trends": {"type": "array", "items": {"type": "string"}},
                "sentence": {"type": "string"},
            }
        )
        return an_object({"opinions": {"type": "array", "items": opinion}})

    def read(self, answer: object) -> dict[int, Opinion]:
        """The opinions by the number of their text, from 1.

        Raises:
            ValueError: the answer has another form.
        """
        found = {}
        for one in texts_in(field_of(answer, "opinions")):
            number, about = whole(field_of(one, "number")), field_of(one, "language_models")
            trends, sentence = texts_in(field_of(one, "trends")), field_of(one, "sentence")
            if not isinstance(about, bool) or not isinstance(sentence, str):
                raise ValueError("no opinion")  # noqa: TRY004  (the one error of an answer)
            named = tuple(dict.fromkeys(trend for trend in trends if isinstance(trend, str)))
            found[number] = Opinion(trends=named, llm=about, sentence=sentence)
        return found

    def refusals(self, value: dict[int, Opinion], subject: Subject) -> tuple[Refused, ...]:
        """Nothing: an opinion whose sentence is not in its text changes no label, and a missing one neither."""
        del value, subject
        return ()


LABELS = Labels()
