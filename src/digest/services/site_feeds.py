"""Write the archive's feeds: all issues, the lead only, releases only, each trend and each source; and the list of them as OPML.

An id that was published never changes: ids are read back from the feed that is there. New ones are made from the feed's own id and the
key of the issue or the id of the item, so neither a new title nor a new address or list id makes the past new to readers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree as ET

from digest.config import Config
from digest.feeds.subscriptions import opml
from digest.model import Card, Issue, Trend
from digest.render import feed_content
from digest.render.site import Site, source_id
from digest.render.syndication import FeedEntry, FeedHead, atom, item_entry, json_feed
from digest.services.context import Program
from digest.storage.archive import Archive
from digest.storage.db.catalogue import LEAD, RELEASE, Catalogue, source_heading, trend_heading
from digest.storage.files import resources
from digest.text.clean import clean
from digest.text.words import gettext

ISSUES = 10  # enough for a feed reader that polls every two months; each entry is a whole issue of about 50 kB
ITEMS = 50  # of a feed of items
LIST = "feeds.opml"
_ATOM = "{http://www.w3.org/2005/Atom}"
_KEY = re.compile(r"(?:^|/)(\d{4}-[W\d-]+)/(?:index\.html)?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """The ids that the feed of all issues was published with: its own, and those of issues by their keys."""

    feed: UUID
    issues: Mapping[str, str]

    def issue(self, key: str) -> str:
        return self.issues.get(key) or uuid5(self.feed, f"issue:{key}").urn

    def item(self, id_: str) -> str:
        return uuid5(self.feed, f"item:{id_}").urn

    def part(self, folder: str) -> str:
        """The id of the feed in a folder of the archive."""
        return uuid5(self.feed, f"feed:{folder}").urn


def write_feeds(
    program: Program,
    site: Site,
    changed: frozenset[str],
    closed: Sequence[str],
    sources: Sequence[tuple[str, int, str]],
    *,
    rebuild: bool,
) -> None:
    """Bring all feeds up to date.

    Args:
        program: the run.
        site: names the issues.
        changed: the keys of the issues that changed.
        closed: the keys of closed issues, oldest first; at least one.
        sources: name, number of items and latest issue of each feed that items came from.
        rebuild: write all of them.
    """
    ids = published(program.archive, program.config)
    whole = _head(program.config, ids.feed.urn)
    issues = tuple(_issues(program, site, whole, ids, rebuild=rebuild))
    _write(program, whole, issues, closed)
    title = clean(program.config.digest.title)
    for folder, name, heading in (("lead/", gettext("lead"), LEAD), ("releases/", gettext("releases"), RELEASE)):
        head = _part(whole, ids, f"{title}: {name}", folder, page="")
        _write(program, head, _items(program.store.catalogue, head, ids, heading), closed)
    for trend in program.trends.values():
        head = _part(whole, ids, f"{title}: {clean(trend.name)}", f"trends/{trend.id}/")
        _write(program, head, _items(program.store.catalogue, head, ids, trend_heading(trend.id)), closed)
    recent = changed.union(closed[-2:])  # a run may have been killed after it recorded what changed
    for name, _, latest in sources:
        head = _part(whole, ids, f"{title}: {clean(name)}", f"sources/{source_id(name)}/")
        if rebuild or latest in recent or not program.archive.has(f"{head.folder}feed.xml"):
            _write(program, head, _items(program.store.catalogue, head, ids, source_heading(name)), closed)
    if whole.base:
        program.archive.put(
            LIST, opml.listing(title, _list(whole, program.trends.values(), [name for name, _, _ in sources]))
        )


def base_of(config: Config) -> str:
    """The archive's URL with a trailing slash; empty if it has none."""
    base = config.delivery.base_url
    return f"{base.rstrip('/')}/" if base else ""


def published(archive: Archive, config: Config) -> Published:
    """The ids in the archive's feed. A new archive's own id is made from its list id or title."""
    fresh = uuid5(NAMESPACE_URL, f"digest:{config.delivery.list_id or config.digest.title}:")
    try:
        feed = ET.fromstring(archive.text("feed.xml") or "")  # noqa: S314  (written here; a broken one counts as missing)
        own = UUID(feed.findtext(f"{_ATOM}id", ""))
    except (ET.ParseError, ValueError):
        return Published(feed=fresh, issues={})
    found = {}
    for entry in feed.iterfind(f"{_ATOM}entry"):
        link = entry.find(f"{_ATOM}link[@rel='alternate']")
        key = _KEY.search(link.get("href", "") if link is not None else "")
        if key:
            found[key[1]] = entry.findtext(f"{_ATOM}id", "")
    return Published(feed=own, issues=found)


def _head(config: Config, id_: str) -> FeedHead:
    return FeedHead(id=id_, title=config.digest.title, language=config.digest.language, base=base_of(config))


def _part(whole: FeedHead, ids: Published, title: str, folder: str, *, page: str | None = None) -> FeedHead:
    return FeedHead(
        id=ids.part(folder), title=title, language=whole.language, base=whole.base, folder=folder, page=page
    )


def _write(program: Program, head: FeedHead, entries: Sequence[FeedEntry], closed: Sequence[str]) -> None:
    since = program.store.catalogue.summaries_of(closed[:1])[closed[0]].window.end
    program.archive.put(f"{head.folder}feed.xml", atom(head, entries, since=since))
    program.archive.put(f"{head.folder}feed.json", json_feed(head, entries))


def _issues(program: Program, site: Site, head: FeedHead, ids: Published, *, rebuild: bool) -> Iterator[FeedEntry]:
    """The newest closed issues. Their content is kept in the index, so that only a new issue is read and rendered."""
    catalogue = program.store.catalogue
    for summary in catalogue.summaries(closed=True, limit=ISSUES):
        html = None if rebuild or program.claims else catalogue.content(summary.key)
        if html is None:
            html = _content(program, program.archive.read(summary.key))
            if not program.claims:  # the index keeps the main edition's alone
                with catalogue.transaction():
                    catalogue.note_content(summary.key, html)
        yield FeedEntry(
            id=ids.issue(summary.key),
            title=site.span(summary),
            url=head.issue(summary.key),
            summary=program.archive.told(summary).line,
            updated=summary.window.end,
            html=html,
        )


def _content(program: Program, issue: Issue) -> str:
    return feed_content(
        issue,
        templates=resources.template_texts(program.workspace),
        baselines=program.trends,
        base_url=program.config.delivery.base_url,
    )


def _items(catalogue: Catalogue, head: FeedHead, ids: Published, heading: str) -> tuple[FeedEntry, ...]:
    """The latest items under a heading of the index, each once."""
    cards: dict[str, Card] = {}
    for card in catalogue.latest_cards(heading, limit=ITEMS):
        cards.setdefault(card.id, card)
    summaries = catalogue.summaries_of(card.key for card in cards.values())
    return tuple(
        item_entry(
            head,
            card,
            id_=ids.item(card.id),
            updated=summaries[card.key].window.end,
            issue=f"{clean(summaries[card.key].title)} {card.key}",
        )
        for card in cards.values()
    )


def _list(head: FeedHead, trends: Iterable[Trend], sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The name and the address of each feed."""
    title = clean(head.title)
    yield title, f"{head.base}feed.xml"
    for folder, name in (("lead", gettext("lead")), ("releases", gettext("releases"))):
        yield f"{title}: {name}", f"{head.base}{folder}/feed.xml"
    for trend in trends:
        yield f"{title}: {clean(trend.name)}", f"{head.base}trends/{trend.id}/feed.xml"
    for source in sources:
        yield f"{title}: {clean(source)}", f"{head.base}sources/{source_id(source)}/feed.xml"
