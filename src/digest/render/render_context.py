"""What the parts of one view share: the issue, the trends, the addresses, and how much of an issue a format shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import Locale

from digest.model import Issue, IssueItem, Section, Trend
from digest.render.links import Links
from digest.text.clean import ADDRESS, clean, cut, readable, web_url


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much of an issue a format shows. None is all of it."""

    words: int | None = None  # of a summary
    items: int | None = None  # of a section
    claims: int = 0  # of a section's baseline that are touched
    releases: int | None = None
    titles: int | None = None  # of also noted, and of the feeds in trouble
    chars: int | None = None  # of any title, name or reason
    address: int = ADDRESS  # characters; a longer one is not linked
    folded: bool = False  # the folded items, and what was taken for off topic
    shrunk: bool = False  # less than the format would like to show


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One issue, seen from where a format stands."""

    issue: Issue
    trends: Mapping[str, Trend]
    links: Links
    limits: Limits
    locale: Locale
    public: Links  # the archive's address on the web, wherever the format stands

    @property
    def lead(self) -> str:
        """The id of the item that opens the issue; empty where it has none."""
        return next(iter(self.issue.best), "")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.issue.timezone)

    def shown(self, section: Section) -> tuple[IssueItem, ...]:
        """The items of a section that the format has room for; the others are only counted."""
        return section.items[: self.limits.items] if section.own and not self.limits.folded else section.items

    def text(self, raw: str) -> str:
        return cut(readable(raw), self.limits.chars)

    def url(self, raw: str) -> str:
        found = web_url(raw)
        return found if len(found) <= self.limits.address else ""

    def trend_name(self, id_: str) -> str:
        return clean(self.trends[id_].name if id_ in self.trends else id_)
