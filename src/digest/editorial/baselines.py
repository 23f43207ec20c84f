"""A trend's dated baseline -> the one sentence of it that an issue shows: one that its items bear on, else the next in turn. Pure."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import Issue, TouchedClaim, Trend
from digest.schedule.slots import Cadence
from digest.text.sentences import split

WORDS = 20  # two or three lines of a phone
LEAST = 6  # fewer are a heading, not a statement
APART = timedelta(days=62)  # a reader does not get the same sentence twice in two months

_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*[-*+]\s)")
_HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
_OPEN = "Open: "  # before what a baseline lists as still to be done
# A sentence that begins so, or that points so, needs the one before it.
_NEEDS_ANOTHER = re.compile(
    r"^(?:this|that|these|those|they|it|its|their|he|she|such|both|others?|one\s(?:source|seed)|here|there|but|and|so|then|also|another|later|together|the\s(?:first|second|last|same|other|latter|former|parts?|source))\b"
    # What a file says about itself and its borders is for its readers, not for an issue's.
    r"|\b(?:seeds?|sources?|headings?|see below|above|belongs?|(?:stand|count)s? here|is a trend|trend of|(?:under|this) trend|added here|told under|two things)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """`date` is a claim's own, or that of the whole baseline."""

    text: str
    date: str


def sentence(trend: Trend, touched: Iterable[TouchedClaim], *, recent: AbstractSet[str], turn: int) -> Sentence | None:
    """The sentence of a section; None where the baseline has none that is short enough.

    Args:
        trend: whose baseline.
        touched: its claims that the issue's items bear on, most touched first.
        recent: the sentences of the last issues, which give way to others as long as there are any.
        turn: the number of the issue's period; each takes the next sentence of the file.
    """
    known = list(dict.fromkeys(_sentences(trend)))
    fresh = [one for one in known if one.text not in recent] or known
    claimed = {claim.text for claim in touched}
    borne = next((one for one in fresh if one.text in claimed), None)
    return borne or (fresh[turn % len(fresh)] if fresh else None)


def turn(at: datetime, cadence: Cadence) -> int:
    """The number of the day, week or month that an issue is of."""
    day = at.date()
    if cadence == "monthly":
        return 12 * day.year + day.month
    return day.toordinal() // 7 if cadence == "weekly" else day.toordinal()


def recent(past: Iterable[Issue], before: datetime) -> frozenset[str]:
    """The sentences that the issues of the last two months showed."""
    return frozenset(
        section.baseline.line
        for issue in past
        if before - issue.slot < APART
        for section in issue.trends
        if section.baseline.line
    )


def _sentences(trend: Trend) -> Iterator[Sentence]:
    """The dated claims, then those sentences of the summary and the whole baseline that can stand alone."""
    yield from (Sentence(text=one.text, date=one.date) for one in trend.claims if len(one.text.split()) <= WORDS)
    _, *headed = _HEADING.split(f"\n# \n{trend.summary}\n\n{trend.body}")
    for heading, part in zip(headed[::2], headed[1::2], strict=True):
        lead = _OPEN if heading.lower().startswith("open") else ""
        for block in _BLOCK.split(part):
            plain = " ".join(_MARKUP.sub(r"\1", block).lstrip("-*+ \n").split())
            yield from (Sentence(text=lead + one, date=trend.as_of) for one in split(plain) if _stands_alone(one))


def _stands_alone(text: str) -> bool:
    whole = text.endswith(".") and LEAST <= len(text.split()) < WORDS
    return whole and not _NEEDS_ANOTHER.search(text)
