"""What a send tells while it runs, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from digest.model import DeliveryState
from digest.storage.db.mailing import Reason


class Listener(Protocol):
    """Is notified of the progress of a send."""

    def begin(self, route: str, total: int) -> None: ...

    def settled(self, state: DeliveryState) -> None: ...


class Silent:
    """A listener that does nothing."""

    def begin(self, route: str, total: int) -> None: ...

    def settled(self, state: DeliveryState) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteSent:
    """One route after a run. `counts` add up to `candidates`; `moved` counts the recipients by the state this run gave them.

    `suspended` are addresses that were refused permanently on several days and get no more mail.
    """

    route: str
    place: str
    candidates: int
    counts: dict[DeliveryState, int]
    moved: dict[DeliveryState, int]
    next_retry: datetime | None
    stopped: str  # why the run ended early or skipped domains, in the server's words
    suspended: tuple[str, ...] = ()
    reasons: tuple[
        Reason, ...
    ] = ()  # the replies because of which recipients are waiting, refused or given up; most frequent first

    @property
    def waiting(self) -> int:
        return self.counts["pending"]

    @property
    def needs_people(self) -> bool:
        """Whether someone must decide or fix something, or run it again."""
        new = self.moved.get("refused", 0) + self.moved.get("expired", 0)
        return bool(self.counts["in_doubt"] or self.waiting or new or self.stopped)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The result of a send. Without routes there were no recipients."""

    key: str
    routes: tuple[RouteSent, ...] = field(default=())

    @property
    def needs_people(self) -> bool:
        return any(route.needs_people for route in self.routes)

    @property
    def accepted(self) -> int:
        """The number of messages accepted in this run."""
        return sum(route.moved.get("accepted", 0) for route in self.routes)

    @property
    def stopped(self) -> str:
        return next((f"{route.place}: {route.stopped}" for route in self.routes if route.stopped), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a send would do on one route. `size` is the size of one message in bytes; 0 if there is none.

    For a team's channel, `service` names the program, `title` and `text` are the message in its own markup, and `refused` says why there is none.
    """

    route: str
    place: str
    candidates: int
    due: int
    size: int
    service: str = ""
    title: str = ""
    text: str = ""
    refused: str = ""
