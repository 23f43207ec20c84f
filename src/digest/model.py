"""The nouns: frozen values that the parts of the program hand to each other. No I/O, no clock, no configuration.

Times are aware UTC. Sequences are tuples. Text that came from a feed is plain text (never markup) by the time it
stands in one of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

Fate = Literal[
    "shown",  # an item of a section
    "also_noted",  # about language models, in no trend
    "folded",  # in a trend, beyond the reading budget
    "merged",  # a further sighting of an item, or an item told as part of a story
    "filtered",  # by the feed's include and exclude
    "off_topic",  # not about language models
    "too_old",  # older than max_age, or than lookback in a new feed
    "replaced",  # an arXiv replacement of an older paper
    "over_limit",  # beyond the feed's max_items
    "flooded",  # one of a whole archive that reappeared at once
    "unreadable",  # without title and link, or cut off
]
FATES: tuple[Fate, ...] = (
    "shown",
    "also_noted",
    "folded",
    "merged",
    "filtered",
    "off_topic",
    "too_old",
    "replaced",
    "over_limit",
    "flooded",
    "unreadable",
)
FeedStatus = Literal["ok", "unchanged", "failed", "gone", "skipped"]
IssueState = Literal["draft", "closed"]
DeliveryState = Literal[
    "pending",  # to be sent, now or at its retry time
    "offered",  # its body may have left; what a killed run leaves here is in doubt at the next start
    "accepted",  # the channel took it
    "refused",  # for good, in the server's words
    "in_doubt",  # perhaps accepted; only a person may have it sent again
    "suppressed",  # opted out between the freezing of the list and the sending
    "expired",  # put off for a day
]
DELIVERY_STATES: tuple[DeliveryState, ...] = (
    "pending",
    "offered",
    "accepted",
    "refused",
    "in_doubt",
    "suppressed",
    "expired",
)
SubscriberStatus = Literal[
    "unconfirmed",  # signed up, has not confirmed yet
    "active",  # gets every issue
    "paused",  # gets none until they say so
    "unsubscribed",  # opted out
    "suspended",  # their mail came back for good, repeatedly
]


EditAction = Literal["pin", "drop", "move", "undo", "note"]
Tally = Mapping[str, Mapping[str, int]]  # feed name -> trend id ("": no trend) -> items


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """Where things lie in a workspace. Only names paths; touches none of them."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "feeds.yaml"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def trends(self) -> Path:
        return self.root / "trends"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def lessons(self) -> Path:
        return self.root / "lessons.jsonl"

    @property
    def edits(self) -> Path:
        return self.root / "edits.jsonl"

    @property
    def state(self) -> Path:
        return self.root / ".digest"

    @property
    def database(self) -> Path:
        return self.state / "digest.sqlite3"

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one feed document says of one work. `link` is absolute http(s) or empty; `announce` is arXiv's announce type."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    doi: str = ""
    announce: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One parsed feed document. `damaged` counts entries that were cut off and left out; `notes` say what was mended.

    `skip_days` are English weekday names, `skip_hours` hours of UTC, `ttl` is in minutes (0: unsaid); as RSS 2.0 defines them.
    """

    title: str
    entries: tuple[Entry, ...]
    damaged: int = 0
    notes: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()
    skip_hours: tuple[int, ...] = ()
    ttl: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """What is remembered of a feed between fetches. `url` is the configured one, by which the feed is known."""

    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""  # of the last document that could be read
    moved_to: str = ""  # where permanent redirects led
    moved_since: datetime | None = None
    failures: int = 0  # in a row
    not_found_since: datetime | None = None
    next_due: datetime | None = None
    asked_until: datetime | None = None  # the server itself asked not to be asked before
    gone: bool = False
    first_ok: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What one day's fetches of a feed gave together. The counts but `new` and `flooded` are those of the last document read."""

    at: datetime  # of the last document read, or of the last fetch where none was
    read: bool  # a document was parsed
    entries: int = 0
    new: int = 0
    known: int = 0  # entries that the feed showed before
    redated: int = 0  # of these, with another date than then
    strange: int = 0  # entries that lead to hosts that the feed never named
    flooded: int = 0
    title: str = ""  # what the document calls itself

    @property
    def day(self) -> date:
        """The day, in UTC."""
        return self.at.date()

    @property
    def kept(self) -> int:
        """Entries that were there before the day. A document that is read again has its own news among the known."""
        return max(0, self.entries - self.new)


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """When a feed first showed an item, and the date that the item bore."""

    first_seen: datetime
    published: datetime | None


HealthVerdict = Literal[
    "ok",
    "learning",  # too little is known of its rhythm to call its silence unusual
    "silent",  # longer without news than ever is usual
    "stale",  # an old batch served as today's
    "empty",  # no entries, where there always were some
    "shrunk",  # part of its archive is missing
    "restamped",  # entries change their dates
    "strange",  # another feed's content
    "flooded",  # its archive came again under new ids
    "failed",
    "gone",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedHealth:
    """Quiet or broken? `sentence` says what is unusual, empty where nothing is.

    `every` is the median gap between publishing days, in days; `usual` the items that a day with news brings; 0: unknown.
    """

    name: str
    url: str
    verdict: HealthVerdict
    sentence: str = ""
    every: float = 0.0
    usual: float = 0.0
    last_new: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """One item seen in one feed, the first time. `fate` is set where collecting already decided it."""

    feed: str  # the feed's name
    url: str  # the entry's link, or the feed's own where it has none
    title: str
    summary: str
    authors: tuple[str, ...]
    published: datetime | None
    first_seen: datetime
    fate: Fate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One work with every place it was seen, earliest first (ties by the order of feeds.yaml).

    `id` is the best of `keys`: arXiv id, else DOI, else canonical URL, else feed and guid.
    """

    id: str
    keys: tuple[str, ...]
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A work that a trend's baseline names."""

    name: str
    note: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One dated statement of a baseline, with its source."""

    date: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """One category with its dated baseline. `order` is its place in the table of trends."""

    id: str
    name: str
    as_of: str
    order: int
    seeds: tuple[str, ...]
    summary: str  # the baseline in one or two sentences, plain text
    body: str  # the whole baseline, Markdown
    terms: dict[str, float]  # phrase -> weight, what the classifier may use
    own_terms: dict[str, float] = field(default_factory=dict)  # those that a workspace put onto a packaged trend
    examples: tuple[Example, ...] = ()
    reading: tuple[Example, ...] = ()
    claims: tuple[Claim, ...] = ()
    name_ko: str = ""
    summary_ko: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendTexts:
    """Trend files by name: the packaged ones, and the workspace's own, which are laid over them."""

    packaged: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """An editor's correction: an item belongs to a trend, or does not.

    `words` are what tells the item from others, with weights that add up to 1, so that the lesson acts on similar items
    whatever model is in use. `asked` marks an answer about a label that the program had shown.
    """

    item: str
    title: str
    trend: str
    fits: bool
    at: datetime
    words: Mapping[str, float]
    asked: bool = False


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
class Label:
    """One trend that a text belongs to. `score` is in 0..1; `evidence` are the words of the text that decided it."""

    id: str
    score: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the classifier says of one text: its trends, best first, and whether it is about language models."""

    labels: tuple[Label, ...]
    llm: bool


# The issue: these mirror issue.json, name by name.


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
    """An item as the issue shows it. A folded one has only id, title, url, trends, aliases and follows."""

    id: str
    title: str
    url: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    first_seen: datetime | None = None
    summary: str = ""
    kind: str = ""
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    summary: str
    as_of: str


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
class Section:
    """One trend of an issue. `own` is true where the mail gives it a section of its own, false in the shared block."""

    id: str
    name: str
    baseline: Baseline
    pulse: Pulse
    items: tuple[IssueItem, ...] = ()
    folded: tuple[IssueItem, ...] = ()
    own: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The half-open interval ``(start, end]`` of first-seen instants. `start` is None for the first issue."""

    start: datetime | None
    end: datetime


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
    read_first: tuple[str, ...] = ()  # item ids
    watched: tuple[str, ...] = ()  # ids of the items that the watchlist puts first
    names: tuple[NewName, ...] = ()  # none in a first issue: nothing is known before it
    trends: tuple[Section, ...] = ()  # those with items, in the order they are shown
    also_noted: tuple[IssueItem, ...] = ()
    quiet: tuple[str, ...] = ()
    receipt: dict[Fate, int] = field(default_factory=dict)
    feeds: tuple[FeedReport, ...] = ()
    tally: Tally = field(default_factory=dict)  # each item once, under the feed that had it first


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
class Hit:
    """What a search found. `title` and `snippet` hold the words that were found between U+0002 and U+0003."""

    card: Card
    slot: datetime
    title: str
    snippet: str
    score: float


# Sending


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """A person who gets the mail. `trends` are those they chose; none means all. `consent` says when and how they agreed."""

    id: int
    address: str
    name: str
    status: SubscriberStatus
    trends: tuple[str, ...]
    consent: str
    added: datetime
    hard_bounces: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """One row of a mailing that is to be sent. `attempts` counts the times that it was put off."""

    id: int
    address: str
    name: str = ""
    trends: tuple[str, ...] = ()
    attempts: int = 0
    deferred_since: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What became of one message of a mailing, in the server's words."""

    issue: str
    route: str
    address: str
    state: DeliveryState
    at: datetime
    retry_at: datetime | None
    reply: str
