"""English sentences about one item, each with the sentences that it rests on. The lead, results, summaries and titles are written so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.config import ModelTask
from digest.grounding import judge
from digest.grounding.words import covered, stems_of, words
from digest.llm.tasks import Refused, Subject, an_object, field_of, texts_in, whole
from digest.text.clean import cut, readable

Sentences = tuple["Sentence", ...]
CHARS = 600  # of a sentence
_END = re.compile(r"[.!?…][\"'”’)\]]*$")
BRIEF_WORDS = 40  # of the mail
_INTRODUCES = re.compile(
    r"\b(?:[Ww]e|authors|paper|work|article|study) (?:\w+ly )?(?:introduce|present|propose|develop|build|release|describe|design|create)s?,? "
    r"(?:(?:a|an|the|and|called|namely|new|novel) )*([A-Z]\w*[A-Z\d][\w-]*)"
)
_SHORT = 3  # words that can hardly say what a work is about


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence, and the numbers (from 1) of the sentences that it rests on."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """A task that writes at most so many sentences and words; `titled` says whether the title is known to the reader."""

    name: ModelTask
    sentences: int
    words: int
    most: int = 400

    @property
    def schema(self) -> Mapping[str, object]:
        sentence = an_object({"text": {"type": "string"}, "sources": {"type": "array", "items": {"type": "integer"}}})
        return an_object({"sentences": {"type": "array", "items": sentence}})

    def read(self, answer: object) -> Sentences:
        """The sentences of an answer, each one clean line.

        Raises:
            ValueError: it has another form.
        """
        found = tuple(_sentence(one) for one in texts_in(field_of(answer, "sentences")))
        if not found:
            raise ValueError("no sentence")
        return found

    def refusals(self, value: Sentences, subject: Subject) -> tuple[Refused, ...]:
        """The sentences that say more than their sources, and a text that is too long."""
        told = enumerate(value[: self.sentences])
        refused = [one for place, sentence in told for one in _refusals(sentence, subject, alone=not place)]
        if self.name != "titles":
            stumps = (one for one in value[: self.sentences] if not _END.search(one.text))
            refused += [Refused(text=one.text, reason="it does not end") for one in stumps]
        if len(value) > self.sentences or sum(len(one.text.split()) for one in value) > self.words:
            limit = f"it is longer than {self.sentences} sentences of {self.words} words together"
            refused.append(Refused(text=cut(" ".join(one.text for one in value), CHARS), reason=limit))
        return tuple(refused)


def _sentence(found: object) -> Sentence:
    text, sources = field_of(found, "text"), [whole(number) for number in texts_in(field_of(found, "sources"))]
    if not isinstance(text, str):
        raise ValueError("no text")  # noqa: TRY004  (the one error of an answer)
    line = readable(text)
    if not line or len(line) > CHARS:
        raise ValueError("no sentence")
    return Sentence(text=line, sources=tuple(dict.fromkeys(sources)))


def _refusals(sentence: Sentence, subject: Subject, *, alone: bool) -> tuple[Refused, ...]:
    sources = [subject.sentences[number - 1] for number in sentence.sources if 0 < number <= len(subject.sentences)]
    if not sources or len(sources) < len(sentence.sources):
        return (Refused(text=sentence.text, reason="it names no sentence of the text that it rests on"),)
    reasons = judge(
        sentence.text, sources, title=" ".join((subject.title, *_own_names(subject.sentences))), alone=alone
    )
    return (Refused(text=sentence.text, reason="; ".join(map(str, reasons))),) if reasons else ()


def _own_names(sentences: Sequence[str]) -> list[str]:
    """What a text calls the work that it is about, which may be named wherever a sentence says `it` or `our method`."""
    return list(dict.fromkeys(found[1] for one in sentences for found in _INTRODUCES.finditer(one)))


LEAD = Prose(name="lead", sentences=3, words=70)


RESULT = Prose(name="results", sentences=1, words=34, most=200)


SUMMARY = Prose(name="summaries", sentences=3, words=70)


TITLE = Prose(name="titles", sentences=1, words=12, most=120)


def opaque(title: str, text: str) -> bool:
    """Whether a title says hardly anything of what its text says: it is short, or shares less than two words with it."""
    known = stems_of(text)
    own = [word for word in words(title) if word.content]
    return bool(text) and (len(own) < _SHORT or sum(covered(word, known) for word in own) <= 1)
