"""Translations. Of them, their language and form, numbers in digits and names with two capitals or a digit are checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digest.config import ModelTask
from digest.grounding import judge_translation
from digest.llm.tasks import Refused, Subject, an_object, field_of, texts_in
from digest.text.clean import clean, cut
from digest.text.languages import foreign

CHARS = 600  # that are kept of translations of another number of texts


@dataclass(frozen=True, slots=True)
class Translations:
    """The task. A subject's sentences are the texts to translate; its facts are the name of the language (`into`) and its code."""

    name: ModelTask = "translation"
    most: int = 2_000

    @property
    def schema(self) -> Mapping[str, object]:
        return an_object({"translations": {"type": "array", "items": {"type": "string"}}})

    def read(self, answer: object) -> tuple[str, ...]:
        """The translations of an answer, each one clean line, in the order of the texts.

        Raises:
            ValueError: it has another form.
        """
        found = texts_in(field_of(answer, "translations"))
        lines = tuple(clean(one) for one in found if isinstance(one, str))
        if len(lines) != len(found) or not all(lines):
            raise ValueError("no text")
        return lines

    def refusals(self, value: tuple[str, ...], subject: Subject) -> tuple[Refused, ...]:
        """The translations with other numbers or names than their texts, and too few or too many of them."""
        if len(value) != len(subject.sentences):
            return (
                Refused(
                    text=cut(" ".join(value), CHARS), reason=f"{len(subject.sentences)} texts were to be translated"
                ),
            )
        language = subject.facts["language"]
        found = (
            (text, "; ".join(_faults(text, source, language)))
            for text, source in zip(value, subject.sentences, strict=True)
        )
        return tuple(Refused(text=text, reason=reason) for text, reason in found if reason)


def _faults(text: str, source: str, language: str) -> Iterator[str]:
    """What is wrong with a translation. A text that consists of names may stay as it is."""
    if text == source:
        return
    yield from map(str, judge_translation(text, source))
    if found := foreign(text, language):
        yield f"it is in the language {found}, not in {language}"


TRANSLATION = Translations()
