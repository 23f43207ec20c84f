"""What the templates of the archive's pages are given, one dataclass for each thing that a page tells of. Computes nothing."""

from dataclasses import dataclass

from digest.render.chart import Chart


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteView:
    """What every page knows of the archive. `root` leads to it, `base` is its address on the web; empty or with their slash."""

    title: str
    language: str
    direction: str
    root: str
    base: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    key: str
    url: str
    span: str
    line: str
    shown: int
    items: int
    draft: bool
    sample: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class YearView:
    year: int
    issues: tuple[EntryView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CardView:
    title: str
    url: str
    authors: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupView:
    """What one issue showed under a trend, and how many items it folded."""

    key: str
    span: str
    items: tuple[CardView, ...]
    folded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TouchedView:
    """An item that bears on a claim, with its words that say so; `key` is its issue's."""

    key: str
    title: str
    url: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PageClaim:
    """A dated claim of a trend's baseline and the latest items that bear on it; `more` are not named."""

    date: str
    text: str
    items: tuple[TouchedView, ...]
    more: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """A feed in the list of all: how many items it had, and those that came after its own page was written, by issue."""

    id: str
    name: str
    count: int
    latest: str
    newer: tuple[GroupView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendRow:
    id: str
    name: str
    chart: Chart
