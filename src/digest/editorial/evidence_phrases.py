"""The words that decided -> the phrases in which a reader understands them best. Decides nothing, adds no word that the text has not.

Words are what stands between white space and hyphens, so `Long` may be all that is left of "long-horizon", and `tool` of "tool use".
Each is told in the longest of its trend's terms that stands around it, else in its compound where it stands nowhere alone, in small
letters where the text has it so. Terms come first, then compounds and acronyms, then words that are a part of terms. A plain word
explains nothing and is not told, nor is a part of a term with nothing beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from digest.model import Label, Trend

LONG, PARTS = 26, 3  # characters and parts of a compound that is told whole; one with digits is a name, and is not
ENOUGH = 2  # parts of terms that explain something together
FIELD = frozenset({"ai", "gpt", "llm", "lm", "ml", "nlp"})  # the field's own acronyms, which every trend has
TERM, COMPOUND, PART, PLAIN = range(4)  # what a reader learns from it, most first
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[\s-]?")

Stems = tuple[str, ...]  # the words of a phrase in small letters, without a plural's ending


@dataclass(frozen=True, kw_only=True, slots=True)
class _Terms:
    """One trend's terms, and the words that they are made of."""

    phrases: frozenset[Stems]
    words: frozenset[str]
    longest: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """What was classified, its words one after the other, and their compounds."""

    text: str
    places: Sequence[tuple[int, int]]
    stems: Stems
    joint: Sequence[int]  # of each word, the number of the first one after it that stands apart from those before
    forms: Mapping[str, Sequence[str]]  # a word in small letters -> the compounds it stands in, each time


def worded(labels: Sequence[Label], text: str, trends: Mapping[str, Trend]) -> tuple[Label, ...]:
    """The labels with their evidence as a reader is told it, none where nothing explains; `text` is all that was classified."""
    source = _source(text)
    return tuple(replace(one, evidence=_told(one.evidence, source, _terms(_names(trends[one.id])))) for one in labels)


def _told(evidence: Sequence[str], source: _Source, terms: _Terms) -> tuple[str, ...]:
    around = _around(source, terms)
    phrases = [_form(_widest(words, around), source) for words in evidence]
    distinct = {phrase.casefold(): phrase for phrase in phrases}.values()
    told = sorted((phrase for phrase in distinct if _rank(phrase, terms) < PLAIN), key=lambda one: _rank(one, terms))
    explains = len(told) >= ENOUGH or any(_rank(phrase, terms) < PART for phrase in told)
    return tuple(told) if explains else ()


def _widest(words: str, around: Mapping[str, str]) -> str:
    """The longest term that stands around one of these words; the words themselves where none does."""
    return max((around[stem] for stem in _stems(words) if stem in around), key=len, default=words)


def _around(source: _Source, terms: _Terms) -> Mapping[str, str]:
    """A word's stem -> the longest stretch of the text that is a term with it in it."""
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
    """A word in its compound, and whatever it is in small letters where the text has it so."""
    low = phrase.lower()
    if low not in source.forms:  # several words
        return low if low in source.text else phrase
    found = source.forms[low]
    alone = [one for one in found if one.lower() == low]
    short = [one for one in found if len(one) <= LONG and one.count("-") < PARTS and one.replace("-", "").isalpha()]
    first, *others = alone or short or [phrase]
    return first.lower() if first.lower() in others else first


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
    """What the trend is found by: its terms and its examples."""
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
