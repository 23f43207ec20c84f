"""Render the archive's overview pages from summaries, cards and points; `trend_pages` has those of trends."""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from zoneinfo import ZoneInfo

from digest.model import Card, Record, Summary, Trend, Window
from digest.render.chart import Chart, RecordChart
from digest.render.engine import Engine
from digest.render.links import PICTURE
from digest.render.pages import (
    EntryView,
    GroupView,
    SiteView,
    SourceRow,
    TrendRow,
    YearView,
    card_view,
)
from digest.render.view_models import EditionView
from digest.text import formatting
from digest.text.clean import clean, cut, readable
from digest.text.words import gettext

NAME_CHARS = 80  # of a feed
LINKED = 12  # the maximum number of parts that a page links to

_BESIDE = re.compile(r'(<span class="beside">)(?:<a [^<>]*>[^<>]*</a> ?)*(</span>)')


class Site:
    """The pages of one archive.

    Args:
        title: the digest's title.
        about: what the front page says of it.
        language: a BCP 47 tag.
        timezone: an IANA name; dates are shown in this zone.
        templates: the texts of the templates by name.
        base: the URL of the archive with a trailing slash; empty if it has none.
        sign_up: the URL of the sign-up page; empty if nobody can sign up.
        editions: the other editions of the archive.
    """

    def __init__(
        self,
        *,
        title: str,
        about: str,
        language: str,
        timezone: str,
        templates: Mapping[str, str],
        base: str,
        sign_up: str = "",
        editions: tuple[EditionView, ...] = (),
    ) -> None:
        self._editions = editions
        self._engine = Engine(templates)
        self._script = templates["site/search.js"]
        self._about = clean(about)
        self.title, self._language, self._base, self._sign_up = clean(title), language, base, sign_up
        self.locale = formatting.locale_of(language)
        self._zone = ZoneInfo(timezone)
        self._spans: dict[Window, str] = {}  # all pages list the same issues

    def index(self, summaries: Sequence[Summary], *, older: Sequence[int]) -> str:
        """The front page: what the digest is, its latest issue, the others of that year, and links to earlier years."""
        closed = next((one for one in summaries if one.state == "closed"), None)
        return self.page(
            "index",
            "",
            path="",
            about=readable(closed.line) if closed else gettext("All issues."),
            picture=f"{closed.key}/{PICTURE}" if closed else "",
            heading=self.title,
            soft=self._about,
            latest=self._entry(summaries[0], "") if summaries else None,
            years=self._years(summaries[1:], ""),
            older=older,
        )

    def year(self, year: int, summaries: Sequence[Summary]) -> str:
        """One year's issues."""
        return self.page(
            "index",
            "../",
            path=f"{year}/",
            about=gettext("The issues of %(year)s.", year=year),
            heading=str(year),
            soft=self.title,
            latest=None,
            years=self._years(summaries, "../"),
            older=(),
        )

    def record(self, records: Sequence[Record]) -> str:
        """How the issues did over the archive's life, oldest first: what they showed of what the field took up, and more."""
        return self.page(
            "record",
            "../",
            path="record/",
            about=gettext("How the issues of this digest did."),
            heading=gettext("Record"),
            soft=self.title,
            chart=RecordChart(records=tuple(records)),
        )

    def sources(self, rows: Sequence[SourceRow]) -> str:
        """All feeds of archived items, with the items that are newer than their own pages."""
        ordered = sorted(rows, key=lambda row: formatting.name_order(row.name))
        return self.page(
            "sources",
            "../",
            path="sources/",
            about=gettext("Every feed that an issue's items came from, and its items."),
            heading=gettext("Sources"),
            soft=self.title,
            sources=ordered,
        )

    def source_row(
        self, name: str, *, count: int, latest: str, newer: Sequence[Card], spans: Mapping[str, Summary]
    ) -> SourceRow:
        """A feed's row. `newer` are the items that its page does not have yet, latest issue first."""
        groups = self._by_issue(newer, spans)
        return SourceRow(id=source_id(name), name=_named(name), count=count, latest=latest, newer=groups)

    def source(self, name: str, cards: Sequence[Card], spans: Mapping[str, Summary], *, until: str, older: int) -> str:
        """A feed's items up to an issue, latest issue first. `older` is the number of parts with earlier items."""
        return self.page(
            "source",
            "../../",
            path=f"sources/{source_id(name)}/",
            about=gettext("Items from %(source)s, by issue.", source=_named(name)),
            heading=_named(name),
            soft=gettext("Items up to %(issue)s", issue=until),
            feed=True,
            id=source_id(name),
            anchor="",
            groups=self._by_issue(cards, spans),
            older=latest_parts(older),
        )

    def source_part(self, name: str, part: int, cards: Sequence[Card], spans: Mapping[str, Summary]) -> str:
        """A part with earlier items of a feed, which never changes."""
        span = span_of(cards[-1].key, cards[0].key)
        return self.page(
            "part",
            "../../../",
            path=f"sources/{source_id(name)}/{part}/",
            about=span,
            heading=part_name(_named(name), part),
            soft=span,
            back=gettext("The source and its latest items"),
            before=part - 1,
            anchor="",
            groups=self._by_issue(cards, spans),
        )

    def beside(self, before: str | None, after: str | None) -> str:
        """The links from an issue's page to its neighbours and to the sign-up page, as HTML."""
        page = self._engine.render("site/beside.html.j2", before=before, after=after, sign_up=self._sign_up)
        return page.strip()

    def search(self, trends: Sequence[Trend], quarters: Sequence[str]) -> str:
        """The search page. Its data are the shards of the quarters."""
        named = [TrendRow(id=one.id, name=clean(one.name), chart=Chart(points=())) for one in trends]
        about = gettext("Search every item of every issue.")
        return self.page(
            "search",
            "../",
            path="search/",
            about=about,
            heading=gettext("Search"),
            soft=self.title,
            trends=named,
            quarters=quarters,
        )

    @property
    def script(self) -> str:
        return self._script

    def latest(self, key: str) -> str:
        """A page that redirects to the latest issue."""
        return self.page("latest", "../", heading=f"{self.title}, {key}", key=key)

    def span(self, summary: Summary) -> str:
        window = summary.window
        if window not in self._spans:
            self._spans[window] = formatting.span(window, self._zone, self.locale)
        return self._spans[window]

    def page(self, name: str, root: str, **page: object) -> str:
        """A page from its template. `root` is the relative link to the archive."""
        view = SiteView(
            title=self.title,
            language=self._language,
            direction=self.locale.text_direction,
            root=root,
            base=self._base,
            sign_up=self._sign_up,
            editions=self._editions,
        )
        return self._engine.render(f"site/{name}.html.j2", site=view, page={"picture": "", "feed": False, **page})

    def _years(self, summaries: Sequence[Summary], root: str) -> tuple[YearView, ...]:
        dated = ((summary.slot.astimezone(self._zone).year, summary) for summary in summaries)
        return tuple(
            YearView(year=year, issues=tuple(self._entry(summary, root) for _, summary in group))
            for year, group in groupby(dated, key=lambda pair: pair[0])
        )

    def _entry(self, summary: Summary, root: str) -> EntryView:
        return EntryView(
            key=summary.key,
            url=f"{root}{summary.key}/index.html",
            span=self.span(summary),
            headline=readable(summary.headline) or readable(summary.line),
            line=readable(summary.line) if summary.headline else "",
            shown=summary.shown,
            items=summary.items,
            sample=summary.sample,
        )

    def _by_issue(self, cards: Sequence[Card], spans: Mapping[str, Summary]) -> tuple[GroupView, ...]:
        return tuple(
            GroupView(key=key, span=self.span(spans[key]), items=tuple(map(card_view, group)), folded=0)
            for key, group in groupby(cards, key=lambda card: card.key)
        )


def span_of(first: str, last: str) -> str:
    return gettext("%(first)s to %(last)s", first=first, last=last)


def part_name(name: str, part: int) -> str:
    return gettext("%(name)s, part %(number)s", name=name, number=part)


def latest_parts(parts: int) -> range:
    """The parts that a page links to, latest first. Each links to the one before, so that no page grows with the archive."""
    return range(parts, max(0, parts - LINKED), -1)


def _named(source: str) -> str:
    return cut(clean(source), NAME_CHARS) or gettext("A source")


def source_id(name: str) -> str:
    """A readable and unique folder name for a feed."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return f"{slug}-{sha256(name.encode(errors='replace')).hexdigest()[:6]}".lstrip("-")


def with_beside(page: str, links: str) -> str:
    """An issue's page with these links to its neighbours and the sign-up page, otherwise unchanged."""
    return _BESIDE.sub(lambda found: f"{found[1]}{links}{found[2]}", page)
