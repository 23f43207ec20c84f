"""Feed documents, what is remembered of feeds, and the items seen in them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from digest.model.kinds import Fate, ItemKind, Window

FeedStatus = Literal["ok", "unchanged", "failed", "gone", "skipped"]

SignalName = Literal[
    "votes",
    "points",
    "comments",
    "stars",
    "downloads",
    "likes",
    "accepted",  # at a conference or by a journal, which `text` names
    "picked",  # linked to by a round-up of works, which `text` names
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """What a feed says of others' interest in a work."""

    name: SignalName
    value: int
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """A signal as a feed showed it last, up to some instant."""

    feed: str  # the feed's name
    name: SignalName
    value: int
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One element of a feed document. `link` is absolute http(s) or empty; `announce` is arXiv's announce type.

    `links` are the addresses on other hosts that its text links to.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    doi: str = ""
    announce: str = ""
    signals: tuple[Signal, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A parsed feed document. `damaged` counts truncated entries that were left out; `notes` say what was repaired.

    `page` is the address of the feed's own page, `older` that of the document with the entries before these. `skip_days` are English weekday names, `skip_hours` hours of UTC, `ttl` is in minutes (0: unsaid); as RSS 2.0 defines them.
    """

    title: str
    entries: tuple[Entry, ...]
    page: str = ""
    older: str = ""
    damaged: int = 0
    notes: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()
    skip_hours: tuple[int, ...] = ()
    ttl: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """What is remembered of a feed between fetches. `url` is the configured URL, which identifies the feed."""

    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""  # of the last document that could be read
    moved_to: str = ""  # the target of permanent redirects
    moved_since: datetime | None = None
    failures: int = 0  # in a row
    not_found_since: datetime | None = None
    next_due: datetime | None = None
    asked_until: datetime | None = None  # the server asked for no requests before this
    gone: bool = False
    first_ok: datetime | None = None
    covered: date | None = None  # the last day of arXiv's announcements that is stored; None for other feeds


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """The results of one day's fetches of a feed. Counts other than `new` and `flooded` are those of the last document."""

    at: datetime  # of the last document read, or else of the last fetch
    read: bool  # a document was parsed
    entries: int = 0
    new: int = 0
    known: int = 0  # entries that the feed had shown before
    redated: int = 0  # of these, those with a different date
    strange: int = 0  # entries that link to hosts new to the feed
    flooded: int = 0
    title: str = ""  # the document's own title

    @property
    def day(self) -> date:
        """The day, in UTC."""
        return self.at.date()

    @property
    def kept(self) -> int:
        """Entries from before this day. A document that was read again counts its own new entries among the known."""
        return max(0, self.entries - self.new)


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """When a feed first showed an item, and the item's own date."""

    first_seen: datetime
    published: datetime | None


HealthVerdict = Literal[
    "ok",
    "muted",  # not fetched, because the editor said so
    "learning",  # too little is known to call its silence unusual
    "silent",  # without news for unusually long
    "frozen",  # the same document for unusually long
    "stale",  # an old batch served as today's
    "empty",  # no entries, although there always were some
    "shrunk",  # part of its archive, or of its news, is missing
    "restamped",  # entries change their dates
    "strange",  # another feed's content
    "flooded",  # its archive was shown again under new ids
    "failed",
    "gone",
]
UNTROUBLED: tuple[HealthVerdict, ...] = ("ok", "muted", "learning")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedHealth:
    """The health of a feed. `sentence` says what is unusual; it is empty if nothing is.

    `every` is the median gap between publishing days, in days; `usual` the number of items on a day with news; 0 means unknown.
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
    """The first appearance of an item in a feed. `fate` is set if collecting already decided it."""

    feed: str  # the feed's name
    url: str  # the entry's link, or the feed's URL if it has none
    title: str
    summary: str
    authors: tuple[str, ...]
    published: datetime | None
    first_seen: datetime
    fate: Fate | None = None
    kind: ItemKind | None = None  # None if stored by a version without kinds


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One work with all its sightings, earliest first (ties in the order of feeds.yaml).

    `id` is the best of `keys`: the arXiv id, or else the DOI, the canonical URL, or feed and guid.
    """

    id: str
    keys: tuple[str, ...]
    sightings: tuple[Sighting, ...]
    observations: tuple[Observation, ...] = ()  # the last of each feed and signal

    def seen_in(self, window: Window) -> bool:
        """Whether a feed showed it for the first time in this window."""
        return any(window.holds(sighting.first_seen) for sighting in self.sightings)
