"""Choose the sentence of a trend's baseline that an issue shows: one that its items bear on, or else the next in turn.

An item bears on a sentence if it touches the claim, or if its title and summary share words with it that few texts of the window have.
Where none does, facts come first (a named method or system, or a number), then what was left open: readers skip what everybody knows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from digest.model import Issue, TouchedClaim, Trend
from digest.schedule.slots import Cadence
from digest.text.sentences import split
from digest.text.words import N_, gettext, language

WORDS = 20  # two or three lines on a phone
LEAST = 6  # fewer words are a heading, not a statement
APART = timedelta(days=62)  # a sentence is not repeated within two months

SHARED = 2  # words that an item must share with a sentence to bear on it
RARE = 1.0  # what they must weigh together; a word that no text has weighs 1, one that a tenth of them have about 0.4
FIRMER = 0.5  # what the words must weigh together more, to bear on a sentence without a fact
COMMON = 0.3  # words that weigh less say nothing
SAMPLE = 500  # texts from which the rarity of words is known

_WORD = re.compile(r"[^\W\d_][\w-]{3,}")
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*[-*+]\s)")
_HEADING = re.compile(r"^#+[ \t]+(.*)$", re.MULTILINE)
ENGLISH = "en"
_ITEM = re.compile(r"\s*[-*+]\s")
_DIRECTIONS = N_("Open directions")  # the heading of the open questions in a baseline
_QUESTION = re.compile(r"^(?:how|what|which|who|whose|whether|why|when|where)\b", re.IGNORECASE)
_TOPIC = re.compile(r"^\w+:\s")  # `Cost: one adapter per user`, which says nothing without its topic's place in a list
_GENERIC = r"(?!(?:LLM|MLLM|VLM|AI|NLP|RL|RLHF|GPU|API|MoE|QA|PDF)s?\b)"
_FACT = re.compile(  # a number that is no year, `ToolLLaMA`, `RWKV`, `the agent FRIDAY`, `Google trained Gemini`
    rf"(?<![\w.-])(?!(?:19|20)\d\d\b|\dD\b)\d|\b{_GENERIC}[A-Za-z][A-Za-z0-9-]*[a-z0-9-][A-Z][\w-]*|\b{_GENERIC}[A-Z]{{3,}}\w*|(?<=[a-z,]\s)[A-Z][a-z]{{2,}}"
)
_KOREAN = re.compile(r"다$")  # ends with a verb, where other items of Korean lists end with a noun
_NUMBER = "two|three|four|five|six|seven|eight"
# A sentence that begins like this, or contains such a reference, needs the one before it.
_NEEDS_ANOTHER = re.compile(
    r"^(?:this|that|these|those|they|it|its|their|he|she|such|both|others?|some\sof|one|here|there|but|and|so|then|also|another|later|together|the)\b"
    rf"|^(?:{_NUMBER})\b|\b(?:{_NUMBER})\s\w+\.$|\bthe\sfirst\s(?:{_NUMBER})\b"
    r"|\b(?:this|these|then|every\sstage)\b|,\sthat\s\w+\.$|\b(?:given|named)\.$|\bboth\sgive\b"
    r"|\b(?:with|of|in|on|for|from|by|to)\s(?:it|them)\b"
    # Remarks of a file about itself and its scope are not for an issue's readers.
    r"|\b(?:seeds?|sources?|headings?|see below|above|belongs?|is a trend|trend of|(?:under|this) trend|told under|two things|here|references?|neither name)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence with its date: the claim's own, or that of the whole baseline."""

    text: str
    date: str
    open: bool = False  # it says what was left open


def rarity(texts: Iterable[str], ordinary: AbstractSet[str] = frozenset()) -> Mapping[str, float]:
    """How rare each word of a window's texts is, between 0 and 1; without words that are common, and without `ordinary` ones."""
    read = [_words(text) for text in sorted(texts)[:SAMPLE]]
    counts = Counter(word for words in read for word in words - ordinary)
    rare = {word: log((len(read) + 1) / (count + 1)) / log(len(read) + 1) for word, count in counts.items()}
    return {word: weight for word, weight in rare.items() if weight >= COMMON}


def sentence(
    trend: Trend,
    touched: Iterable[TouchedClaim],
    *,
    recent: AbstractSet[str],
    turn: int,
    until: str = "",
    items: Sequence[str] = (),
    rare: Mapping[str, float] | None = None,
) -> Sentence | None:
    """The sentence for a section; None if the baseline has none that is short enough.

    Args:
        trend: the trend.
        touched: its claims that the issue's items touch, most touched first.
        recent: the sentences in the last issues, which are used only if there are no others.
        turn: the number of the issue's period; each uses the next sentence of the file.
        until: the day of the issue, which cites nothing later; the empty string sets no limit.
        items: the titles and summaries of the items that the section may show.
        rare: how rare words are, by `rarity`.
    """
    known = [one for one in dict.fromkeys(_sentences(trend)) if not until or one.date <= until[: len(one.date)]]
    fresh = [one for one in known if one.text not in recent] or known
    if not fresh:
        return None
    claimed = {claim.text for claim in touched}
    borne = next((one for one in fresh if one.text in claimed), None)
    told = [_words(text) for text in items]
    if borne is None and rare and told:
        nearest = max(fresh, key=lambda one: _bearing(one.text, told, rare))
        borne = nearest if _bearing(nearest.text, told, rare) > 0 else None
    if borne is not None:
        return borne
    facts = [one for one in fresh if _FACT.search(one.text)]
    next_ = facts or [one for one in fresh if one.open] or fresh
    in_turn = [*next_[turn % len(next_) :], *next_[: turn % len(next_)]]
    return max(in_turn, key=lambda one: _shared(one.text, told, rare or {}))  # the first of equals


def _shared(text: str, items: Iterable[AbstractSet[str]], rare: Mapping[str, float]) -> float:
    """The weight of the rare words that a sentence shares with one of the items, however few they are."""
    own = {word for word in _words(text) if word in rare}
    return max((sum(rare[word] for word in own & item) for item in items), default=0.0)


def _bearing(text: str, items: Iterable[AbstractSet[str]], rare: Mapping[str, float]) -> float:
    """How much items bear on a sentence; of one without a fact, by how much more than it must be."""
    weight = bears_on(text, items, rare)
    return weight if _FACT.search(text) else weight - RARE - FIRMER


def bears_on(text: str, items: Iterable[AbstractSet[str]], rare: Mapping[str, float]) -> float:
    """The weight of the rare words that a sentence shares with one of the items; 0 if they are too few, or too common."""
    own = {word for word in _words(text) if word in rare}
    shared = [own & item for item in items]
    best = max((sum(rare[word] for word in words) for words in shared if len(words) >= SHARED), default=0.0)
    return best if best >= RARE else 0.0


def _words(text: str) -> frozenset[str]:
    """The longer words of a text, one spelling for singular and plural."""
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.casefold()))


def turn(at: datetime, cadence: Cadence) -> int:
    """The number of an issue's day, week or month."""
    day = at.date()
    if cadence == "monthly":
        return 12 * day.year + day.month
    return day.toordinal() // 7 if cadence == "weekly" else day.toordinal()


def recent(past: Iterable[Issue], before: datetime) -> frozenset[str]:
    """The sentences in the issues of the last two months."""
    return frozenset(
        section.baseline.line
        for issue in past
        if before - issue.slot < APART
        for section in issue.trends
        if section.baseline.line
    )


def claims_told(past: Iterable[Issue], before: datetime) -> frozenset[str]:
    """The claims that the issues of the last two months told."""
    return frozenset(
        claim.text
        for issue in past
        if before - issue.slot < APART
        for section in issue.trends
        for claim in section.claims
        if not claim.again
    )


def _sentences(trend: Trend) -> Iterator[Sentence]:
    """The dated claims, then the sentences of the summary and the whole baseline that can stand alone.

    In other languages than English, whose references this module does not know, only claims and open directions.
    """
    yield from (Sentence(text=one.text, date=one.date) for one in trend.claims if len(one.text.split()) <= WORDS)
    _, *headed = _HEADING.split(f"\n# \n{trend.summary}\n\n{trend.body}")
    for heading, part in zip(headed[::2], headed[1::2], strict=True):
        directions = heading.lower().startswith("open") or heading == gettext(_DIRECTIONS)
        for block in _BLOCK.split(part):
            plain = " ".join(_MARKUP.sub(r"\1", block).lstrip("-*+ \n").split())
            if directions:
                told = [_direction(one) for one in split(plain)[:1] if _ITEM.match(block)]
            else:
                told = [one for one in split(plain) if language().partition("-")[0] == ENGLISH and _stands_alone(one)]
            fitting = (one for one in told if one and len(one.split()) <= WORDS)
            yield from (Sentence(text=one, date=trend.as_of, open=directions) for one in fitting)


def _direction(text: str) -> str:
    """What an item of a list of open directions says, as a sentence; empty if it does not fit into one."""
    said = text.rstrip(".")
    if _KOREAN.search(said):
        return text
    if said.endswith("?") or _TOPIC.match(said) or _NEEDS_ANOTHER.search(said):
        return ""
    rest = said.partition(" ")[0][1:]
    said = said[:1].lower() + said[1:] if rest == rest.lower() else said
    if _QUESTION.match(said):
        return gettext("It is open %(question)s.", question=said)
    return gettext("Work remains on %(direction)s.", direction=said)


def _stands_alone(text: str) -> bool:
    return text.endswith(".") and len(text.split()) >= LEAST and not _NEEDS_ANOTHER.search(text)
