"""Who gets the mail, and what became of each message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
    link: str = ""  # how links name them: random, and never used again


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """One row of a mailing that is to be sent. `attempts` counts the times that it was put off; `wants` is false of who opted out."""

    id: int
    address: str
    name: str = ""
    trends: tuple[str, ...] = ()
    attempts: int = 0
    deferred_since: datetime | None = None
    wants: bool = True
    link: str = ""


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
