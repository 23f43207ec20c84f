"""The view models of the archive's pages."""

from dataclasses import dataclass

from digest.render.chart import Chart


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteView:
    """The data of the archive for every page. `root` is the relative link to it, `base` its URL; both are empty or end in a slash."""

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
    """The items that one issue showed under a trend, and the number of folded ones."""

    key: str
    span: str
    items: tuple[CardView, ...]
    folded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TouchedView:
    """An item that touches a claim, and the words by which it was found. `key` is that of its issue."""

    key: str
    title: str
    url: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PageClaim:
    """A claim of a trend's baseline, and the latest items that touch it. `more` counts the others."""

    date: str
    text: str
    items: tuple[TouchedView, ...]
    more: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """A feed in the list of sources: its number of items, and, by issue, those newer than its own page."""

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
