"""What an entry became, the kinds of items, the states of issues, and the time whose items an issue holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Fate = Literal[
    "shown",  # in a section
    "also_noted",  # about language models, in no trend
    "folded",  # in a trend, beyond the reading budget
    "merged",  # another sighting of an item, or part of a story
    "filtered",  # by the feed's include and exclude, or by the editor
    "off_topic",  # not about language models
    "too_old",  # older than max_age, or than lookback in a new feed
    "replaced",  # an arXiv replacement of an older paper
    "over_limit",  # beyond the feed's max_items
    "flooded",  # part of an archive that a feed showed again
    "unreadable",  # without title and link, or truncated
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
IssueState = Literal["draft", "closed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The half-open interval ``(start, end]`` of first-seen instants. `start` is None for the first issue."""

    start: datetime | None
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether that instant lies in the window."""
        return (self.start is None or at > self.start) and at <= self.end
