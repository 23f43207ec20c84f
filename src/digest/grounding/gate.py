"""Judge a sentence, or a translation, and say why it is refused."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from digest.grounding import claims, deeds, denials, exchanges, relations, scope, substitutes, wording
from digest.grounding.figures import values
from digest.grounding.names import hard_names, invented
from digest.grounding.reckoning import unsupported
from digest.grounding.words import plain, words

Fault = Literal[
    "number",
    "unit",
    "name",
    "acronym",
    "comparison",
    "subject",
    "negation",
    "cause",
    "promotion",
    "claim",
    "subject matter",
    "form",
    "repetition",
    "connection",
    "emptiness",
]

_PRAISE = re.compile(
    r"\b(ground-?breaking|revolutionary|revolutioni[sz]\w+|game-?chang\w+|impressive\w*|remarkabl\w+|exciting\w*|cutting-edge|unprecedented|"
    r"stunning|amazing\w*|brilliant\w*|incredible|incredibly|breakthrough|seamless\w*|powerful|unparalleled|unrivall?ed|outstanding|spectacular|"
    r"world-class|next-generation|unmatched|extraordinar\w+|transformative|pioneering|landmark|elegant|unlock\w*|supercharg\w*|delv\w+|"
    r"magical|phenomenal|astonishing\w*|superb|fantastic|milestone|must-read)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[<>{}\\|`]")
_FORM = re.compile(r"https?:|www\.|\*\*|\n|\w@\w+\.\w|\b(?:I|[Mm]y|[Yy]ou|[Yy]our)\b|[!?]\s*$")
_MARKED = re.compile(r"https?:|www\.|\*\*|[<>{}\\|`]")
# How many times as long, and by how many characters more, a translation may be than its original.
_TIMES_LONGER, _LONGER = 2, 60
_ABOUT = 2  # words that a sentence must share with its sources
_REPEATED = 3  # times that a word may stand in a sentence
_META = re.compile(
    r"^\W*(?:read|rewrite|text|sentence|summary|answer|here is|here are|sure)\b(?:[^:.]{0,20}:)|^\W*(?:this|the|original) (?:text|sentence|passage|paragraph|abstract)\b|"
    r"\b(?:this|the|original) (?:text|passage|paragraph|abstract) (?:says?|states?|describes?|discusses|explains?|is about|mentions?|tells?|presents?|shows?|introduces?|provides?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What is wrong with a sentence: the kind of fault, and the words that show it."""

    kind: Fault
    words: str

    def __str__(self) -> str:
        return _REASONS[self.kind].format(self.words)


_REASONS: dict[Fault, str] = {
    "number": "the number {} is not in its sources",
    "unit": "its sources give {} another unit",
    "name": "the name {} is not in its sources",
    "acronym": "the acronym {} is not in its sources",
    "comparison": "its sources do not compare as “{}” does",
    "subject": "its sources tell of “{}” the other way round",
    "negation": "only one of sentence and sources says “{}”",
    "cause": "its sources give no cause as “{}” does",
    "promotion": "“{}” is praise",
    "claim": "its sources do not say “{}”",
    "subject matter": "it is not about its sources ({})",
    "form": "“{}” has no place in a sentence of an issue",
    "repetition": "it says “{}” again and again",
    "emptiness": "“{}” says too little of its sources",
    "connection": "its sources do not connect “{}”",
}


def judge(sentence: str, sources: Sequence[str], *, title: str = "", alone: bool = True) -> tuple[Refusal, ...]:
    """Why the sentence must not be printed; nothing if it may.

    Args:
        sentence: English, as a model wrote it.
        sources: the sentences that it rests on.
        title: of the item, which may be told too.
        alone: whether no other sentence stands before it. One that goes on may say little of its own.
    """
    sentence = plain(sentence)
    sources = [*map(plain, sources)]
    return tuple(dict.fromkeys(_refusals(sentence, sources, [*sources, plain(title)] if title else sources, alone)))


def judge_translation(text: str, original: str) -> tuple[Refusal, ...]:
    """The same for a translation. Its numbers in digits and its names with two capitals must be those of the original, which also bounds
    its length and its markup.
    """
    numbers = sorted(values(text) ^ values(original))
    names = sorted(hard_names(text) ^ hard_names(original))
    marks = sorted(set(_MARKED.findall(text)) - set(_MARKED.findall(original)))
    longer = len(text) > _TIMES_LONGER * len(original) + _LONGER
    return (
        *(Refusal(kind="form", words=mark) for mark in [*marks, *[f"{text[:20]}…"] * longer]),
        *(Refusal(kind="number", words=number) for number in numbers),
        *(Refusal(kind="name", words=name) for name in names),
    )


def _refusals(sentence: str, sources: Sequence[str], told: Sequence[str], alone: bool) -> Iterator[Refusal]:
    if sentence.rstrip(". ") not in {source.rstrip(". ") for source in sources}:
        yield from _beyond(sentence, sources, told)
    yield from (Refusal(kind="promotion", words=found[0]) for found in _PRAISE.finditer(sentence))
    yield from (Refusal(kind="form", words=found[0].strip()) for found in _FORM.finditer(sentence))
    marks = set(_MARKUP.findall(sentence)) - set(_MARKUP.findall(" ".join(sources)))
    yield from (Refusal(kind="form", words=mark) for mark in sorted(marks))
    yield from _degenerate(sentence, sources, alone)


def _beyond(sentence: str, sources: Sequence[str], told: Sequence[str]) -> Iterator[Refusal]:
    """What a sentence that is not a copy says and its sources do not."""
    for kind, figure in unsupported(sentence, told):
        yield Refusal(kind="number" if kind == "number" else "unit", words=figure)
    for kind, name in invented(sentence, told):
        yield Refusal(kind="acronym" if kind == "acronym" else "name", words=name)
    yield from (Refusal(kind="comparison", words=word) for word in relations.inverted(sentence, told))
    yield from (Refusal(kind="subject", words=word) for word in relations.swapped(sentence, told))
    yield from (Refusal(kind="negation", words=word) for word in denials.negated(sentence, sources))
    yield from (Refusal(kind="cause", words=word) for word in relations.caused(sentence, told))
    yield from (Refusal(kind=kind, words=found) for kind, found in claims.beyond(sentence, told))
    yield from (Refusal(kind="claim", words=word) for word in deeds.other_deeds(sentence, told))
    yield from (Refusal(kind="claim", words=word) for word in substitutes.substituted(sentence, told))
    yield from (Refusal(kind="claim", words=word) for word in scope.widened(sentence, told))
    yield from (Refusal(kind="claim", words=word) for word in scope.reversed_(sentence, told))
    yield from (Refusal(kind="subject", words=pair) for pair in exchanges.exchanged(sentence, told))
    yield from (Refusal(kind="claim", words=word) for word in wording.overstated(sentence, told))
    yield from (Refusal(kind="claim", words=word) for word in wording.opposite(sentence, told))
    yield from (Refusal(kind="connection", words=word) for word in wording.disconnected(sentence, told))
    yield from (Refusal(kind="connection", words=word) for word in substitutes.spliced(sentence, told))
    yield from (Refusal(kind="repetition", words=word) for word in wording.said_twice(sentence, told))


def _degenerate(sentence: str, sources: Sequence[str], alone: bool) -> Iterator[Refusal]:
    """What small models write where they have nothing to say: a word again and again, a stump, or talk about the text itself."""
    content = [word for word in words(sentence) if word.content]
    for stem, count in Counter(word.stem for word in content if word.text.casefold() != "percent").items():
        most = max((sum(word.stem == stem for word in words(source)) for source in sources), default=0)
        if count > max(most + 1, _REPEATED):
            yield Refusal(kind="repetition", words=next(word.text for word in content if word.stem == stem))
    if len(content) < _ABOUT:
        yield Refusal(kind="form", words=sentence)
    elif alone and wording.empty(sentence, sources):
        yield Refusal(kind="emptiness", words=sentence)
    for found in _META.finditer(sentence):
        if found[0].casefold() not in " ".join(sources).casefold():
            yield Refusal(kind="form", words=found[0].strip())
