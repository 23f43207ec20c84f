"""Write the archive's overview pages from the index. Adding an issue rewrites only the pages that it changes.

A trend's page lists at least its last six issues. Earlier issues are on numbered pages that never change; the newest part may overlap with
the page. The parts of different trends end at different issues, so that no issue has to write them all. A file that already has
the right content is not written.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from digest.citations import of_card, once
from digest.config import Config
from digest.config.trend_files import GENERAL_READING, versions
from digest.model import Point, Record, Summary, Trend
from digest.render.links import PICTURE, reference_files
from digest.render.pages import shard_line, shard_lines
from digest.render.site import Site, source_id, with_beside
from digest.render.syndication import sitemap
from digest.render.trend_pages import trend_page, trend_part, trends_page
from digest.services import editions
from digest.services.archive_index import catch_up
from digest.services.compose import binary_files, files
from digest.services.context import Program
from digest.services.site_feeds import base_of, write_feeds
from digest.services.site_sources import write_sources
from digest.storage.archive import Archive
from digest.storage.db import Store
from digest.storage.files import resources
from digest.text.formatting import count
from digest.text.words import N_, gettext, using

LATEST = 6  # the minimum number of issues on a trend's page
PART = 13  # issues per part: a quarter
CHARTED = 26  # issues per chart


def write_overviews(program: Program, *, rebuild: bool = False) -> None:
    """Bring the pages up to date with the archive. With `rebuild`, after a change of templates, write all of them."""
    changed = catch_up(program.archive, program.store.catalogue)
    with using(program.config.digest.language):
        _write(program, changed, rebuild=rebuild)
    for edition in editions.others(program):
        _write_issues(program.config, program.store, edition, changed, rebuild=rebuild)
        with using(edition.config.digest.language):
            _write(edition, changed, rebuild=rebuild)


def _write_issues(config: Config, store: Store, edition: Program, changed: frozenset[str], *, rebuild: bool) -> None:
    """Write the closed issues that an edition does not have yet, or that changed."""
    for key in store.catalogue.closed():
        if rebuild or key in changed or not edition.archive.has(f"{key}/{PICTURE}"):
            issue = edition.archive.read(key)
            texts = files(edition, issue)
            made: dict[str, str | bytes] = {
                **texts,
                **binary_files(editions.mailing(config, edition.config), issue, texts),
            }
            for name, content in made.items():
                edition.archive.put(f"{key}/{name}", content)


def _write(program: Program, changed: frozenset[str], *, rebuild: bool) -> None:
    settings = program.config.digest
    site = Site(
        title=settings.title,
        about=_about(program),
        language=settings.language,
        timezone=settings.timezone,
        templates=resources.template_texts(program.workspace),
        base=base_of(program.config),
        sign_up=_sign_up(program),
        editions=editions.places(program.config.digest),
    )
    catalogue, archive = program.store.catalogue, program.archive
    years = catalogue.years()
    latest = _told(program.archive, catalogue.summaries(year=years[0], closed=True)) if years else ()
    archive.put("index.html", site.index(latest, older=years[1:]))
    for year in years[1:]:
        if rebuild or not archive.has(f"{year}/index.html"):
            archive.put(
                f"{year}/index.html",
                site.year(year, _told(program.archive, catalogue.summaries(year=year, closed=True))),
            )
    closed = catalogue.closed()
    _join(program.archive, site, closed, None if rebuild else changed)
    if closed:
        archive.put("latest/index.html", site.latest(closed[-1]))
        archive.put("record/index.html", site.record(records(catalogue.summaries(closed=True))))
        _write_search(program, site, frozenset(closed) if rebuild else changed)
        _write_trends(program, site, closed, rebuild=rebuild)
        sources = catalogue.sources()
        write_sources(program, site, closed, sources, rebuild=rebuild)
        write_feeds(program, site, changed, closed, sources, rebuild=rebuild)
        _write_sitemap(program, closed, years, [name for name, _, _ in sources])


_OFTEN: Mapping[str, str] = {
    "daily": N_("New every day."),
    "weekly": N_("New every week."),
    "monthly": N_("New every month."),
}


def _about(program: Program) -> str:
    """What the publication is, and how often it comes, for the front page."""
    settings = program.config.digest
    feeds, trends = count(len(program.config.feeds), "feed"), count(len(program.trends), "trend")
    made = gettext(
        "What is new in %(trends)s, from %(feeds)s, beside what was known before.", trends=trends, feeds=feeds
    )
    return f"{settings.description or made} {gettext(_OFTEN[settings.cadence])}"


def records(summaries: Sequence[Summary]) -> tuple[Record, ...]:
    """How each closed issue did, oldest first. A later issue states how many of the works taken up it had shown."""
    graded = {key: (shown, works) for one in summaries for key, shown, works in one.grades}
    return tuple(
        Record(
            key=one.key,
            shown=graded.get(one.key, (0, 0))[0],
            taken_up=graded.get(one.key, (0, 0))[1],
            checked=one.checked,
            corrected=one.checked - one.stood,
            used=one.used,
        )
        for one in reversed(summaries)
    )


def _sign_up(program: Program) -> str:
    """The URL of the sign-up page, if `digest serve` has one: the digest has an address, and its mail reaches people."""
    delivery, language = program.config.delivery, program.config.digest.language
    if not delivery.base_url or not (delivery.smtp is not None or delivery.sendmail):
        return ""
    if not program.claims:
        return f"{base_of(program.config)}subscribe"
    return f"{delivery.base_url.removesuffix(f'/{language}')}/subscribe?language={language}"


def _told(archive: Archive, summaries: Sequence[Summary]) -> tuple[Summary, ...]:
    """The summaries in the language of the edition."""
    return tuple(map(archive.told, summaries))


def _join(archive: Archive, site: Site, closed: Sequence[str], changed: frozenset[str] | None) -> None:
    """Link the changed issues with those before and after them; all issues if `changed` is None.

    Only the links are rewritten: the rest of an archived page stays as it was published. The latest issues are always checked,
    so that the next run completes one that was killed here.
    """
    places = {key: place for place, key in enumerate(closed)}
    wanted = set(closed if changed is None else closed[-2:])
    for place in (places[key] for key in changed or () if key in places):
        wanted.update(closed[max(0, place - 1) : place + 2])
    for key in sorted(wanted):
        place = places[key]
        before, after = closed[place - 1] if place else None, closed[place + 1] if place + 1 < len(closed) else None
        _set_links(archive, key, site.beside(before, after))


def _set_links(archive: Archive, key: str, links: str) -> None:
    name = f"{key}/index.html"
    page = archive.text(name)
    if page is not None:
        archive.put(name, with_beside(page, links))


def _write_trends(program: Program, site: Site, closed: Sequence[str], *, rebuild: bool) -> None:
    trends = list(program.trends.values())
    earlier = {id_: known[:-1] for id_, known in versions(resources.trend_texts(program.workspace)).items()}
    points = {trend.id: program.store.catalogue.points(trend.id, limit=CHARTED) for trend in trends}
    program.archive.put("trends/index.html", trends_page(site, trends, points, reading=GENERAL_READING))
    for place, trend in enumerate(trends):
        ends = _ends(len(closed), first=PART - place * PART // max(1, len(trends)))
        latest = max(0, min(ends[-1], len(closed) - LATEST))
        parts = [(start, end) for start, end in pairwise(ends) if start < latest]
        _write_trend(
            program.store,
            program.archive,
            site,
            trend,
            points=points[trend.id],
            keys=closed[latest:],
            older=len(parts),
            claims=program.claims,
            earlier=earlier.get(trend.id, ()),
        )
        for part, (start, end) in enumerate(parts, start=1):
            name = f"trends/{trend.id}/{part}/index.html"
            if rebuild or not program.archive.has(name):
                page = _part(program.store, site, trend, part=part, keys=closed[start:end], since=len(closed) - start)
                program.archive.put(name, page)


def _ends(issues: int, *, first: int) -> list[int]:
    """Where the parts of a trend end, counted in issues from the oldest. Issues after the last end are in no part yet."""
    return [0, *range(first, issues + 1, PART)]


def _write_trend(
    store: Store,
    archive: Archive,
    site: Site,
    trend: Trend,
    *,
    points: tuple[Point, ...],
    keys: Sequence[str],
    older: int,
    claims: Mapping[str, str],
    earlier: Sequence[Trend],
) -> None:
    """Write a trend's page with its last issues. `points` are those of its chart, which include these issues.

    `earlier` are its baselines before the present one, oldest first.
    """
    catalogue = store.catalogue
    cards, spans = catalogue.trend_cards(trend.id, keys), catalogue.summaries_of(keys)
    charted = [point.key for point in points]
    found = catalogue.touches(trend.id, charted)
    touches = {claims.get(claim, claim): items for claim, items in found.items()}
    page = trend_page(
        site,
        trend,
        charted=points,
        points=points[-len(keys) :],
        cards=cards,
        spans=spans,
        moved=catalogue.moved(trend.id, charted),
        touches=touches,
        best=catalogue.best_reported(trend.id),
        earlier=earlier,
        older=older,
    )
    archive.put(f"trends/{trend.id}/index.html", page)
    for name, text in reference_files(once(map(of_card, cards))).items():
        archive.put(f"trends/{trend.id}/{name}", text)


def _part(store: Store, site: Site, trend: Trend, *, part: int, keys: Sequence[str], since: int) -> str:
    """A part of a trend's past. `since` is the number of issues from the first of the part to the latest."""
    catalogue = store.catalogue
    points = catalogue.points(trend.id, limit=since)[: len(keys)]
    cards, spans = catalogue.trend_cards(trend.id, keys), catalogue.summaries_of(keys)
    return trend_part(site, trend, part, points=points, cards=cards, spans=spans)


def _write_search(program: Program, site: Site, changed: frozenset[str]) -> None:
    catalogue, archive = program.store.catalogue, program.archive
    quarters = catalogue.quarters()
    archive.put("search/index.html", site.search(list(program.trends.values()), list(quarters)))
    archive.put("search/search.js", site.script)
    for place, (quarter, keys) in enumerate(quarters.items()):
        name = f"search/{quarter}.js"
        # Always the lines of the latest issues: a run may have been killed after it recorded what changed.
        fresh = changed.union(keys[-2:]) if place == 0 else changed
        if fresh.intersection(keys) or not archive.has(name):
            known = {key: line for key, line in shard_lines(archive.text(name) or "").items() if key not in fresh}
            lines = (known.get(key) or shard_line(key, catalogue.issue_cards(key)) for key in keys)
            archive.put(name, "".join(lines))


def _write_sitemap(program: Program, closed: Sequence[str], years: Sequence[int], feeds: Sequence[str]) -> None:
    if base := base_of(program.config):
        trends = [f"trends/{id_}/" for id_ in program.trends]
        sources = [f"sources/{source_id(name)}/" for name in feeds]
        issues = [f"{key}/" for key in reversed(closed)]
        pages = [
            "",
            *issues,
            *(f"{year}/" for year in years[1:]),
            "record/",
            "trends/",
            *trends,
            "sources/",
            *sources,
            "search/",
        ]
        program.archive.put("sitemap.xml", sitemap(base, pages))
