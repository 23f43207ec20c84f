"""The archive's overview pages: summaries of issues -> pages. Pure, like all of `render`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from digest.model import Summary
from digest.render import words
from digest.render.engine import Engine
from digest.render.plain import clean

INDEX = "site/index.html.j2"


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    key: str
    url: str
    span: str
    line: str
    shown: int
    items: int
    draft: bool
    sample: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class YearView:
    year: int
    issues: tuple[EntryView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteView:
    title: str
    language: str
    direction: str
    years: tuple[YearView, ...]


def index_page(
    summaries: Sequence[Summary], *, title: str, language: str, timezone: str, templates: Mapping[str, str]
) -> str:
    """The list of issues by year, latest first.

    Args:
        summaries: latest first.
        title: the digest's.
        language: a BCP 47 tag.
        timezone: an IANA name; dates are told in it.
        templates: name -> text.
    """
    locale, zone = words.locale_of(language), ZoneInfo(timezone)
    entries = [
        (
            summary.slot.astimezone(zone).year,
            EntryView(
                key=summary.key,
                url=f"{summary.key}/index.html",
                span=words.span(summary.window, zone, locale),
                line=clean(summary.line),
                shown=summary.shown,
                items=summary.items,
                draft=summary.state == "draft",
                sample=summary.sample,
            ),
        )
        for summary in summaries
    ]
    years = tuple(
        YearView(year=year, issues=tuple(entry for _, entry in group))
        for year, group in groupby(entries, key=lambda pair: pair[0])
    )
    view = SiteView(title=clean(title), language=language, direction=locale.text_direction, years=years)
    return Engine(templates).render(INDEX, site=view)
