"""The context of a view: the issue, the trends, the links, and how much of an issue the format shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import Locale

from digest.model import Issue, IssueItem, Section, Trend
from digest.render.links import Links
from digest.text.clean import ADDRESS, clean, cut, readable, web_url


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much of an issue a format shows. None means everything."""

    words: int | None = None  # of a summary
    items: int | None = None  # of a section
    claims: int = 0  # touched claims of a section's baseline
    releases: int | None = None
    titles: int | None = None  # of also noted, and of feeds with problems
    chars: int | None = None  # of any title, name or reason
    address: int = ADDRESS  # characters; longer URLs are not linked
    folded: bool = False  # the folded items, and what was taken for off topic
    shrunk: bool = False  # whether less is shown than the format intends


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One issue in the context of a format."""

    issue: Issue
    trends: Mapping[str, Trend]
    links: Links
    limits: Limits
    locale: Locale
    public: Links  # links to the archive on the web, whatever the format

    @property
    def lead(self) -> str:
        """The id of the item that opens the issue; empty where it has none."""
        return next(iter(self.issue.best), "")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.issue.timezone)

    def shown(self, section: Section) -> tuple[IssueItem, ...]:
        """The items of a section that the format shows; the others are only counted."""
        return section.items[: self.limits.items] if section.own and not self.limits.folded else section.items

    def text(self, raw: str) -> str:
        return cut(readable(raw), self.limits.chars)

    def url(self, raw: str) -> str:
        found = web_url(raw)
        return found if len(found) <= self.limits.address else ""

    def trend_name(self, id_: str) -> str:
        return clean(self.trends[id_].name if id_ in self.trends else id_)
