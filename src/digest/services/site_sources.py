"""Write the archive's pages of sources: each feed's items, and the list of all feeds. Adding an issue rewrites only some of them.

A source's page is brought up to date every few issues, each in its turn; what is newer stands in the list. Earlier items are on numbered
pages that never change.
"""

from collections.abc import Sequence
from itertools import groupby

from digest.model import Card, Summary
from digest.render.pages import SourceRow
from digest.render.site import Site, source_id
from digest.services.context import Program
from digest.storage.archive import Archive
from digest.storage.db import Store

EVERY = 8  # issues between two updates of a source's page
SOURCE_PART = 100  # items


def write_sources(
    program: Program, site: Site, closed: Sequence[str], sources: Sequence[tuple[str, int, str]], *, rebuild: bool
) -> None:
    """Bring the pages of sources up to date.

    Args:
        program: the run.
        site: renders the pages.
        closed: the keys of closed issues, oldest first; at least one.
        sources: name, number of items and latest issue of each feed, in the order of their first items.
        rebuild: write all of them, including the parts.
    """
    rows = [
        _write_source(program, site, name, closed, place=place, count=count, latest=latest, rebuild=rebuild)
        for place, (name, count, latest) in enumerate(sources)
    ]
    program.archive.put("sources/index.html", site.sources(rows))


def _end(issues: int, *, place: int) -> int:
    """The number of issues that a source's page covers: all in a young archive, otherwise up to the source's turn."""
    return max(min(issues, EVERY), issues - (issues - place) % EVERY)


def _write_source(
    program: Program,
    site: Site,
    name: str,
    closed: Sequence[str],
    *,
    place: int,
    count: int,
    latest: str,
    rebuild: bool,
) -> SourceRow:
    """Write a source's page and parts if it is its turn, and return its row in the list."""
    catalogue, archive = program.store.catalogue, program.archive
    end = _end(len(closed), place=place)
    known = count if end == len(closed) else catalogue.source_count(name, until=closed[end - 1])
    page = f"sources/{source_id(name)}/index.html"
    if rebuild or end == len(closed) or not archive.has(page):
        older = max(0, known // SOURCE_PART - 1)
        _write_parts(program.store, program.archive, site, name, parts=older, rebuild=rebuild)
        cards = _latest_first(catalogue.source_cards(name, first=older * SOURCE_PART, last=known))
        archive.put(page, site.source(name, cards, _spans(program.store, cards), until=closed[end - 1], older=older))
    newer = _latest_first(catalogue.source_cards(name, first=known, last=count))
    return site.source_row(name, count=count, latest=latest, newer=newer, spans=_spans(program.store, newer))


def _write_parts(store: Store, archive: Archive, site: Site, name: str, *, parts: int, rebuild: bool) -> None:
    for part in range(1, parts + 1):
        page = f"sources/{source_id(name)}/{part}/index.html"
        if rebuild or not archive.has(page):
            cards = store.catalogue.source_cards(name, first=(part - 1) * SOURCE_PART, last=part * SOURCE_PART)
            archive.put(page, site.source_part(name, part, _latest_first(cards), _spans(store, cards)))


def _spans(store: Store, cards: Sequence[Card]) -> dict[str, Summary]:
    return store.catalogue.summaries_of(card.key for card in cards)


def _latest_first(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Reorder cards from oldest first to latest issue first, keeping the order within each issue."""
    issues = [tuple(group) for _, group in groupby(cards, key=lambda card: card.key)]
    return tuple(card for group in reversed(issues) for card in group)
