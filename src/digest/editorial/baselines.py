"""Choose the sentence of a trend's baseline that an issue shows: one that its items touch, or else the next in turn."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import Issue, TouchedClaim, Trend
from digest.schedule.slots import Cadence
from digest.text.sentences import split
from digest.text.words import N_, gettext

WORDS = 20  # two or three lines on a phone
LEAST = 6  # fewer words are a heading, not a statement
APART = timedelta(days=62)  # a sentence is not repeated within two months

_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*[-*+]\s)")
_HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
_OPEN = N_("Open: ")  # the prefix of open questions in a baseline
_DIRECTIONS = N_("Open directions")  # their heading
# A sentence that begins like this, or contains such a reference, needs the one before it.
_NEEDS_ANOTHER = re.compile(
    r"^(?:this|that|these|those|they|it|its|their|he|she|such|both|others?|one\s(?:source|seed)|here|there|but|and|so|then|also|another|later|together|the\s(?:first|second|last|same|other|latter|former|parts?|source))\b"
    # Remarks of a file about itself and its scope are not for an issue's readers.
    r"|\b(?:seeds?|sources?|headings?|see below|above|belongs?|is a trend|trend of|(?:under|this) trend|told under|two things|here|references?|neither name)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence with its date: the claim's own, or that of the whole baseline."""

    text: str
    date: str


def sentence(trend: Trend, touched: Iterable[TouchedClaim], *, recent: AbstractSet[str], turn: int) -> Sentence | None:
    """The sentence for a section; None if the baseline has none that is short enough.

    Args:
        trend: the trend.
        touched: its claims that the issue's items touch, most touched first.
        recent: the sentences in the last issues, which are used only if there are no others.
        turn: the number of the issue's period; each uses the next sentence of the file.
    """
    known = list(dict.fromkeys(_sentences(trend)))
    fresh = [one for one in known if one.text not in recent] or known
    claimed = {claim.text for claim in touched}
    borne = next((one for one in fresh if one.text in claimed), None)
    return borne or (fresh[turn % len(fresh)] if fresh else None)


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
    """The dated claims, then the sentences of the summary and the whole baseline that can stand alone."""
    yield from (Sentence(text=one.text, date=one.date) for one in trend.claims if len(one.text.split()) <= WORDS)
    _, *headed = _HEADING.split(f"\n# \n{trend.summary}\n\n{trend.body}")
    for heading, part in zip(headed[::2], headed[1::2], strict=True):
        lead = gettext(_OPEN) if heading.lower().startswith("open") or heading == gettext(_DIRECTIONS) else ""
        for block in _BLOCK.split(part):
            plain = " ".join(_MARKUP.sub(r"\1", block).lstrip("-*+ \n").split())
            yield from (Sentence(text=lead + one, date=trend.as_of) for one in split(plain) if _stands_alone(one))


def _stands_alone(text: str) -> bool:
    whole = text.endswith(".") and LEAST <= len(text.split()) < WORDS
    return whole and not _NEEDS_ANOTHER.search(text)
