"""Closed issues as shown in lists, overview pages and search results."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Literal

from digest.model.kinds import IssueState, ItemKind, Window

if TYPE_CHECKING:
    from digest.model.issue import Issue, Release
    from digest.model.items import IssueItem


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """An issue in a list. `shown` counts the items in the mail, `items` all items of the issue.

    `grades` are those that it states: the issue's key, the works taken up that it had shown, and those that a feed had shown in time.
    Of `checked` labels, `stood` were right. `used` is the part of the reading time that the mail used.
    """

    key: str
    title: str
    headline: str = ""  # the title of its lead; empty in what an earlier version stored
    line: str  # the first of the issue's three lines
    lines: tuple[str, ...] = ()
    state: IssueState
    sample: bool
    slot: datetime
    window: Window
    shown: int
    items: int
    trends: int
    grades: tuple[tuple[str, int, int], ...] = ()
    checked: int = 0
    stood: int = 0
    used: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """How one closed issue did: of `taken_up` works it had `shown` so many; of `checked` labels, `corrected` were wrong."""

    key: str
    shown: int = 0
    taken_up: int = 0
    checked: int = 0
    corrected: int = 0
    used: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One item of a closed issue, for overview pages, searches and citations. `trends` are best first; `sources` are names of feeds.

    A folded item has no summary, authors or sources. `section` is its trend, or "" if it is also noted. `venue` is where a paper was
    accepted, `works` are its other keys that are arXiv ids or DOIs.
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
    kind: ItemKind | None = None
    published: datetime | None = None
    venue: str = ""
    release: Literal["model", "software", ""] = ""
    lead: bool = False
    watched: bool = False  # matches the watchlist
    works: tuple[str, ...] = ()


def own_words(item: "IssueItem") -> str:
    """The summary in the words of its source and the editor: in place of a language model's sentences, those that they rest on."""
    for one in item.written:
        if one.place in ("lead", "summary") and any(sentence.verdict != "mended" for sentence in one.sentences):
            told = [[sentence.text] if sentence.verdict == "mended" else sentence.sources for sentence in one.sentences]
            return " ".join(dict.fromkeys(chain.from_iterable(told)))
    return (item.original or item).summary


def cards(issue: "Issue") -> Iterator[Card]:
    """Every item of an issue, in its order."""
    released = {one.id: one.release for one in issue.releases}
    for section in issue.trends:
        for item in section.items:
            yield _card(issue, item, released.get(item.id), section=section.id, shown=True)
        for item in section.folded:
            yield _card(issue, item, released.get(item.id), section=section.id, shown=False)
    for item in issue.also_noted:
        yield _card(issue, item, released.get(item.id), section="", shown=True)


def _card(issue: "Issue", item: "IssueItem", release: "Release | None", *, section: str, shown: bool) -> Card:
    """The item as its source has it: references are looked up by its words, not by a translation or a language model's."""
    own = item.original or item
    return Card(
        key=issue.key,
        id=item.id,
        title=own.title,
        url=item.url,
        section=section,
        shown=shown,
        authors=item.authors,
        summary=own_words(item),
        trends=tuple(one.id for one in item.trends),
        sources=tuple(dict.fromkeys(source.feed for source in item.sources)),
        kind=item.kind,
        published=item.published,
        venue=next((one.text for one in item.signals if one.name == "accepted"), ""),
        release=""
        if release is None
        else "model"
        if release.size or release.weights or release.context
        else "software",
        lead=item.id == issue.lead,
        watched=bool(item.watched),
        works=tuple(alias for alias in item.aliases if alias.startswith(("arxiv:", "doi:"))),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One trend in one closed issue: its pulse, and the numbers of shown and folded items."""

    key: str
    slot: datetime
    count: int
    expected: float | None
    verdict: str
    shown: int
    folded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BestReported:
    """The best result on a benchmark that an item of a trend reports, in percent. `model` is the model's name, if the item gives it; `others` counts the other results."""

    benchmark: str
    value: float
    key: str  # of the item's issue
    id: str
    title: str
    url: str
    sentence: str
    others: int
    model: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A search result. In `title` and `snippet`, matching words stand between U+0002 and U+0003."""

    card: Card
    slot: datetime
    title: str
    snippet: str
    score: float
