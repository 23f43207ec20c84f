"""The words that decided -> the same words as a reader best understands them. Decides nothing, adds no word.

Words are what stands between white space and hyphens, so `Long` may be all that is left of "long-horizon". Here each gets its
compound back where it stands nowhere alone, small letters where the text has it in small letters, and its place: first those that
the trend's own terms hold, last those that only another trend's do. A number or a single letter is told only where nothing else is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from digest.model import Label, Trend

LONG, PARTS = 26, 3  # characters and parts of a compound that is told whole; one with digits is a name, and is not
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORD = re.compile(r"[^\W_]+")


def worded(labels: Sequence[Label], text: str, trends: Mapping[str, Trend]) -> tuple[Label, ...]:
    """The labels with their evidence in readable words; `text` is all that was classified."""
    forms = _forms(text)
    terms = {id_: _terms(tuple(trend.terms)) for id_, trend in trends.items()}
    every = frozenset[str]().union(*terms.values())
    return tuple(replace(one, evidence=_told(one.evidence, forms, text, terms[one.id], every)) for one in labels)


def _told(
    evidence: Sequence[str], forms: Mapping[str, Sequence[str]], text: str, own: frozenset[str], every: frozenset[str]
) -> tuple[str, ...]:
    def place(phrase: str) -> int:
        stems = _stems(phrase)
        return 0 if stems <= own else 2 if stems <= every else 1

    telling = [one for one in evidence if sum(map(str.isalpha, one)) > 1] or evidence
    told = {word.casefold(): word for word in (_form(one, forms, text) for one in sorted(telling, key=place))}
    return tuple(told.values())


def _forms(text: str) -> dict[str, list[str]]:
    """Every word in small letters -> the compounds it stands in, each time; itself where it stands alone."""
    forms: dict[str, list[str]] = {}
    for compound in _COMPOUND.findall(text):
        for word in compound.lower().split("-"):
            forms.setdefault(word, []).append(compound)
    return forms


def _form(phrase: str, forms: Mapping[str, Sequence[str]], text: str) -> str:
    low = phrase.lower()
    if low not in forms:  # several words
        return low if low in text else phrase
    found = forms[low]
    alone = [one for one in found if one.lower() == low]
    short = [one for one in found if len(one) <= LONG and one.count("-") < PARTS and one.replace("-", "").isalpha()]
    first, *others = alone or short or [phrase]
    return first.lower() if first.lower() in others else first


@lru_cache(maxsize=64)
def _terms(terms: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*map(_stems, terms))


def _stems(phrase: str) -> frozenset[str]:
    """The words of a phrase in small letters, without a plural's ending."""
    return frozenset(word.removesuffix("s") for word in _WORD.findall(phrase.lower()))
