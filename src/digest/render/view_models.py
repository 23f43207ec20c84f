"""The view models of an issue, which templates lay out.

Texts are clean lines, not yet escaped. URLs are http(s), relative within the archive, or empty if there is nothing to link to.
`docs/reference/templates.md` lists every field with an example.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale

from digest.model import Issue, IssueItem, Section, Trend
from digest.render.links import Links
from digest.text.clean import ADDRESS, clean, cut, readable, web_url


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkView:
    text: str
    url: str
    words: str = ""  # by which it was found, or what is said of it
    key: str = ""  # of its issue, where it may be another one
    stance: str = ""  # how it seems to stand to a claim, with the sentence that shows it, if a language model was asked


@dataclass(frozen=True, kw_only=True, slots=True)
class LineView:
    """One sentence of "this week in three lines", split around the words that link into the issue."""

    before: str
    linked: str
    after: str
    target: str  # an anchor of the issue; empty without a link


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonView:
    """The words of an item that decided a trend."""

    trend: str
    words: tuple[str, ...]
    here: bool  # the trend under which the item stands


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteView:
    """The editor's opening note."""

    html: str  # sanitised
    markdown: str  # without raw markup and headings
    paragraphs: tuple[tuple[LinkView, ...], ...]  # without markup: pieces of text, some of them linked


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemView:
    anchor: str
    title: str
    url: str
    authors: str
    date: str
    language: str  # the code of the title's language where it is not the issue's, else ""
    language_name: str  # that language in the issue's own words: Korean; empty for English, which needs no telling
    summary: str
    result: str  # one sentence that carries its result
    because: str  # the reasons as one plain sentence
    reasons: tuple[ReasonView, ...]  # the words of its first trend, then those of its other trends
    uncertain: str  # says that its trends are, because the classifier does not read its language; "" otherwise
    kind: str  # paper, release, post, news, or "" in an older issue
    sources: tuple[LinkView, ...]  # where it was seen; a source's URL is empty if it is the item's own
    more_sources: int
    signals: str  # of others' interest: `240 votes · accepted at ICLR 2026`
    artefacts: tuple[LinkView, ...]  # code, weights and data that its text links to
    follows: LinkView | None  # how it continues an earlier item, linked to that item's issue
    pinned: bool  # chosen by the editor
    editor: str  # what the editor did: `chosen by the editor`; "" if nothing
    watched: str  # the entries of the watchlist that it matches
    trend: str  # the name of its first trend, "" without one
    trend_anchor: str
    plain_title: str  # beside a title that does not say what the work is about; by a language model
    written: (
        str  # who wrote the summary, if a language model did: `Written by NAME from the abstract, checked against it`
    )
    result_written: str  # the same of `result`
    original_title: str  # in the source's language, where `title` is a translation
    original_summary: str  # the same of `summary`
    leads: bool  # it opens the issue, where its summary stands
    above: LinkView | None  # where the issue has told its result already, which `summary` then leaves out


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseView:
    """A release. `facts` are those in the text, in one line; `cells` has one entry per column of the issue's table."""

    anchor: str
    name: str
    url: str
    maker: str
    what: str  # in a clause; "" where its item is told above the list
    facts: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OffTopicView:
    title: str
    url: str
    kind: str
    feed: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseView:
    count: int
    mark: str  # ▲ ▼ · or, without a history, nothing
    words: str
    moved: bool  # whether it came more or less often than expected, which the words say
    past: tuple[int, ...]  # the counts of past issues, oldest first
    columns: tuple[int, ...]  # those and this one's, in percent of the highest


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimView:
    """A claim of a baseline, and the items that touch it, whether they agree or not. `more` counts the others."""

    date: str
    text: str
    told: str = ""  # in an issue, how many of its items do
    items: tuple[LinkView, ...]
    more: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionView:
    anchor: str
    name: str
    pulse: PulseView
    baseline: str  # one sentence; in a workspace's first issue the summary
    as_of: str  # that sentence's own date
    trend_url: str
    claims: tuple[ClaimView, ...]  # the claims of the baseline that items of this issue touch
    own: bool  # whether it stands by itself; the others share a block of titles
    items: tuple[ItemView, ...]
    told: tuple[LinkView, ...]  # the works of which the issue has told everything above, by their short titles
    folded: tuple[ItemView, ...]
    more: int  # items that this format only counts
    more_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NameView:
    """A name or phrase that moved, with what it is compared with and the titles that hold it, up to three."""

    name: str
    told: str
    items: tuple[LinkView, ...]
    more: int  # further items that name it


@dataclass(frozen=True, kw_only=True, slots=True)
class TroubleView:
    feeds: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GradeView:
    """The grade of an earlier issue as a sentence, and the missed works with their fates; `more` were left out."""

    text: str
    key: str
    url: str
    works: tuple[LinkView, ...]
    more: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EditionView:
    """Another edition of the page. `root` is the way to its top from the top of this edition; it ends in a slash or is empty."""

    language: str
    name: str  # in its own words
    root: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueView:
    title: str
    key: str
    language: str
    direction: str  # ltr | rtl
    editions: tuple[EditionView, ...]  # the others, if there are several
    span: str
    period: str  # today | this week | this month
    in_lines: str  # This week in three lines, by their number
    date: str
    draft: bool
    sample: bool
    preheader: str
    item_count: int
    feed_count: int
    minutes: str
    lead: ItemView | None  # the story that opens the issue, with its longer summary
    lead_voices: tuple[LinkView, ...]  # other sources of the lead
    lead_voices_more: int
    lines: tuple[LineView, ...]
    note: NoteView | None  # the editor's opening words
    watched: tuple[ItemView, ...]  # items that match the watchlist
    read_first: tuple[ItemView, ...]
    releases: tuple[ReleaseView, ...]
    releases_more: int  # that this format leaves to the web page
    beyond_language: tuple[
        LinkView, ...
    ]  # names of releases for readers of another field, which a page lists with the others
    release_columns: tuple[str, ...]  # columns of the table: Maker, Size, … if any release has them
    moved: tuple[NameView, ...]
    names: tuple[NameView, ...]  # of an older issue
    sections: tuple[SectionView, ...]  # with a section of their own
    shared: tuple[SectionView, ...]  # the others that have items
    contents: tuple[SectionView, ...]  # all of them, in the order of the issue
    has_history: bool
    counts: str  # what the numbers and marks of the contents mean, as a sentence
    also_noted: tuple[ItemView, ...]
    also_noted_more: int
    noted_order: str  # in which they stand, as a sentence; "" where an editor or the watchlist ordered them otherwise
    off_topic: tuple[OffTopicView, ...]  # only on the web page
    quiet: tuple[str, ...]
    entry_count: int = 0
    receipt: tuple[tuple[str, int], ...] = ()  # the fates of the entries, without zeros
    yours: str = ""  # a letter's own receipt, in a sentence; empty in an issue
    lacking: str = ""  # whose items may be missing, in a few words for the top; "" if all feeds could be read
    trouble: tuple[TroubleView, ...] = ()
    trouble_more: int = 0
    missing: str = (
        ""  # the feeds that could not be read, as a sentence; for mails, which leave `trouble` to the web page
    )
    model: str = ""  # what a language model wrote of the issue and what it did not, as sentences; "" if none was used
    writer: str = ""  # its name; "" if it wrote nothing of what the issue shows
    accuracy: str = ""  # the precision of the labels, as a sentence; "" if unknown
    rights: str = ""  # whose the texts are, and how items are sorted, as sentences
    grades: tuple[GradeView, ...] = ()  # of issues that became four weeks old
    shortened: str = ""  # what was left out to keep the mail complete, as a sentence; "" if nothing was
    coins: tuple[str, ...] = ()  # the issue and its items for reference managers; on the web page only
    view_url: str = ""
    archive_url: str = ""
    data_url: str = "issue.json"  # all editions share it
    latest_url: str = ""
    trends_url: str = ""
    sources_url: str = ""
    search_url: str = ""
    public_url: str = ""  # this issue's URL, "" without one
    picture_url: str = ""
    unsubscribe_url: str = ""
    preferences_url: str = ""
    teach_url: str = (
        ""  # behind it, the anchor of an item or a section asks for more or less of it; empty without a web address
    )
    teach_item_url: str = ""  # the same for items; empty too in a mail that would be too large


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much of an issue a format shows. None means everything."""

    words: int | None = None  # of a summary
    items: int | None = None  # of a section
    claims: int = 0  # touched claims of a section's baseline
    releases: int | None = None
    titles: int | None = None  # of also noted, and of feeds with problems
    chars: int | None = None  # of any title, name or reason
    address: int = ADDRESS  # characters; longer URLs are not linked
    teaches: bool = True  # links beside each item to ask for more or less like it
    folded: bool = False  # the folded items, and what was taken for off topic
    shrunk: bool = False  # whether less is shown than the format intends


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterNote:
    """What a reader's own letter says of itself: `since` is the start of its interval; `others` counts the items that are not for its readers; `url` is its web copy."""

    since: datetime | None
    others: int
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One issue in the context of a format."""

    issue: Issue
    trends: Mapping[str, Trend]
    links: Links
    limits: Limits
    locale: Locale
    public: Links  # links to the archive on the web, whatever the format
    editions: tuple[EditionView, ...] = ()
    letter: LetterNote | None = None  # if it is a reader's own letter

    @property
    def second(self) -> bool:
        """Whether it is not the main edition, which holds what all share."""
        return any(one.root == "../" for one in self.editions)

    @property
    def lead(self) -> str:
        """The id of the item that opens the issue; empty where it has none."""
        return next(iter(self.issue.best), "")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.issue.timezone)

    def shown(self, section: Section) -> tuple[IssueItem, ...]:
        """The items of a section that the format shows; the others are only counted."""
        return section.items[: self.limits.items] if section.own and not self.limits.folded else section.items

    def text(self, raw: str) -> str:
        return cut(readable(raw), self.limits.chars)

    def url(self, raw: str) -> str:
        found = web_url(raw)
        return found if len(found) <= self.limits.address else ""

    def trend_name(self, id_: str) -> str:
        return clean(self.trends[id_].name if id_ in self.trends else id_)
