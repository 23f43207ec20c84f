"""Store what one response brought: new sightings, the feed's next state, and a line of the report."""

import hashlib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from digest.config import Config, Feed
from digest.editorial.kinds import kind_of
from digest.errors import FeedError
from digest.feeds.admission import REPLACEMENTS, admit
from digest.feeds.identity import apart
from digest.feeds.identity import keys as identity_keys
from digest.fetch import policy
from digest.fetch.policy import Answer
from digest.model import Document, Entry, FeedState, ItemKind, Look, Signal
from digest.services.context import Program
from digest.storage.db import Store
from digest.storage.db.feeds import Fetch
from digest.storage.db.items import Arrival, Items, Shown
from digest.text.secrets import without_credentials

_SHIFT = timedelta(days=1)
ROUND_UP = 3  # works that a post links to when it is a choice of works


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """One response with its parsed document, if it has one. The body itself is not kept."""

    answer: Answer
    parsed: Document | FeedError | None
    missed: tuple[Entry, ...] = ()  # papers that arXiv announced and the feed did not show
    covered: date | None = None  # the last day of arXiv's announcements that is complete now
    quiet: bool = False  # that the document is empty is as it should be

    @property
    def size(self) -> int:
        """The number of entries to store."""
        return len(self.missed) + (len(self.parsed.entries) if isinstance(self.parsed, Document) else 0)


def take(program: Program, feed: Feed, arrived: Arrived, *, state: FeedState, instant: datetime) -> Fetch:
    """Store the result of one response. A document that is not a feed counts as a failed fetch, and is fetched again."""
    answer, parsed = arrived.answer, arrived.parsed
    if isinstance(parsed, FeedError):
        answer = policy.unreadable(answer, parsed.cause)
    document = parsed if isinstance(parsed, Document) else None
    look = Look(at=instant, read=False)
    late = 0
    if arrived.missed:
        late = _store(
            program.config,
            program.store,
            replace(feed, max_items=max(feed.max_items, len(arrived.missed))),
            Document(title="", entries=arrived.missed),
            body=answer.body_hash,
            instant=instant,
            new_feed=False,
            late=True,
        ).new
    if document:
        look = _store(
            program.config,
            program.store,
            feed,
            document,
            body=answer.body_hash,
            instant=instant,
            new_feed=state.first_ok is None,
        )
    look = replace(look, new=look.new + late, read=look.read and not arrived.quiet)
    following = policy.next_state(
        state,
        answer,
        document=document,
        now=program.now,
        collect_every=program.config.digest.collect_every,
        random=program.random,
    )
    following = replace(following, covered=arrived.covered or following.covered)
    if following.gone and answer.outcome == "failed":
        answer = policy.retired(answer)
    reasons = filter(None, (answer.reason, *(document.notes if document else ())))
    kept = "ok" if look.new else "unchanged"
    status = kept if answer.outcome in ("body", "unchanged") else answer.outcome
    return Fetch(state=following, name=feed.name, look=look, status=status, reason="; ".join(reasons))


def _store(
    config: Config,
    store: Store,
    feed: Feed,
    document: Document,
    *,
    body: str,
    instant: datetime,
    new_feed: bool,
    late: bool = False,
) -> Look:
    """Store a document's new sightings, and summarise the document. `body` is its hash; it identifies entries that were cut off.

    `late` entries were announced before, so any number of them is no flood.
    """
    items, entries = store.items, document.entries
    names, keys = _identified(items, feed, document, new_feed=new_feed)
    shown = (None,) * len(names) if new_feed else items.shown(feed.url, names)
    fresh = _first_of_each(names, shown)
    old = [n for n, before in enumerate(shown) if before]
    redated = sum(_is_redated(entries[n], shown[n]) for n in old)
    hosts = items.hosts(feed.url) if fresh and not new_feed else frozenset()
    kept = {entries[n].title for n in old}
    fates = admit(
        [entries[n] for n in fresh],
        [keys[n] for n in fresh],
        settings=config.digest,
        max_items=feed.max_items,
        new_feed=new_feed,
        shown_titles=items.titles(feed.url) - kept if fresh and not new_feed and not late else frozenset(),
        now=instant,
    )
    arrivals = [
        Arrival(entry=entries[n], keys=names[n], fate=fate, kind=_kind(feed, entries[n], names[n]))
        for n, fate in zip(fresh, fates, strict=True)
    ]
    arrivals += _cut_off(items, feed, body, document.damaged)
    items.add(feed.url, instant, arrivals)
    _correct(store, feed, entries, names, shown, instant=instant)
    items.observe(feed.url, instant, (*_signals(entries, names), *_picks(feed, entries)))
    return Look(
        at=instant,
        read=True,
        entries=len(entries),
        new=len(arrivals),
        known=len(old),
        redated=redated,
        strange=sum(_is_strange(entries[n], hosts) for n in fresh),
        flooded=fates.count("flooded"),
        title=document.title,
    )


def _identified(
    items: Items, feed: Feed, document: Document, *, new_feed: bool
) -> tuple[list[tuple[str, ...]], Sequence[tuple[str, ...]]]:
    """For each entry, the keys under which it is stored, and those that identify it, if any."""
    keys = identity_keys(document.entries, feed.url, page=document.page)
    if not new_feed:
        keys = apart(document.entries, keys, items.known_by(feed.url, keys))
    return [found or (_nameless(feed, entry),) for entry, found in zip(document.entries, keys, strict=True)], keys


def _correct(
    store: Store,
    feed: Feed,
    entries: Sequence[Entry],
    names: Sequence[tuple[str, ...]],
    shown: Sequence[Shown | None],
    *,
    instant: datetime,
) -> None:
    """Keep the texts of entries that the feed now words differently, as observations."""
    again = _said_again(shown, since=store.issues.last_cutoff())
    store.items.mend(
        instant,
        {number: entries[n] for number, n in again.items()},
        lambda number: _kind(feed, entries[again[number]], names[again[number]]),
    )


def _is_strange(entry: Entry, hosts: AbstractSet[str]) -> bool:
    """Whether an entry links to a host that none of the feed's earlier entries linked to."""
    return bool(entry.link) and not (hosts and urlsplit(entry.link).netloc in hosts)


def _cut_off(items: Items, feed: Feed, body: str, damaged: int) -> list[Arrival]:
    """The entries that could not be read and are not stored yet, named by the document's hash."""
    names = [(f"broken:{without_credentials(feed.url)} {body} {n}",) for n in range(damaged)]
    return [
        Arrival(entry=Entry(), keys=name, fate="unreadable")
        for name, before in zip(names, items.shown(feed.url, names), strict=True)
        if not before
    ]


def _said_again(shown: Sequence[Shown | None], *, since: datetime | None) -> dict[int, int]:
    """By the feed's sighting, the position of the first entry on each item that no closed issue has."""
    found: dict[int, int] = {}
    for n, before in enumerate(shown):
        if before and (since is None or before.first_seen > since):
            found.setdefault(before.sighting, n)
    return found


def _signals(entries: Sequence[Entry], names: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, Signal]]:
    for entry, keys in zip(entries, names, strict=True):
        yield from ((keys[0], signal) for signal in entry.signals)


def _picks(feed: Feed, entries: Sequence[Entry]) -> Iterator[tuple[str, Signal]]:
    """Each work that a round-up links to; a post that links to fewer than `ROUND_UP` is about what it links to."""
    if feed.kind not in ("blog", "news") or feed.on_topic:  # a laboratory links to what is its own
        return
    for entry in entries:
        own = urlsplit(entry.link).hostname
        links = [link for link in entry.links if urlsplit(link).hostname != own]
        if len(links) >= ROUND_UP:
            linked = identity_keys([Entry(link=link, title="-") for link in links], feed.url)
            found = dict.fromkeys(keys[0] for keys in linked if keys)
            yield from ((key, Signal(name="picked", value=1, text=entry.title)) for key in found)


def _kind(feed: Feed, entry: Entry, keys: tuple[str, ...]) -> ItemKind:
    return kind_of(feed.kind, title=entry.title, summary=entry.summary, id_=keys[0], on_topic=feed.on_topic)


def _is_redated(entry: Entry, shown: Shown | None) -> bool:
    """Whether the entry's date differs from the one with which it was first shown.

    A difference of hours comes from time zones and is ignored, as are replacements, which have dates of their own.
    """
    if shown is None or shown.published is None or entry.published is None or entry.announce in REPLACEMENTS:
        return False
    return abs(entry.published - shown.published) > _SHIFT


def _nameless(feed: Feed, entry: Entry) -> str:
    """A key for an entry that has no identity, so that it is counted only once."""
    text = f"{entry.title}\n{entry.link}\n{entry.guid}\n{entry.summary}"
    return f"broken:{without_credentials(feed.url)} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _first_of_each(names: Sequence[tuple[str, ...]], shown: Sequence[Shown | None]) -> list[int]:
    """The positions of the entries that the feed has never shown, one per work."""
    taken: set[str] = set()
    fresh = []
    for n, (name, old) in enumerate(zip(names, shown, strict=True)):
        if not old and taken.isdisjoint(name):
            fresh.append(n)
        taken.update(name)
    return fresh
