"""The view models of the archive's pages."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from digest.model import Card
from digest.render.chart import Chart
from digest.render.items import authors_line
from digest.render.view_models import EditionView, LinkView
from digest.text.clean import anchor, readable, web_url


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteView:
    """The data of the archive for every page. `root` is the relative link to it, `base` its URL; both are empty or end in a slash."""

    title: str
    language: str
    direction: str
    root: str
    base: str
    sign_up: str = ""  # the URL of the sign-up page; empty if nobody can sign up
    editions: tuple[EditionView, ...] = ()  # the others, if there are several


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    key: str
    url: str
    span: str
    headline: str
    line: str
    shown: int
    items: int
    draft: bool = False  # for templates of earlier versions; drafts are not in the archive
    sample: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class YearView:
    year: int
    issues: tuple[EntryView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CardView:
    title: str
    url: str
    authors: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupView:
    """The items that one issue showed under a trend, and the number of folded ones."""

    key: str
    span: str
    items: tuple[CardView, ...]
    folded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierView:
    """An earlier baseline of a trend: its date, its texts, its claims with their dates as words, and who signed it."""

    as_of: str
    summary: str
    html: str
    claims: tuple[LinkView, ...]
    signed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BestView:
    """The best result on a benchmark, and the work that reports it with its sentence. `others` counts the other results."""

    benchmark: str
    value: str
    model: str
    work: LinkView
    others: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TermView:
    """A name or phrase that moved, with its figures by issue, latest first, and titles of the trend's items that hold it in the latest."""

    name: str
    told: tuple[tuple[str, str], ...]
    works: tuple[LinkView, ...]
    more: int  # further items of the trend


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """A feed in the list of sources: its number of items, and, by issue, those newer than its own page."""

    id: str
    name: str
    count: int
    latest: str
    newer: tuple[GroupView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendRow:
    id: str
    name: str
    chart: Chart


_SHARD = re.compile(r'digestShard\("([^"]+)",')


def shard_line(key: str, cards: Sequence[Card]) -> str:
    """An issue's items as a line of script for the search page. Nothing in it can end the script or become markup.

    Each item has what the page shows, and at the end those texts by which `digest search` finds it, if they differ.
    """
    data = ",".join(json.dumps(part, separators=(",", ":")) for part in (key, [_row(card) for card in cards]))
    return f"digestShard({data.replace('<', chr(92) + 'u003c')});\n"


def _row(card: Card) -> list[object]:
    shown = (readable(card.title), authors_line(card.authors), readable(card.summary))
    read = (card.title, ", ".join(card.authors), card.summary)
    differing = [text if text != said else 0 for text, said in zip(read, shown, strict=True)]
    return [anchor(card.id), *shown, card.trends, *([differing] if any(differing) else [])]


def shard_lines(shard: str) -> dict[str, str]:
    """The lines of a shard by the keys of their issues. Invalid lines are left out."""
    return {found[1]: line for line in shard.splitlines(keepends=True) if (found := _SHARD.match(line))}


def card_view(card: Card) -> CardView:
    """An item in a list."""
    return CardView(title=readable(card.title) or card.id, url=web_url(card.url), authors=authors_line(card.authors))
