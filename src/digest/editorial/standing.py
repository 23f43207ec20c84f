"""Decide how an item stands to a claim, by numbers that both state or by the editor; everything else only bears on it.

Two statements can be compared if they give a value of the same quantity: a score in percent on one benchmark, the length of a video,
a context in tokens, or the bits of a weight. A text with two values of one quantity is not compared.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.editorial.benchmarks import ANY, benchmark
from digest.editorial.claims import touched
from digest.editorial.reported import reported
from digest.model import Claim, IssueItem, Stance, Touch, TouchedClaim, Trend
from digest.text.sentences import split

SAME = 0.5  # percentage points; two results closer than this are not told apart
_BOUND = re.compile(
    r"\b(?:up to|at most|no more than|best|highest|longest|lowest|first|record|state of the art|no (?:open )?(?:model|agent|system))\b",
    re.IGNORECASE,
)
_SHARE = r"(?P<value>\d{1,2}(?:\.\d{1,2})?|100)[ ]?(?:%|percent\b)"
_ON = re.compile(rf"{_SHARE}[^.;%]{{0,20}}?[ ](?:on|in)[ ](?:the[ ])?(?P<name>{ANY})", re.IGNORECASE)
_NUMBER = {"one": 1, "two": 2, "three": 3, "five": 5, "ten": 10}
_MINUTES = re.compile(
    r"\b(?P<value>\d{1,4}(?:\.\d+)?|one|two|three|five|ten)[ -](?P<unit>second|minute|hour)s?\b(?! of\b)", re.IGNORECASE
)
_TOKENS = re.compile(
    r"\b(?P<value>\d{1,4}(?:\.\d+)?)[ -]?(?P<unit>[KM]|thousand|million)[ -](?:tokens?|contexts?)\b", re.IGNORECASE
)
_BITS = re.compile(r"(?<!than )(?<!with )\b(?P<value>\d{1,2}(?:\.\d+)?)[ -]bits?\b", re.IGNORECASE)
_UNITS = {"second": 1 / 60, "minute": 1, "hour": 60, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}
_NAME = re.compile(r"\b[A-Z][\w.+-]*[A-Z\d][\w.+-]*(?: [A-Z\d][\w.+-]*)*|\b[A-Z][a-z]+(?: (?:[A-Z][a-z]+|\d[\w.]*))+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A value of a quantity: `words` as it is written, `sentence` where."""

    quantity: str
    value: float
    words: str
    sentence: str


def standing(claim: Claim, item: str, text: str) -> tuple[Stance, str, tuple[str, str]] | None:
    """How a text stands to a claim, with the sentence that shows it and both values; None if numbers do not tell.

    Another value of what the claim names itself disputes it. A value beyond the claim's makes a claim of a bound out of date, and
    extends any other.

    Args:
        claim: the claim.
        item: the item's id.
        text: its title and summary.
    """
    stated = _single(_measures(claim.text))
    found = _single([*_results(item, text), *(one for one in _measures(text) if not one.quantity.startswith("%"))])
    for quantity in stated.keys() & found.keys():
        ours, theirs = stated[quantity], found[quantity]
        values = ours.words, theirs.words
        if _subject(claim.text, quantity) and _subject(claim.text, quantity) & _names(theirs.sentence):
            return ("disputes", theirs.sentence, values) if abs(ours.value - theirs.value) > SAME else None
        if _beyond(quantity, theirs.value, ours.value):
            return "dates" if _BOUND.search(claim.text) else "extends", theirs.sentence, values
    return None


def standings(
    items: Sequence[IssueItem],
    texts: Mapping[str, str],
    trends: Mapping[str, Trend],
    decided: Mapping[str, Mapping[tuple[str, str], str]],
    told: frozenset[str],
) -> dict[str, tuple[TouchedClaim, ...]]:
    """The claims that items touch, by trend, with how each item stands to them; those that something is said of come first.

    Args:
        items: the items of the issue that have a trend.
        texts: their texts from feeds, by id.
        trends: with their claims.
        decided: what the editor decided, by item, trend and claim.
        told: the claims that an issue of the last two months told.
    """
    found = {id_: list(known) for id_, known in touched(items, texts, trends).items()}
    known = {item.id: item for item in items}
    for name, pairs in decided.items():
        item = next((one for one in items if name in one.keys), None)
        for (trend, text), stance in pairs.items() if item else ():
            claim = next((one for one in trends[trend].claims if one.text == text), None) if trend in trends else None
            if item and claim:
                found[trend] = _decided(found.get(trend, []), claim, item.id, stance)
    return {
        id_: tuple(sorted((_stood(one, trends[id_], known, texts, told) for one in claims), key=_said_first))
        for id_, claims in found.items()
        if claims
    }


def _decided(known: Sequence[TouchedClaim], claim: Claim, item: str, stance: str) -> list[TouchedClaim]:
    """The touched claims with the editor's decision on one of them, which need not have been touched by words."""
    there = next((one for one in known if one.text == claim.text), None)
    touches = there.items if there else ()
    words = next((touch.words for touch in touches if touch.id == item), ())
    decision = Touch(id=item, words=words, stance=_STANCES[stance], by="editor")
    others = tuple(touch for touch in touches if touch.id != item)
    kept = others if stance == "unrelated" else (decision, *others)
    made = TouchedClaim(date=claim.date, text=claim.text, source=claim.source, items=kept)
    rest = [one for one in known if one is not there]
    return [made, *rest] if kept else rest


_STANCES: Mapping[str, Stance] = {
    "extends": "extends",
    "disputes": "disputes",
    "dates": "dates",
    "bears-on": "",
    "unrelated": "",
}


def _stood(
    touched: TouchedClaim,
    trend: Trend,
    items: Mapping[str, IssueItem],
    texts: Mapping[str, str],
    told: frozenset[str],
) -> TouchedClaim:
    claim = next(one for one in trend.claims if one.text == touched.text)
    touches = [_by_numbers(touch, claim, items[touch.id], texts[touch.id]) for touch in touched.items]
    return replace(touched, items=tuple(sorted(touches, key=_stands)), again=claim.text in told)


def _by_numbers(touch: Touch, claim: Claim, item: IssueItem, text: str) -> Touch:
    known = None if touch.by else standing(claim, touch.id, f"{item.title}. {text}")
    if known is None:
        return touch
    stance, sentence, values = known
    return replace(touch, stance=stance, sentence=sentence, values=values, by="rule")


def _stands(touch: Touch) -> bool:
    return not touch.stance


def _said_first(claim: TouchedClaim) -> tuple[bool, bool]:
    return not any(touch.stance for touch in claim.items), claim.again


def _single(measures: Sequence[Measure]) -> dict[str, Measure]:
    """The measures by quantity, of quantities that have one value only."""
    values: dict[str, set[float]] = {}
    for one in measures:
        values.setdefault(one.quantity, set()).add(one.value)
    return {one.quantity: one for one in measures if len(values[one.quantity]) == 1}


def _measures(text: str) -> list[Measure]:
    return [one for sentence in split(text) for one in _in_sentence(sentence)]


def _results(item: str, text: str) -> Iterator[Measure]:
    """The benchmark results that an item reports of itself."""
    for one in reported(item, text):
        yield Measure(
            quantity=f"%{one.benchmark}",
            value=one.value,
            words=f"{one.value:g} % on {one.benchmark}",
            sentence=one.sentence,
        )


def _in_sentence(sentence: str) -> Iterator[Measure]:
    low = sentence.lower()
    for found in _ON.finditer(sentence):
        name = benchmark(found["name"])
        value = float(found["value"])
        yield Measure(quantity=f"%{name}", value=value, words=f"{value:g} % on {name}", sentence=sentence)
    for quantity, pattern, context in _QUANTITIES:
        if context.search(low):
            for found in pattern.finditer(sentence):
                value = float(_NUMBER.get(found["value"].lower(), 0) or found["value"])
                unit = _UNITS[found["unit"].lower()] if "unit" in pattern.groupindex else 1.0
                yield Measure(quantity=quantity, value=value * unit, words=found[0], sentence=sentence)


_QUANTITIES = (
    (
        "length of a video",  # of one that is made, not of a collection
        _MINUTES,
        re.compile(
            r"^(?!.*\b(?:data ?set|corpus|benchmark|collection|trained on))(?=.*(?:generat|synthesi|\bmakes?\b)).*video",
            re.DOTALL,
        ),
    ),
    ("context", _TOKENS, re.compile("context|window|sequence")),
    ("bits of a weight", _BITS, re.compile("weight|ternary|quantiz|binar")),
)


def _beyond(quantity: str, value: float, than: float) -> bool:
    if quantity == "bits of a weight":
        return value < than
    return value > than + (SAME if quantity.startswith("%") else 0)


def _subject(claim: str, quantity: str) -> frozenset[str]:
    """The names in a claim, without that of the benchmark."""
    return frozenset(name for name in _names(claim) if name not in quantity)


def _names(text: str) -> frozenset[str]:
    return frozenset(found.rstrip(".") for found in _NAME.findall(text))
