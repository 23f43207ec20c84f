"""Subscribers, what they chose about their letters, recipients, and the states of messages and letters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Frequency = Literal["issue", "daily", "weekly", "monthly"]
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
MINUTES = (3, 5, 10, 20)  # reading times to choose from
HEAVIEST = 3.0  # of a weight, up or down; about the difference between a picked item and an ordinary one
LetterState = Literal[
    "due",  # its recipients are fixed; it is not made yet
    "made",
    "empty",  # nothing in it is for them
    "broken",  # its mail fails the lint
]
DeliveryState = Literal[
    "pending",  # to be sent, now or at its retry time
    "offered",  # its body may have been sent; after a kill, the next run marks it in doubt
    "accepted",  # the server or channel accepted it
    "refused",  # permanently refused
    "in_doubt",  # perhaps accepted; sent again only if a person asks for it
    "suppressed",  # opted out after the list was fixed
    "expired",  # deferred for a day
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
    "paused",  # gets none until they resume
    "unsubscribed",  # opted out
    "suspended",  # their mail bounced permanently on several days
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """How often a reader gets a letter, how long it is, what counts for more, and its form.

    `day` is the weekday of a weekly letter (1 is Monday) or the day of the month of a monthly one, `hour` the local hour in `zone`.
    `weights` are named: `trend:agents`, `author:Ada Lovelace`, `term:speculative decoding`, `work:arxiv:2606.00001`, `feed:NAME`.
    Each is added to the worth of the items that it names.
    """

    frequency: Frequency = "issue"
    day: int = 1
    hour: int = 7
    zone: str = ""  # IANA; empty: the digest's
    minutes: int | None = None  # None: as the issue
    weights: Mapping[str, float] = field(default_factory=dict)
    plain: bool = False  # plain text only
    paused_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An item's place in a letter. `rank` counts from 1 in its section."""

    id: str
    section: str  # a trend, or empty for what is also noted
    rank: int
    shown: bool
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRow:
    """One letter: whose choices it follows, and its interval ``(start, cutoff]``. All of them are fixed when its round begins.

    `name` is shown as an issue's key is. `others` counts the items of the interval that are not for its readers.
    """

    key: str
    round: str
    name: str
    slot: datetime
    choice: Preferences
    trends: tuple[str, ...]
    language: str
    start: datetime | None
    cutoff: datetime
    state: LetterState = "due"
    reason: str = ""
    others: int = 0
    items: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """A person on the list. `trends` are the chosen ones (empty: all); `consent` says when and how they agreed."""

    id: int
    address: str
    name: str
    status: SubscriberStatus
    trends: tuple[str, ...]
    consent: str
    added: datetime
    hard_bounces: int = 0
    link: str = ""  # their random id in links, which is never reused
    language: str = ""  # of the edition they read; empty: the main one


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """A pending row of a mailing. `attempts` counts deferrals; `wants` is False if the subscriber has opted out."""

    id: int
    address: str
    name: str = ""
    trends: tuple[str, ...] = ()
    attempts: int = 0
    deferred_since: datetime | None = None
    wants: bool = True
    link: str = ""
    language: str = ""  # of their edition; empty: the main one
    letter: str = ""  # the key of their own letter; empty: the issue as it is


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """The state of one message of a mailing, with the server's reply."""

    issue: str
    route: str
    address: str
    state: DeliveryState
    at: datetime
    retry_at: datetime | None
    reply: str
