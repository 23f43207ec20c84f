"""Comparisons that are told in another form than in the sources, and words of comparison that compare nothing.

The direction of all others is judged in `relations`.
"""

import re
from collections.abc import Sequence

from digest.grounding.words import covered, same_class, stems_of, words

_IDIOMS = re.compile(
    r"\b(?:w[io]n(?:s|ning)? (?:back|over)|rais(?:es?|ed|ing) (?:\w+ )?(?:questions?|concerns?|issues?|doubts?|awareness|hopes?|expectations?|alarms?)|more or less|"
    r"f[ae]ll(?:s|ing)? (?:back|under|into|within)|drop(?:s|ping|ped)? (?:in|into|out|off)|cut(?:s|ting)? (?:off|across|through|out)|r[io]se(?:s|n)? to the|"
    r"gain(?:s|ed|ing)? (?:access|insights?|control|ground|traction))\b",
    re.IGNORECASE,
)
_THE_MORE = re.compile(r"\bthe (?:more|\w{3,}er)\b.*\bthe (?:more|less|fewer|\w{3,}er)\b", re.IGNORECASE)
_GOES_WITH = re.compile(
    r"\b(?:scal\w+ with|proportion\w*|correlat\w*|predict\w*|associat\w*|monoton\w*|(?:grow|increas|ris)\w* with|with (?:increasing|growing|rising))\b",
    re.IGNORECASE,
)
_GRADED = re.compile(r"more (\w+(?:ly|ive|al|ous|ful|able|ible|ic|ent|ant|ed|ate))\b", re.IGNORECASE)
_LESSENS = re.compile(r"\b(?:less|fewer|lower|not|least|reduc\w+|decreas\w+)(?: as| so)? $", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:where|while|whereas|than|against|versus|compared|instead|from|but)\b", re.IGNORECASE)
_FROM_TO = re.compile(
    r"\bfrom (?:[^\d]{0,20})(\d+(?:\.\d+)?)[^\d]*?(?:\([^)]*\))?[^\d]{0,60}\bto [^\d]{0,20}(\d+(?:\.\d+)?)"
)
_IN_BRACKETS = re.compile(r"\((\d+(?:\.\d+)?) ?%?\)")
_PAIR = 2
_LESS_IS_BETTER = re.compile(r"\b(?:error|loss|perplexity|latency|RMSE|MAE|WER|time|cost)s?\b", re.IGNORECASE)


def is_idiom(sentence: str, start: int) -> bool:
    """Whether the word that starts there belongs to a phrase that does not compare: `wins back`."""
    return any(found.start() <= start < found.end() for found in _IDIOMS.finditer(sentence))


def go_together(sentence: str, start: int, sources: Sequence[str]) -> bool:
    """Whether the word belongs to `the more …, the more …`, for two things that go together in a source."""
    found = _THE_MORE.search(sentence)
    return found is not None and found.start() <= start < found.end() and any(map(_GOES_WITH.search, sources))


def is_graded(sentence: str, start: int, sources: Sequence[str]) -> bool:
    """Whether `more` grades an adjective or adverb that a source has, and not with `less`: `more densely` for `denser`."""
    found = _GRADED.match(sentence, start)
    if found is None:
        return False
    (quality,) = words(found[1])
    return covered(quality, stems_of(" . ".join(sources))) and not any(
        same_class(one.stem, quality.stem) and _LESSENS.search(source[: one.start])
        for source in sources
        for one in words(source)
    )


def wins_by_figures(sentence: str, start: int) -> bool | None:
    """Whether the figure in brackets before the word is larger than the one behind it; None if there are none, or less may be better."""
    figures = [(one.start(), float(one[1])) for one in _IN_BRACKETS.finditer(sentence)]
    if len(figures) != _PAIR or not figures[0][0] < start < figures[1][0] or _LESS_IS_BETTER.search(sentence):
        return None
    return figures[0][1] > figures[1][1]


def rises_by_figures(sentence: str, sources: Sequence[str]) -> bool | None:
    """Whether a sentence tells a rise `from 24 to 90` of figures that a source compares; None if it tells no change, or none compares."""
    found = _FROM_TO.search(sentence)
    if found is None or not any(map(_CONTRAST.search, sources)):
        return None
    return float(found[2]) > float(found[1])
