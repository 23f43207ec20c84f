"""Read the figures of a text, whatever their form: 41 %, 0.41 and "two fifths" compare as numbers; 7B and "7 billion" are one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from digest.grounding.words import STOP, plain, words

_ONES = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "one": 1, "a": 1, "an": 1, "zero": 0,
}  # fmt: skip
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "tenth": 10,
    "twelfth": 12,
    "twentieth": 20,
    "thirtieth": 30,
    "fiftieth": 50,
    "hundredth": 100,
    "thousandth": 1_000,
}
_MULTIPLES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALE = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
TIMES = {
    "double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "twice": 2, "twofold": 2, "triple": 3, "triples": 3, "tripled": 3,
    "threefold": 3, "tenfold": 10, "quadruple": 4, "quadruples": 4, "fourfold": 4, "fivefold": 5,
}  # fmt: skip
HALVES = {"halve", "halves", "halved", "halving"}
_UNITS = {
    "%": "%", "percent": "%", "per cent": "%", "percentage points": "pp", "percentage point": "pp", "points": "pp", "point": "pp", "pp": "pp",
    "pts": "pp", "x": "x", "×": "x", "times": "x", "fold": "x", "h": "hour", "hour": "hour", "hours": "hour", "minute": "minute",
    "minutes": "minute", "min": "minute", "second": "second", "seconds": "second", "s": "second", "ms": "ms", "milliseconds": "ms",
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month", "year": "year", "years": "year",
    "kb": "KB", "mb": "MB", "gb": "GB", "tb": "TB", "token": "token", "tokens": "token", "parameter": "parameter", "parameters": "parameter",
    "gpu": "gpu", "gpus": "gpu", "fps": "fps", "frames per second": "fps", "frames a second": "fps", "dollars": "$", "usd": "$", "db": "db", "hz": "hz", "bit": "bit", "bits": "bit",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DIGITS = re.compile(
    r"(?<![\w.])(?P<money>[$€£])?(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<scale>[kKMBT](?![\w]))?"
    rf"(?:[ -]?(?P<multiple>hundred|thousand|million|billion|trillion))?(?:\+?[ -]?(?P<unit>{_UNIT})(?![\w]))?(?![\d])",
    re.IGNORECASE,
)
_SPELT = "|".join(sorted(_ONES, key=len, reverse=True))
_WORDS = re.compile(
    rf"(?<![\w])(?:(?P<ones>{_SPELT})(?:[ -](?P<more>two|three|four|five|six|seven|eight|nine))?[ -])?"
    rf"(?P<rest>(?:{'|'.join(_PARTS)})s?|dozens?|hundreds?|thousands?|millions?|billions?|trillions?)(?![\w])"
    rf"(?:[ -](?P<unit>{_UNIT})(?![\w]))?",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    rf"(?<![\w])(?P<tens>{_SPELT})(?:-(?P<ones>two|three|four|five|six|seven|eight|nine))?(?![\w]|-(?:shot|day|sum|order))"
    rf"(?:[ -](?P<unit>{_UNIT})(?![\w]))?",
    re.IGNORECASE,
)
FRACTION = re.compile(r"(?<![\w./])(?P<above>\d{1,2})/(?P<below>\d{1,2})(?![\w/.]\d|[\w/])")
SHARE_OF = re.compile(
    rf"(?<![\w])(?P<above>{_SPELT}|\d{{1,3}}) (?:in|out of) (?:every )?(?P<below>{_SPELT}|\d{{1,3}})(?![\w.])",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:an?|one) (\d{1,4})th\b")
_MAGNITUDE = re.compile(
    rf"(?<![\w])(?P<many>{_SPELT}|\d{{1,2}}) orders? of magnitude(?![\w])",
    re.IGNORECASE,
)
_RATIO = re.compile(rf"(?<![\w])({'|'.join((*TIMES, *HALVES))})(?![\w])", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:about|around|roughly|nearly|almost|approximately|over|more than|under|less than|up to|~|≈)\s*[$€£]?$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:to|-)\s*")
_JOINED = re.compile(r"\s*(?:to|and|or|-|,|vs\.?|versus|against)?\s*")
_BREAK = re.compile(
    r"[,;:.()]|\b(?:and|or|while|which|with|from|for|in|on|over|across|under|using|of|that|to|by|is|are|was|were|than|at|as|when|via|through|per|against)\b"
)
# The words by which languages multiply a number.
_SCALES = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "천": 1e3, "만": 1e4, "백만": 1e6, "억": 1e8, "십억": 1e9, "조": 1e12,
    "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "亿": 1e8, "億": 1e8, "十亿": 1e9, "兆": 1e12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![A-Za-z\d.])(?<![A-Za-z]-)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d]|[A-Za-z]*\d)"
    rf"(?:[ -]?({'|'.join(sorted(_SCALES, key=len, reverse=True))}))?",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(?<!\d)(?:1[0-2]|[1-9])\s?[월月]")
LARGE = 999  # a larger number, a year among them, is hardly ever two things in one text
_NAMES = re.compile(
    r"(?: of| the)? (?![A-Z]+s\b)[A-Z]\w+(?:(?: of| and| the)? [A-Z]\w+)*(?= [a-z])"
)  # before what is counted
_HALF_OF = re.compile(r"\b\w+- (?:and|or) ")  # `open- and closed-source`
_PLURAL = re.compile(r"[a-z]{2}[^s]s$")  # what is counted, more often than not
_NEXT = 3  # content words after a number that may be what it counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number with its unit, and the stems of the words after it, what it counts among them."""

    value: float
    unit: str
    text: str
    start: int
    end: int
    about: bool
    counted: tuple[str, ...]


@lru_cache(maxsize=2_000)
def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text in its order."""
    text = plain(text)
    found = [*_digits(text), *_spelt(text), *_shares(text)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Figure] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(_inheriting(kept, text))


def _inheriting(found: Sequence[Figure], text: str) -> Iterator[Figure]:
    """The figures; one without a unit has that of the next in `from 41 to 52 %`, and without a multiple that in `7-8B`."""
    unit, scale, before = "", 1.0, len(text)
    for one in reversed(found):
        between = text[one.end : before]
        if scale > one.value and _RANGE.fullmatch(between):
            one = replace(one, value=one.value * scale)  # noqa: PLW2901
        if not one.unit and unit and _JOINED.fullmatch(between):
            one = replace(one, unit=unit)  # noqa: PLW2901
        unit, before = one.unit, one.start
        scale = _scale(one.text)
        yield one


def _scale(text: str) -> float:
    """By what a number is multiplied: a thousand million in `8B` and `8 billion`."""
    found = _DIGITS.match(text)
    return _by(found) if found else 1.0


def distinct(found: Iterable[Figure]) -> list[Figure]:
    """Figures without those that say the same of the same as an earlier one."""
    return list({(one.value, one.unit, one.about, one.counted): one for one in found}.values())


def values(text: str) -> frozenset[str]:
    """The numbers in digits of a text in any language, each in one form: `10만` and `100,000` are one. Those of names and months are left out."""
    found = _NUMBER.finditer(_MONTH.sub(" ", text))
    return frozenset(f"{float(one[1].replace(',', '')) * _SCALES.get((one[2] or '').lower(), 1):.10g}" for one in found)


def _digits(text: str) -> Iterator[Figure]:
    for found in _DIGITS.finditer(text):
        value = float(found["value"].replace(",", ""))
        value *= _by(found)
        unit = "$" if found["money"] else _UNITS.get((found["unit"] or "").lower(), "")
        yield _figure(text, found, value, "@" if text[: found.start()].endswith("@") else unit)  # `Pass@1`


def _by(found: re.Match[str]) -> float:
    return _SCALE.get((found["scale"] or "").lower(), 1) * _MULTIPLES.get((found["multiple"] or "").lower(), 1)


def _spelt(text: str) -> Iterator[Figure]:
    for found in _WORDS.finditer(text):
        rest = found["rest"].lower()
        first = _ONES.get((found["ones"] or "a").lower(), 1) + _ONES.get((found["more"] or "").lower(), 0)
        part = _PARTS.get(rest) or _PARTS.get(rest.removesuffix("s"))
        if part and part != _PARTS["half"] and not found["ones"]:  # "the third" is an ordinal
            continue
        many = _MULTIPLES.get(rest.removesuffix("s"), 1)
        yield _figure(
            text,
            found,
            first / part if part else first * many,
            "ratio" if part else _UNITS.get((found["unit"] or "").lower(), ""),
        )
    for found in _PLAIN.finditer(text):
        if found["tens"].lower() in {"a", "an", "one"}:
            continue
        value = _ONES[found["tens"].lower()] + _ONES.get((found["ones"] or "").lower(), 0)
        yield _figure(text, found, value, _UNITS.get((found["unit"] or "").lower(), ""))
    for found in _RATIO.finditer(text):
        low = found[1].lower()
        yield _figure(text, found, TIMES.get(low, 0.5), "x" if low in TIMES else "ratio")


def _shares(text: str) -> Iterator[Figure]:
    """`1/3`, `two in five` and `three orders of magnitude`."""
    for found in _PART.finditer(text):
        yield _figure(text, found, 1 / int(found[1]), "ratio")
    for pattern in (FRACTION, SHARE_OF):
        for found in pattern.finditer(text):
            above, below = read_number(found["above"]), read_number(found["below"])
            if 0 < above < below:
                yield _figure(text, found, above / below, "ratio")
    for found in _MAGNITUDE.finditer(text):
        yield _figure(text, found, 10 ** read_number(found["many"]), "x")


def read_number(number: str) -> int:
    """A number in digits or in a word."""
    return int(number) if number.isdigit() else _ONES[number.lower()]


def _figure(text: str, found: re.Match[str], value: float, unit: str) -> Figure:
    behind = _HALF_OF.sub("", _NAMES.sub(" ", text[found.end() : found.end() + 80]))
    rest = _BREAK.split(behind, maxsplit=1)[0]
    after = [word for word in words(rest) if word.text.casefold() not in STOP][:_NEXT]
    head = next((place for place, word in enumerate(after) if _PLURAL.search(word.text)), _NEXT)
    return Figure(
        value=value,
        unit=unit,
        text=found[0].strip(),
        start=found.start(),
        end=found.end(),
        about=_ABOUT.search(text[max(0, found.start() - 16) : found.start()]) is not None,
        counted=tuple(word.stem for word in after[: head + 1]),
    )


_FIGURE_WORDS = {*_ONES, *_PARTS, *_MULTIPLES, *TIMES, *HALVES, *_UNITS} | {
    f"{part}s" for part in (*_PARTS, *_MULTIPLES)
}
_FIGURE_WORDS -= {"a", "an"}


def is_figure(word: str) -> bool:
    """Whether a word is a number, in whatever form, or the unit of one."""
    return word[0].isdigit() or word.casefold() in _FIGURE_WORDS
