"""Closed issues as shown in lists, overview pages and search results."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.model.issue import IssueState, Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """An issue in a list. `shown` counts the items in the mail, `items` all items of the issue."""

    key: str
    title: str
    line: str  # the first of the issue's three lines
    lines: tuple[str, ...] = ()
    state: IssueState
    sample: bool
    slot: datetime
    window: Window
    shown: int
    items: int
    trends: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One item of a closed issue, for overview pages and searches. `trends` are best first; `sources` are names of feeds.

    A folded item has no summary, authors or sources. `section` is its trend, or "" if it is also noted.
    """

    key: str  # of its issue
    id: str
    title: str
    url: str
    section: str
    shown: bool  # not folded
    authors: tuple[str, ...] = ()
    summary: str = ""
    trends: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One trend in one closed issue: its pulse, and the numbers of shown and folded items."""

    key: str
    slot: datetime
    count: int
    expected: float | None
    verdict: str
    shown: int
    folded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A search result. In `title` and `snippet`, matching words stand between U+0002 and U+0003."""

    card: Card
    slot: datetime
    title: str
    snippet: str
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """The paths in a workspace. Does not access them."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "feeds.yaml"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def trends(self) -> Path:
        return self.root / "trends"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def lessons(self) -> Path:
        return self.root / "lessons.jsonl"

    @property
    def edits(self) -> Path:
        return self.root / "edits.jsonl"

    @property
    def state(self) -> Path:
        return self.root / ".digest"

    @property
    def database(self) -> Path:
        return self.state / "digest.sqlite3"

    @property
    def restored(self) -> Path:
        """A backup that is being moved into place. It exists only during a restore, or after one that was killed."""
        return self.state / "restored"

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"
