"""How an issue did: the works of its window that the field took up since, and what had become of each. Part of a later issue's issue.json."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

UptakeKind = Literal[
    "votes",
    "points",
    "stars",
    "downloads",
    "likes",
    "comments",
    "picked",  # by a round-up that links to it
    "voice",  # of another source that showed it later
    "follow_up",  # of an item of a later issue
]
GradeFate = Literal[
    "shown",
    "also_noted",
    "folded",
    "merged",
    "filtered",
    "dropped",  # by the editor
    "off_topic",
    "too_old",
    "replaced",
    "over_limit",
    "flooded",
    "unreadable",
    "no_feed",  # no feed of the digest showed it
    "unknown",  # today's configuration and model would let it in
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Uptake:
    """One sign, seen after the issue's cutoff, that others took up a work. `before` is the count that the issue knew."""

    kind: UptakeKind
    source: str
    at: datetime
    value: int = 0
    before: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """What would have let a missed work in, and how many others with it. `also` are other commands, of which one is enough.

    `others` are further works of the last `issues` issues that it lets in, of which the field took up `taken_up`; None if that
    cannot be told, because no feed has shown them.
    """

    command: str
    also: tuple[str, ...] = ()
    others: int | None = None
    taken_up: int = 0
    issues: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class GradedWork:
    """A work that the field took up, and its fate in the graded issue. `detail` is the pattern, the score, the place or the other work."""

    id: str
    title: str
    url: str
    uptakes: tuple[Uptake, ...]
    fate: GradeFate
    detail: str = ""
    remedy: Remedy | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade:
    """The grade of the issue `key`, from what was seen after its cutoff and up to `until`."""

    key: str
    until: datetime
    works: tuple[GradedWork, ...] = ()

    @property
    def shown(self) -> int:
        """The number of works that the issue had shown."""
        return sum(work.fate == "shown" for work in self.works)

    @property
    def in_feeds(self) -> int:
        """The number of works that a feed of the digest had shown in time."""
        return sum(work.fate != "no_feed" for work in self.works)

    @property
    def missed(self) -> tuple[GradedWork, ...]:
        """Those that it had not."""
        return tuple(work for work in self.works if work.fate != "shown")
