"""Turn the words that decided into phrases that explain the decision to a reader.

The classifier's words end at white space and hyphens, so that `Long` may come from "long-horizon" and `tool` from "tool use". Each is
expanded to the longest term of its trend around it in the text, or to its compound if it never occurs alone, in lower case if the text
has it so. Terms come first, then compounds and acronyms, then words that are parts of terms. Plain words, and single parts of terms,
explain nothing and are left out. All phrases occur in the text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from digest.model import Label, Trend

LONG, PARTS = (
    26,
    3,
)  # the maximum characters and parts of a compound shown whole; those with digits are names and are not
ENOUGH = 2  # the number of parts of terms that are enough for an explanation
FIELD = frozenset({"ai", "gpt", "llm", "lm", "ml", "nlp"})  # acronyms of the field, which occur in every trend
TERM, COMPOUND, PART, PLAIN = range(4)  # how much a phrase tells a reader, most first
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[\s-]?")

Stems = tuple[str, ...]  # the words of a phrase in lower case, without plural endings


@dataclass(frozen=True, kw_only=True, slots=True)
class _Terms:
    """One trend's terms, and the words in them."""

    phrases: frozenset[Stems]
    words: frozenset[str]
    longest: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """The classified text, its words, and their compounds."""

    text: str
    places: Sequence[tuple[int, int]]
    stems: Stems
    joint: Sequence[int]  # for each word, the number of the next one that is separated from it
    forms: Mapping[str, Sequence[str]]  # a word in lower case -> the compound of each occurrence


def worded(labels: Sequence[Label], text: str, trends: Mapping[str, Trend]) -> tuple[Label, ...]:
    """The labels with their evidence as phrases, which is empty if nothing explains them. `text` is the classified text."""
    source = _source(text)
    return tuple(replace(one, evidence=_told(one.evidence, source, _terms(_names(trends[one.id])))) for one in labels)


def _told(evidence: Sequence[str], source: _Source, terms: _Terms) -> tuple[str, ...]:
    around = _around(source, terms)
    phrases = [_form(_widest(words, around), source) for words in evidence]
    distinct = {phrase.casefold(): phrase for phrase in phrases}.values()
    useful = sorted((phrase for phrase in distinct if _rank(phrase, terms) < PLAIN), key=lambda one: _rank(one, terms))
    explains = len(useful) >= ENOUGH or any(_rank(phrase, terms) < PART for phrase in useful)
    return tuple(useful) if explains else ()


def _widest(words: str, around: Mapping[str, str]) -> str:
    """The longest term around one of these words, or the words themselves."""
    return max((around[stem] for stem in _stems(words) if stem in around), key=len, default=words)


def _around(source: _Source, terms: _Terms) -> Mapping[str, str]:
    """The longest term in the text around each stem."""
    found: dict[str, str] = {}
    for start in range(len(source.places)):
        for end in range(min(start + terms.longest, source.joint[start]), start, -1):
            stems = source.stems[start:end]
            if stems in terms.phrases:
                stretch = source.text[source.places[start][0] : source.places[end - 1][1]]
                found |= {stem: stretch for stem in stems if _fuller(stretch) > _fuller(found.get(stem, ""))}
                break
    return found


def _fuller(stretch: str) -> tuple[int, bool]:
    return len(stretch), stretch.islower()


def _rank(phrase: str, terms: _Terms) -> int:
    stems = _stems(phrase)
    if stems in terms.phrases:
        return TERM
    if FIELD.issuperset(stems):
        return PLAIN
    if "-" in phrase or (phrase[1:] != phrase[1:].lower() and phrase.isalpha()):
        return COMPOUND
    return PLAIN if terms.words.isdisjoint(stems) else PART


def _form(phrase: str, source: _Source) -> str:
    """A word expanded to its compound, in lower case if the text has it so."""
    low = phrase.lower()
    if low not in source.forms:  # several words
        return low if low in source.text else phrase
    found = source.forms[low]
    alone = [one for one in found if one.lower() == low]
    short = [one for one in found if len(one) <= LONG and one.count("-") < PARTS and one.replace("-", "").isalpha()]
    first, *others = alone or short or [phrase]
    return first.lower() if first.lower() in others else first


@lru_cache(maxsize=512)
def _source(text: str) -> _Source:
    places = [word.span() for word in _WORD.finditer(text)]
    joint = [len(places)] * len(places)
    for place in range(len(places) - 2, -1, -1):
        touches = _JOINT.fullmatch(text, places[place][1], places[place + 1][0])
        joint[place] = joint[place + 1] if touches else place + 1
    return _Source(
        text=text,
        places=places,
        stems=tuple(_stem(text[start:end]) for start, end in places),
        joint=joint,
        forms=_forms(text),
    )


def _forms(text: str) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for compound in _COMPOUND.findall(text):
        for word in compound.lower().split("-"):
            forms.setdefault(word, []).append(compound)
    return forms


def _names(trend: Trend) -> tuple[str, ...]:
    """The phrases by which a trend is recognised: its terms and examples."""
    return (*trend.terms, *(example.name for example in trend.examples))


@lru_cache(maxsize=64)
def _terms(terms: tuple[str, ...]) -> _Terms:
    phrases = frozenset(map(_stems, terms))
    words = frozenset(word for phrase in phrases for word in phrase)
    return _Terms(phrases=phrases, words=words, longest=max(map(len, phrases), default=0))


def _stems(phrase: str) -> Stems:
    return tuple(map(_stem, _WORD.findall(phrase)))


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")
