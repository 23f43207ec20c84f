"""The archive's pages of sources, from the store's catalogue: a list of all, a page for each, parts that never change.

There may be many sources, and most issues have items of each. So an issue writes the list and an eighth of the pages; what came after
a page was written stands in the list, and nothing is missing.
"""

from collections.abc import Sequence
from itertools import groupby

from digest.model import Card, Summary
from digest.pipeline.program import Program
from digest.render.pages import SourceRow
from digest.render.site import Site, source_id

EVERY = 8  # issues between two writings of a source's page
PART = 100  # items


def write_sources(
    program: Program, site: Site, closed: Sequence[str], sources: Sequence[tuple[str, int, str]], *, anew: bool
) -> None:
    """Bring the pages up to date.

    Args:
        program: whose archive and catalogue.
        site: writes the pages.
        closed: the keys of closed issues, oldest first; at least one.
        sources: each feed with how many items it has and its latest issue, first seen first.
        anew: write them all, parts too.
    """
    rows = [
        _write_source(program, site, name, closed, place=place, count=count, latest=latest, anew=anew)
        for place, (name, count, latest) in enumerate(sources)
    ]
    program.archive.put("sources/index.html", site.sources(rows))


def _end(issues: int, *, place: int) -> int:
    """How many issues a source's page covers: all of a young archive, else up to the source's turn."""
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
    anew: bool,
) -> SourceRow:
    """A source's page and its parts where it is its turn; its row of the list."""
    catalogue, archive = program.store.catalogue, program.archive
    end = _end(len(closed), place=place)
    known = count if end == len(closed) else catalogue.source_count(name, until=closed[end - 1])
    page = f"sources/{source_id(name)}/index.html"
    if anew or end == len(closed) or not archive.has(page):
        older = max(0, known // PART - 1)
        _write_parts(program, site, name, parts=older, anew=anew)
        cards = _latest_first(catalogue.source_cards(name, first=older * PART, last=known))
        archive.put(page, site.source(name, cards, _spans(program, cards), until=closed[end - 1], older=older))
    newer = _latest_first(catalogue.source_cards(name, first=known, last=count))
    return site.source_row(name, count=count, latest=latest, newer=newer, spans=_spans(program, newer))


def _write_parts(program: Program, site: Site, name: str, *, parts: int, anew: bool) -> None:
    for part in range(1, parts + 1):
        page = f"sources/{source_id(name)}/{part}/index.html"
        if anew or not program.archive.has(page):
            cards = program.store.catalogue.source_cards(name, first=(part - 1) * PART, last=part * PART)
            program.archive.put(page, site.source_part(name, part, _latest_first(cards), _spans(program, cards)))


def _spans(program: Program, cards: Sequence[Card]) -> dict[str, Summary]:
    return program.store.catalogue.summaries_of(card.key for card in cards)


def _latest_first(cards: Sequence[Card]) -> tuple[Card, ...]:
    """From the catalogue's order, oldest first: latest issue first, each issue's items in its own order."""
    issues = [tuple(group) for _, group in groupby(cards, key=lambda card: card.key)]
    return tuple(card for group in reversed(issues) for card in group)
