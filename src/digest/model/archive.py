"""Closed issues as lists, overviews and searches show them."""

from dataclasses import dataclass
from datetime import datetime

from digest.model.issue import IssueState, Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """An issue as a list of issues shows it. `shown` and `items` count what the mail shows and what the issue holds."""

    key: str
    title: str
    line: str  # the first of the issue's three lines
    lines: tuple[str, ...] = ()
    state: IssueState
    sample: bool
    slot: datetime
    window: Window
    shown: int
    items: int
    trends: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One item of a closed issue as overviews and searches show it; `trends` best first, `sources` are names of feeds.

    A folded item has neither summary nor authors nor sources. `section` is the trend it stands under, "" among also noted.
    """

    key: str  # of its issue
    id: str
    title: str
    url: str
    section: str
    shown: bool  # not folded
    authors: tuple[str, ...] = ()
    summary: str = ""
    trends: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One trend in one closed issue: its pulse then, and how many of its items the issue showed and folded."""

    key: str
    slot: datetime
    count: int
    expected: float | None
    verdict: str
    shown: int
    folded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimTouch:
    """An item of a closed issue that bears on a claim of a trend's baseline, with its words that say so."""

    key: str  # of its issue
    claim: str
    id: str
    title: str
    url: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """What a search found. `title` and `snippet` hold the words that were found between U+0002 and U+0003."""

    card: Card
    slot: datetime
    title: str
    snippet: str
    score: float
