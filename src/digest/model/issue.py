"""One edition. These mirror issue.json, name by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from digest.model.feeds import Fate, FeedStatus, HealthVerdict, ItemKind
from digest.model.trends import Label

IssueState = Literal["draft", "closed"]
EditAction = Literal["pin", "drop", "move", "undo", "note"]
Tally = Mapping[str, Mapping[str, int]]  # feed name -> trend id ("": no trend) -> items


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """An editor's decision on an item of the issue that will hold it, or on an issue's opening note.

    `trend` is where an item moves to. A note is Markdown, for the issue `key`; an empty one takes it back.
    """

    action: EditAction
    at: datetime
    item: str = ""
    title: str = ""
    trend: str = ""
    key: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    feed: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Artefact:
    """What an item's text says is published with it."""

    kind: Literal["code", "weights", "data"]
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Follows:
    """The published item that this one is about, and the thread of both.

    `title` and `since` are those of the thread's first item; `part` counts the issues that the thread stood in, this one
    included. `fresh` is false where a headline came again and its text says nothing new.
    """

    key: str
    id: str
    title: str = ""
    since: str = ""
    part: int = 2
    fresh: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueItem:
    """An item as the issue shows it. A folded one has only id, title, url, kind, trends, aliases and follows."""

    id: str
    title: str
    url: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    first_seen: datetime | None = None
    summary: str = ""  # as long as the web page shows it
    brief: str = ""  # the same for the mail, chosen at that length
    result: str = ""  # one sentence, for a title that stands apart from its section
    kind: ItemKind | None = None  # None of a folded item of an older issue
    sources: tuple[Source, ...] = ()
    score: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)  # what the score is made of; it is their sum
    trends: tuple[Label, ...] = ()
    aliases: tuple[str, ...] = ()  # further identity keys, so that the archive alone knows what was published
    artefacts: tuple[Artefact, ...] = ()
    members: tuple[str, ...] = ()  # ids of the other items that this story tells
    follows: Follows | None = None
    because: str = ""
    watched: tuple[str, ...] = ()  # what of the watchlist it answers to
    edited: tuple[Literal["pinned", "moved"], ...] = ()  # by the editor

    @property
    def keys(self) -> tuple[str, ...]:
        """Every identity key that leads to this entry: its own, its aliases, and those of the items its story contains."""
        return (self.id, *self.aliases, *self.members)


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """`line` is the one sentence that a section shows, with its own date; empty in a first issue, which shows the summary."""

    summary: str
    as_of: str
    line: str = ""
    line_date: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """How a trend moved. `count` are this window's items; `expected` and `q` are None while there is too little history.

    `q` is the false discovery rate at which the count would be called different from `expected`.
    """

    count: int
    expected: float | None = None
    q: float | None = None
    verdict: Literal["more", "less", "as_usual", "no_history"] = "no_history"
    past: tuple[int, ...] = ()  # the counts of up to twelve past issues, oldest first


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """An item of the issue that bears on a claim, by its id, with the item's words that say so. Whether it agrees is not said."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TouchedClaim:
    """A dated statement of a baseline, and the items of the issue that bear on it, most plainly first."""

    date: str
    text: str
    source: str
    items: tuple[Touch, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One trend of an issue. `own` is true where the mail gives it a section of its own, false in the shared block."""

    id: str
    name: str
    baseline: Baseline
    pulse: Pulse
    items: tuple[IssueItem, ...] = ()
    folded: tuple[IssueItem, ...] = ()
    own: bool = True
    claims: tuple[TouchedClaim, ...] = ()  # of its baseline, those that this issue's items touch, most touched first

    @property
    def size(self) -> int:
        """How many items the trend has in this issue, shown and folded."""
        return len(self.items) + len(self.folded)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The half-open interval ``(start, end]`` of first-seen instants. `start` is None for the first issue."""

    start: datetime | None
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether that instant lies in the window."""
        return (self.start is None or at > self.start) and at <= self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedReport:
    name: str
    url: str
    status: FeedStatus
    reason: str = ""
    new: int = 0
    health: HealthVerdict = "ok"  # where it is trouble, `reason` begins with its sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One sentence of "this week in three lines", with the id of what it links to (a trend's or an item's)."""

    text: str
    target: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewName:
    """A model, method or data set that is named for the first time, with the ids of the items that name it."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What became available, as far as the text says it, in the text's own figures."""

    name: str
    maker: str = ""
    size: str = ""  # parameters: `1.6T (49B active)`
    license: str = ""
    context: str = ""  # tokens: `1M`
    weights: Literal["open", "API", ""] = ""
    price: str = ""
    figures: tuple[str, ...] = ()  # each with what it was measured on: `80.2% on SWE-Bench Verified`


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """An item of the issue that makes something available, by its id; the item itself stands under its trend or `also_noted`."""

    id: str
    release: Release


@dataclass(frozen=True, kw_only=True, slots=True)
class OffTopic:
    """A post, release or news item that was taken to be about something else, with why. Papers are only counted."""

    id: str
    title: str
    url: str
    kind: ItemKind
    feed: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """How many of the labels that a model gives are right, in 0..1 with the 95 % interval, and what that was counted on.

    `labels` were given to `texts` that were drawn at random from the stream of new papers. `model` begins its SHA-256.
    """

    right: float
    low: float
    high: float
    labels: int
    texts: int
    measured: date
    model: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One edition. The JSON form of this value is issue.json, from which every other file of the issue is rendered."""

    schema: int = 1
    key: str
    title: str
    language: str
    timezone: str
    state: IssueState
    slot: datetime
    window: Window
    sample: bool = False
    minutes: float
    lines: tuple[Line, ...] = ()
    note: str = ""  # the editor's opening words, Markdown
    lead: str = ""  # the id of the item that opens the issue; empty in an older issue, and where there is no item
    read_first: tuple[str, ...] = ()  # item ids, after the lead
    releases: tuple[Released, ...] = ()  # models first, then tools, then versions of software
    watched: tuple[str, ...] = ()  # ids of the items that the watchlist puts first
    names: tuple[NewName, ...] = ()  # none in a first issue: nothing is known before it
    trends: tuple[Section, ...] = ()  # those with items, in the order they are shown
    also_noted: tuple[IssueItem, ...] = ()
    off_topic: tuple[OffTopic, ...] = ()
    quiet: tuple[str, ...] = ()
    receipt: dict[Fate, int] = field(default_factory=dict)
    feeds: tuple[FeedReport, ...] = ()
    accuracy: Accuracy | None = None  # of the model that labelled it; None where that was not measured
    tally: Tally = field(default_factory=dict)  # each item once, under the feed that had it first

    def items(self, *, folded: bool = True, noted: bool = True) -> Iterator[IssueItem]:
        """Every item in the issue's order, section by section, then the also noted.

        Args:
            folded: with those that the reading budget does not show.
            noted: with those that fit no trend.
        """
        for section in self.trends:
            yield from section.items
            if folded:
                yield from section.folded
        if noted:
            yield from self.also_noted

    @property
    def best(self) -> tuple[str, ...]:
        """Ids of the lead and of what is read first. In issues of the first edition the first to read is the lead."""
        return (self.lead, *self.read_first) if self.lead else self.read_first

    def by_id(self, *, folded: bool = True, noted: bool = True) -> dict[str, IssueItem]:
        """The same items by their id."""
        return {item.id: item for item in self.items(folded=folded, noted=noted)}

    @property
    def size(self) -> int:
        """How many items the issue holds, shown or folded."""
        return sum(section.size for section in self.trends) + len(self.also_noted)
