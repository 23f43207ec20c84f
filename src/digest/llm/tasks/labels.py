"""Second opinions on the trends of several texts at once, each with the sentence that supports it."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.classify.second_opinion import Opinion
from digest.config import ModelTask
from digest.llm.tasks import Refused, Subject, an_object, field_of, texts_in


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
            number, about = field_of(one, "number"), field_of(one, "language_models")
            trends, sentence = texts_in(field_of(one, "trends")), field_of(one, "sentence")
            if not isinstance(number, int) or not isinstance(about, bool) or not isinstance(sentence, str):
                raise ValueError("no opinion")  # noqa: TRY004  (the one error of an answer)
            named = tuple(dict.fromkeys(trend for trend in trends if isinstance(trend, str)))
            found[number] = Opinion(trends=named, llm=about, sentence=sentence)
        return found

    def refusals(self, value: dict[int, Opinion], subject: Subject) -> tuple[Refused, ...]:
        """Nothing: an opinion whose sentence is not in its text changes no label, and a missing one neither."""
        del value, subject
        return ()


LABELS = Labels()
