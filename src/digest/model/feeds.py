"""What feeds hold, what is remembered of them, and the items that are seen in them."""

from dataclasses import dataclass
from datetime import date, datetime
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
ItemKind = Literal["paper", "release", "post", "news"]
FeedStatus = Literal["ok", "unchanged", "failed", "gone", "skipped"]


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
    "frozen",  # the same document for longer than is usual
    "stale",  # an old batch served as today's
    "empty",  # no entries, where there always were some
    "shrunk",  # part of its archive, or of its news, is missing
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
    kind: ItemKind | None = None  # None where it was stored before kinds were


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One work with every place it was seen, earliest first (ties by the order of feeds.yaml).

    `id` is the best of `keys`: arXiv id, else DOI, else canonical URL, else feed and guid.
    """

    id: str
    keys: tuple[str, ...]
    sightings: tuple[Sighting, ...]
