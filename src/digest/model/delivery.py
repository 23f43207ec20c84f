"""Subscribers, recipients, and the states of messages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
