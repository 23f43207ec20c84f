"""Feeds and their health, a found feed, an import and a check as pages for the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest.cli.common import NO_FEEDS
from digest.config import Feed
from digest.model import FeedHealth
from digest.pipeline.sources import Checked, Found
from digest.sources.opml import Refused

STYLES = {"ok": "green", "learning": "dim", "failed": "red", "gone": "red", "unchanged": "dim"}


def print_feeds(feeds: Sequence[Feed], found: Sequence[FeedHealth]) -> None:
    """A line per feed, and beneath it what is unusual."""
    console = Console(highlight=False)
    if not feeds:
        console.print(NO_FEEDS, markup=False)
        return
    table = Table("Feed", "Kind", "Every", "Items", "Last news", "Health", box=None, pad_edge=False)
    table.columns[2].justify = table.columns[3].justify = "right"
    for feed, one in zip(feeds, found, strict=True):
        every = f"{one.every:.0f}d" if one.every else ""
        usual = f"{one.usual:.0f}" if one.usual else ""
        last = f"{one.last_new:%Y-%m-%d}" if one.last_new else ""
        style = STYLES.get(one.verdict, "yellow")
        table.add_row(Text(feed.name), feed.kind, every, usual, last, Text(one.verdict, style=style))
    console.print(table)
    for one in found:
        if one.sentence:
            console.print(Text.assemble((one.name, "bold"), f": {one.sentence}"))
    trouble = sum(one.verdict not in ("ok", "learning") for one in found)
    console.print(Text(f"{_feeds(len(found))}, {trouble} in trouble", style="dim"))


def print_found(feed: Feed, found: Found) -> None:
    """What would be added, and what it is about."""
    console = Console(stderr=True, highlight=False)
    console.print(Text.assemble((feed.name, "bold"), f"\n{feed.url}\n{feed.kind}, {found.entries} entries"))
    for entry in found.newest:
        date = f"{entry.published:%Y-%m-%d}" if entry.published else "no date   "
        console.print(Text(f"  {date}  {entry.title or entry.link}"), overflow="ellipsis", no_wrap=True)
    for url in found.others:
        console.print(Text(f"also there: {url}", style="dim"))


def print_import(feeds: Sequence[Feed], refused: Sequence[Refused], *, dry_run: bool) -> None:
    """A line per feed that is added and per line that is refused."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for feed in feeds:
        console.print(
            Text.assemble(
                ("to add   " if dry_run else "added    ", "green"), (feed.name, "bold"), f": {feed.kind}, {feed.url}"
            )
        )
    for line in refused:
        console.print(Text.assemble(("refused  ", "yellow"), (line.what, "bold"), f": {line.why}"))
    told = "would be added" if dry_run else "added"
    console.print(f"{_feeds(len(feeds))} {told}, {len(refused)} refused")


def print_checked(found: Sequence[Checked]) -> None:
    """A line per feed for which a collect would change something."""
    console = Console(highlight=False, soft_wrap=True)
    for one in found:
        told = [f"{one.new} new of {one.entries}"] if one.new else []
        told += [f"moved for good to {one.moved_to}"] if one.moved_to else []
        told += [one.reason] if one.reason else []
        if told:
            style = STYLES.get(one.outcome, "")
            console.print(Text.assemble((f"{one.outcome:9} ", style), (one.feed, "bold"), f": {'; '.join(told)}"))
    failing = sum(one.outcome in ("failed", "gone") for one in found)
    console.print(f"{_feeds(len(found))}: {sum(one.new for one in found)} new entries, {failing} in trouble")


def _feeds(number: int) -> str:
    return "one feed" if number == 1 else f"{number} feeds"
