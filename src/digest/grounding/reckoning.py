"""Compare the figures of a sentence with those of its sources, and with the figures that follow from these.

41 %, 0.41 and "two fifths" are equal. A difference, a share of two numbers and a doubling follow from the figures that they are made of.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from digest.grounding.figures import FRACTION, HALVES, LARGE, SHARE_OF, TIMES, Figure, distinct, figures, read_number
from digest.grounding.words import same_class, stems

_COUNTABLE = frozenset({"parameter", "token"})
_SHARES = frozenset({"%", "ratio"})
_BY = re.compile(r"\bby (?:about |around |over |nearly |some )?$", re.IGNORECASE)
_LIST = re.compile(r"(?:[\w+.-]+(?: [\w+.-]+){0,7}, ){0,8}[\w+.-]+(?: [\w+.-]+){0,7}(,)? (?:and|or) ")
_COUNTED = 9
_PAIR = 2
_TWO = re.compile(r"\b(?:pair|pairs|couple|twin|dual)\b", re.IGNORECASE)
_ANY_TWO = re.compile(
    r"\b(?:same|identical|similar|similarly|alike|equal|equally|differ|differs|different|differently|apart|each other|one another)\b",
    re.IGNORECASE,
)
_KINDS = stems("field area way reason kind thing respect point aspect part group case form sort other")
_ABSOLUTE = re.compile(r"\babsolute (?:gains?|improvements?|points?|increases?|reductions?)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(?:more than|over) $", re.IGNORECASE)
_MAJORITY = re.compile(r"\b(?:majority|minority)\b", re.IGNORECASE)
_TINY = 1e-6
_NEAR_HALF = 5  # percentage points
_NEAR_ENOUGH = 0.1  # of a ratio that is told as nearly a whole number
_WORDS_BEFORE = 30  # characters


def unsupported(sentence: str, sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The figures of a sentence that its sources do not have: pairs of `number` or `unit`, and the figure's text."""
    known = distinct(figure for source in sources for figure in figures(source))
    mine = distinct(figures(sentence))
    for figure in mine:
        if figure.text.casefold() == "two" and _ANY_TWO.search(sentence):  # which stands for all of which that holds
            continue
        alike = [one for one in known if _same_value(figure, one)]
        if not alike:
            if not (_of_two(figure, sentence, sources, known) or _enumerated(figure, sources)):
                yield "number", figure.text
        elif not (
            any(_same_unit(figure, one) or _told_before(figure, one, mine) for one in alike)
            or _enumerated(figure, sources)
            or _of_some_kind(figure)
            or (figure.unit == "pp" and any(one.unit == "%" for one in alike) and any(map(_ABSOLUTE.search, sources)))
        ):
            yield "unit", figure.text


def _of_two(figure: Figure, sentence: str, sources: Sequence[str], known: Sequence[Figure]) -> bool:
    """Whether a figure is made of two: `five out of six`, how many times as much, or, after `by`, the difference of two of one unit."""
    share = SHARE_OF.fullmatch(figure.text) or FRACTION.fullmatch(figure.text)
    if share:
        return {float(read_number(share["above"])), float(read_number(share["below"]))} <= {one.value for one in known}
    if figure.text.casefold() == "half" and any(map(_MAJORITY.search, sources)):
        return True
    if figure.text.casefold() in HALVES and figure.about:
        return any(one.unit == "%" and abs(one.value - 50) <= _NEAR_HALF for one in known)
    if figure.text.casefold() in TIMES and figure.about:
        ratios = (
            max(one.value, other.value) / least
            for one, other in combinations(known, 2)
            if (least := min(one.value, other.value)) > 0
        )
        over = _MORE.search(sentence[max(0, figure.start - _WORDS_BEFORE) : figure.start]) is not None
        return any(
            abs(ratio / figure.value - 1) <= _NEAR_ENOUGH or (over and 0 <= ratio - figure.value < 1)
            for ratio in ratios
        )
    if not _BY.search(sentence[max(0, figure.start - _WORDS_BEFORE) : figure.start]):
        return False
    return any(
        one.unit == other.unit and _differ(figure, one) and abs(abs(one.value - other.value) - figure.value) < _TINY
        for one, other in combinations(known, 2)
    )


def _enumerated(figure: Figure, sources: Sequence[str]) -> bool:
    """Whether a small number in words counts what a source lists: `A, B and C` are three."""
    if not figure.text.isalpha() or figure.unit or not 1 < figure.value <= _COUNTED:
        return False
    if figure.value == _PAIR and any(map(_TWO.search, sources)):
        return True
    lists = (found for source in sources for found in _LIST.finditer(source))
    return any(found[0].count(",") + (found[1] is None) + 1 == figure.value for found in lists)


def _of_some_kind(figure: Figure) -> bool:
    """Whether a number in words counts things that have another name in any text: `three fields` for three domains."""
    return figure.text.isalpha() and not figure.unit and bool(_KINDS.intersection(figure.counted))


def _differ(figure: Figure, one: Figure) -> bool:
    """Whether a difference of figures like `one` may be told as `figure`: of percentages in points, of others in their unit."""
    return figure.unit == "pp" if one.unit == "%" else figure.unit in {one.unit, ""}


def _told_before(figure: Figure, one: Figure, mine: Sequence[Figure]) -> bool:
    """Whether a figure stands without its unit because another of the sentence has it: `by 2 points, and by up to 8`."""
    return not figure.unit and bool(one.unit) and any(other.unit == one.unit for other in mine)


def _same_value(one: Figure, other: Figure) -> bool:
    return any(_close(a, b, one) for a in _readings(one) for b in _readings(other))


def _readings(figure: Figure) -> tuple[float, ...]:
    """The value, and that of a share written as a percentage or the other way round."""
    if figure.unit == "%":
        return (figure.value, figure.value / 100)
    if figure.unit == "ratio":
        return (figure.value, figure.value * 100)
    if figure.unit == "x" and figure.value > 1:  # four times fewer are a quarter
        return (figure.value, 1 / figure.value)
    return (figure.value,)


def _close(one: float, other: float, figure: Figure) -> bool:
    if abs(one - other) <= 1e-9 * max(1.0, abs(one)):
        return True
    if not figure.about or not other:
        return False
    return abs(one - other) / abs(other) <= 0.05 and one == float(f"{other:.2g}")


def _same_unit(one: Figure, other: Figure) -> bool:
    """Whether both have one unit. A share may be told as a percentage, as a ratio below one or in words."""
    if one.unit == other.unit:
        return bool(one.unit) or _same_counted(one, other)
    if {one.unit, other.unit} == {"x", "ratio"}:
        return _close(one.value * other.value, 1, one)
    if one.unit in _SHARES or other.unit in _SHARES:
        plain_one = other if one.unit in _SHARES else one
        return {one.unit, other.unit} == _SHARES or (not plain_one.unit and plain_one.value <= 1)
    if one.unit and other.unit:
        return False
    bare, measured = (one, other) if not one.unit else (other, one)
    if measured.unit in _COUNTABLE and (one.value > LARGE or not bare.counted):  # `four per step`
        return True
    return one.unit == "pp" or measured.unit in bare.counted


def _same_counted(one: Figure, other: Figure) -> bool:
    """Whether two bare numbers count the same thing, as far as the words after them tell."""
    if not one.counted or not other.counted or (one.value > LARGE and not one.about):
        return True
    return any(same_class(a, b) for a in one.counted for b in other.counted)
