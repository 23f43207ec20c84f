"""The issue and its parts. The names of fields are those of issue.json."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from digest.model.edits import LeftOut, ModelNote
from digest.model.feeds import UNTROUBLED, FeedStatus, HealthVerdict
from digest.model.grades import Grade
from digest.model.items import IssueItem
from digest.model.kinds import Fate, IssueState, ItemKind, Window
from digest.model.terms import Moved, TermCounts

Stance = Literal["", "extends", "disputes", "dates", "unrelated"]
Tally = Mapping[str, Mapping[str, int]]  # feed name -> trend id ("": no trend) -> items


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """`line` is the one sentence that a section shows, with its own date; empty in a first issue, which shows the summary."""

    summary: str
    as_of: str
    line: str = ""
    line_date: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """How a trend moved. `count` is the number of items in this window; `expected` and `q` are None without enough history.

    `q` is the false discovery rate at which `count` would be called different from `expected`.
    """

    count: int
    expected: float | None = None
    q: float | None = None
    verdict: Literal["more", "less", "as_usual", "no_history"] = "no_history"
    past: tuple[int, ...] = ()  # the counts of up to twelve past issues, oldest first


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """An item (by id) that touches a claim, and the words by which it was found. It may agree with the claim or not."""

    id: str
    words: tuple[str, ...]
    stance: Stance = ""  # empty: it only bears on the claim
    sentence: str = ""  # of the item, that shows it
    by: Literal["", "rule", "editor", "model"] = ""  # who or what decided the stance
    values: tuple[str, ...] = ()  # what the claim and the item state, if their numbers decided it


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimTouch:
    """An item of the closed issue `key` that touches a claim, and how it stands to it."""

    key: str
    title: str
    url: str
    touch: Touch


@dataclass(frozen=True, kw_only=True, slots=True)
class TouchedClaim:
    """A claim of a baseline, and the items of the issue that touch it, clearest first."""

    date: str
    text: str
    source: str
    items: tuple[Touch, ...]
    again: bool = False  # an issue of the last two months told it already


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One trend of an issue. `own` is True if it has its own section in the mail, False if it is in the shared block."""

    id: str
    name: str
    baseline: Baseline
    pulse: Pulse
    items: tuple[IssueItem, ...] = ()
    folded: tuple[IssueItem, ...] = ()
    own: bool = True
    claims: tuple[
        TouchedClaim, ...
    ] = ()  # the claims of its baseline that items of this issue touch, most touched first

    @property
    def size(self) -> int:
        """The number of items of the trend in this issue, shown and folded."""
        return len(self.items) + len(self.folded)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedReport:
    name: str
    url: str
    status: FeedStatus
    reason: str = ""
    new: int = 0
    health: HealthVerdict = "ok"  # unless it is ok, `reason` begins with its sentence

    @property
    def in_trouble(self) -> bool:
        """Whether the issue names it as a feed with trouble."""
        return self.status in ("failed", "gone") or self.health not in UNTROUBLED

    @property
    def may_lack_items(self) -> bool:
        """Whether readers may miss items of it: it could not be read, or what was read is not what it had to say."""
        return self.status in ("failed", "gone") or self.health == "stale"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One sentence of "this week in three lines", with the id of the trend or item that it links to."""

    text: str
    target: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewName:
    """A model, method or data set that appears for the first time, with the ids of the items that name it."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """The facts of a release, as far as the text states them."""

    name: str
    maker: str = ""
    size: str = ""  # parameters: `1.6T (49B active)`
    license: str = ""
    context: str = ""  # tokens: `1M`
    weights: Literal["open", "API", ""] = ""
    price: str = ""
    figures: tuple[str, ...] = ()  # each with its benchmark: `80.2% on SWE-Bench Verified`
    what: str = ""  # in a clause of the announcement: `a small model for phones`
    also: tuple[str, ...] = ()  # older versions that the same issue releases
    beyond_language: bool = False  # for readers of another field: pictures, video, sound, robots

    @property
    def facts(self) -> tuple[str, ...]:
        """What it is and what is stated of it; each is empty if it is not stated."""
        return (self.what, self.size, self.license, self.context, self.weights, self.price, *self.figures)


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """An item (by id) that releases something. The item itself is under its trend or in `also_noted`."""

    id: str
    release: Release
    older: tuple[str, ...] = ()  # the items that release `also`, or announce the same


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """A result in percent that an item (by id) reports on a benchmark, the sentence that states it, and the model, if it names one."""

    id: str
    benchmark: str
    value: float
    sentence: str
    model: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OffTopic:
    """A post, release or news item that was classified as off topic, and why. Papers are only counted."""

    id: str
    title: str
    url: str
    kind: ItemKind
    feed: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """The precision of a model's labels, in 0..1 with its 95 % interval, and the sample that it was measured on.

    The sample has `labels` labels of `texts` texts, drawn at random from new papers. `model` is the beginning of its SHA-256.
    Of `checked` labels that the workspace's editor confirmed or corrected in the last half year, `stood` were right.
    """

    right: float
    low: float
    high: float
    labels: int
    texts: int
    measured: date
    model: str
    checked: int = 0
    stood: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionWords:
    """What an edition says of a trend: its name, its baseline, and the touched claims in the order of the section's."""

    id: str
    name: str
    summary: str
    line: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemWords:
    """An item's texts in the language of an edition. An empty one stays as its source has it."""

    id: str
    title: str = ""
    summary: str = ""
    brief: str = ""
    result: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Translation:
    """The items that a language model translated for an edition, and what it left as it was."""

    model: str
    items: tuple[ItemWords, ...] = ()
    left: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """The words of an issue in another language than its own. What is common to all editions is in the issue alone."""

    language: str
    title: str
    lines: tuple[Line, ...] = ()
    trends: tuple[SectionWords, ...] = ()  # in the order of the issue
    off_topic: tuple[str, ...] = ()  # the reasons, in the order of the issue's
    translation: Translation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One edition. As JSON it is issue.json, from which all other files of the issue are rendered."""

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
    note: str = ""  # the editor's opening note, in Markdown
    subject: str = ""  # of the mail, in the editor's words; empty: made from the lead
    preheader: str = ""  # what an inbox shows after it, in the editor's words; empty: made from the lines
    lead: str = ""  # the id of the item that opens the issue; empty in older issues, and without items
    read_first: tuple[str, ...] = ()  # item ids, after the lead
    releases: tuple[Released, ...] = ()  # models first, then tools, then versions of software
    watched: tuple[str, ...] = ()  # ids of the items that match the watchlist
    moved: tuple[Moved, ...] = ()  # names and phrases, surest first
    closest: tuple[Moved, ...] = ()  # phrases that came closest to moving, if nothing did; counted in titles and texts
    mentions: TermCounts | None = None  # of names in titles and texts, for later issues
    phrases: TermCounts | None = None  # the same of phrases
    names: tuple[NewName, ...] = ()  # new names, in issues that were made before `moved`
    trends: tuple[Section, ...] = ()  # the trends with items, in the order of the issue
    also_noted: tuple[IssueItem, ...] = ()
    noted_papers: tuple[str, ...] = ()  # ids of the papers that the mail lists by title: of these, or folded in a trend
    off_topic: tuple[OffTopic, ...] = ()
    reported: tuple[Reported, ...] = ()  # benchmark results that its items report of themselves
    quiet: tuple[str, ...] = ()
    receipt: dict[Fate, int] = field(default_factory=dict)
    feeds: tuple[FeedReport, ...] = ()
    model: ModelNote | None = None  # the language model that wrote parts of it
    accuracy: Accuracy | None = None  # of the model that classified the items; None if not measured
    grades: tuple[Grade, ...] = ()  # of the issues that became four weeks old since the last one
    tally: Tally = field(default_factory=dict)  # counts each item once, under the feed that had it first
    editions: tuple[Edition, ...] = ()  # its words in other languages, if it is published in several

    def items(self, *, folded: bool = True, noted: bool = True) -> Iterator[IssueItem]:
        """Every item in the issue's order, section by section, then the also noted.

        Args:
            folded: include folded items.
            noted: include the also noted, which fit no trend.
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
        """The number of items in the issue, shown and folded."""
        return sum(section.size for section in self.trends) + len(self.also_noted)
