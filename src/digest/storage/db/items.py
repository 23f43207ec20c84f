"""Items, their identity keys and their sightings. Callers determine keys and fates of entries before they are stored."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

from digest.model import Entry, Fate, Item, ItemKind, Observation, Showing, Sighting, Signal
from digest.storage.db.connection import Connection
from digest.storage.db.later_sightings import LAST, LAST_WORDS, mend, written
from digest.storage.db.values import instant, optional_instant, stamp, upsert
from digest.text.clean import fitted
from digest.text.secrets import without_credentials


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """An entry that a feed shows for the first time, with its identity keys (best first), its kind, and its fate, if decided."""

    entry: Entry
    keys: tuple[str, ...]
    fate: Fate | None
    kind: ItemKind | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The first sighting of an item in a feed: its number, its instant, and the date that the item had."""

    sighting: int
    first_seen: datetime
    published: datetime | None


_NEWEST = 300  # the sightings that decide which hosts a feed links to


class Items:
    """The tables `items`, `keys` and `sightings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def shown(self, feed: str, keys: Sequence[tuple[str, ...]]) -> tuple[Shown | None, ...]:
        """For each entry's keys, how this feed (by URL) first showed the item; None if it never did."""
        names = [tuple(map(fitted, entry_keys)) for entry_keys in keys]
        rows = self._connection.execute(
            "SELECT keys.key, published, first_seen, sightings.id FROM json_each(?) AS asked CROSS JOIN keys ON keys.key = asked.value"
            " CROSS JOIN sightings ON sightings.id = (SELECT min(own.id) FROM sightings AS own WHERE own.item = keys.item AND own.feed = ?)",
            (json.dumps([key for entry_keys in names for key in entry_keys]), feed),
        )
        found = {
            key: Shown(sighting=number, first_seen=instant(seen), published=optional_instant(published))
            for key, published, seen, number in rows
        }
        return tuple(next((found[key] for key in entry_keys if key in found), None) for entry_keys in names)

    def known_by(self, feed: str, keys: Sequence[tuple[str, ...]]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        """For each URL, the titles and guids under which this feed (by URL) has shown an item there."""
        addresses = [key for entry_keys in keys for key in entry_keys if key.startswith("url:")]
        own = without_credentials(feed)
        titles: dict[str, set[str]] = {}
        for key, title in self._connection.execute(
            "SELECT DISTINCT keys.key, title FROM json_each(?) AS asked CROSS JOIN keys ON keys.key = asked.value"
            " CROSS JOIN sightings ON sightings.item = keys.item AND sightings.feed = ?",
            (json.dumps(addresses), feed),
        ):
            titles.setdefault(key, set()).add(title)
        names: dict[str, set[str]] = {}
        for key, name in self._connection.execute(
            "SELECT keys.key, own.key FROM json_each(?) AS asked CROSS JOIN keys ON keys.key = asked.value"
            " CROSS JOIN keys AS own ON own.item = keys.item WHERE own.key >= ? AND own.key < ?",
            (json.dumps(list(titles)), f"guid:{own} ", f"guid:{own}!"),
        ):
            names.setdefault(key, set()).add(name)
        return {key: (frozenset(found), frozenset(names.get(key, ()))) for key, found in titles.items()}

    def titles(self, feed: str) -> frozenset[str]:
        """Titles that this feed used for one item only. A recurring title (of a column, say) does not identify a work."""
        rows = self._connection.execute(
            "SELECT title FROM sightings WHERE feed = ? AND title != '' AND coalesce(fate, '') <> 'flooded'"
            " GROUP BY title HAVING count(*) = 1",
            (feed,),
        )
        return frozenset(title for (title,) in rows)

    def hosts(self, feed: str) -> frozenset[str]:
        """The hosts that the newest items of this feed link to."""
        rows = self._connection.execute(
            "SELECT url FROM sightings WHERE feed = ? ORDER BY first_seen DESC LIMIT ?", (feed, _NEWEST)
        )
        return frozenset(urlsplit(url).netloc for (url,) in rows)

    def showings(self, urls: Sequence[str], *, since: datetime, until: datetime) -> dict[str, tuple[Showing, ...]]:
        """When each of these feeds (by URL) first showed its items, oldest first; one value per day and publication date.

        Items of an old archive that a feed showed again are left out.
        """
        rows = self._connection.execute(
            "SELECT feed, min(first_seen), min(published) FROM sightings WHERE first_seen >= ? AND first_seen <= ?"
            " AND feed IN (SELECT value FROM json_each(?) AS asked) AND coalesce(fate, '') NOT IN ('flooded', 'unreadable')"
            " GROUP BY feed, substr(first_seen, 1, 10), substr(published, 1, 10) ORDER BY feed, 2",
            (stamp(since), stamp(until), json.dumps(urls)),
        )
        return {feed: tuple(_showings(found)) for feed, found in groupby(rows, key=itemgetter(0))}

    def add(self, feed: str, first_seen: datetime, arrivals: Sequence[Arrival]) -> None:
        """Store first sightings in one feed. Items that share a key are merged, unless both are published."""
        arrivals = [replace(arrival, keys=tuple(map(fitted, arrival.keys))) for arrival in arrivals]
        names = [key for arrival in arrivals for key in arrival.keys]
        owners = self.numbers(names)
        (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM items").fetchone()
        placed: list[tuple[int, Arrival]] = []
        for arrival in arrivals:
            found = list(dict.fromkeys(owners[key] for key in arrival.keys if key in owners))
            if len(found) > 1:
                self._place(feed, first_seen, placed)
                placed, found = [], [self._joined(found)]
                owners = self.numbers(names)
            item = found[0] if found else (last := last + 1)
            placed.append((item, arrival))
            for key in arrival.keys:  # a key of a published item that cannot be merged stays with that item
                owners.setdefault(key, item)
        self._place(feed, first_seen, placed)

    def mend(self, at: datetime, found: Mapping[int, Entry], kind: Callable[[int], ItemKind | None]) -> None:
        """Note what a feed says now about the items of these sightings, if that has changed.

        `kind` gives the kind of the item of one of these sightings as it is described now. A text that is empty, or damaged where it was not before, changes nothing.
        """
        mend(self._connection, at, found, kind)

    def observe(self, feed: str, at: datetime, found: Iterable[tuple[str, Signal]]) -> None:
        """Note the interest of others that a feed (by URL) now reports for the works with these identity keys, if that has changed."""
        rows = {(fitted(key), one.name): (one.value, one.text) for key, one in found}
        known = self._connection.execute(
            "SELECT key, name, value, text FROM observations WHERE feed = ? AND key IN (SELECT value FROM json_each(?) AS asked)"
            " ORDER BY key, name, at",
            (feed, json.dumps([key for key, _ in rows])),
        )
        last = {(key, name): (value, text) for key, name, value, text in known}
        self._connection.executemany(
            upsert("observations", "key, feed, name, at, value, text", key="key, feed, name, at"),
            [
                (key, feed, name, stamp(at), *told)
                for (key, name), told in rows.items()
                if last.get((key, name)) != told
            ],
        )

    def window(self, start: datetime | None, end: datetime) -> tuple[Item, ...]:
        """Every item with a sighting in ``(start, end]``, with all its sightings up to `end`, oldest first."""
        numbers = self._connection.execute(
            "SELECT DISTINCT item FROM sightings WHERE first_seen > ? AND first_seen <= ? ORDER BY item",
            ("" if start is None else stamp(start), stamp(end)),
        )
        found = [number for (number,) in numbers.fetchall()]
        return self._items(found, end)

    def at(self, numbers: Sequence[int], end: datetime) -> tuple[Item, ...]:
        """The items of these numbers as they were at an instant, without those that no feed had shown by then."""
        return tuple(item for item in self._items(numbers, end) if item.sightings)

    def last_seen(self) -> datetime | None:
        """The instant of the last collect that found anything new."""
        (last,) = self._connection.execute("SELECT max(first_seen) FROM sightings").fetchone()
        return optional_instant(last)

    def find(self, key: str) -> Item | None:
        """The item that has this identity key, with all its sightings."""
        row = self._connection.execute("SELECT item FROM keys WHERE key = ?", (fitted(key),)).fetchone()
        return None if row is None else self._items([row[0]], None)[0]

    def latest(self, limit: int) -> tuple[Item, ...]:
        """The most recently seen items that were accepted, latest first."""
        rows = self._connection.execute(
            "SELECT item FROM sightings WHERE fate IS NULL GROUP BY item ORDER BY max(first_seen) DESC, item LIMIT ?",
            (limit,),
        )
        return self._items([number for (number,) in rows.fetchall()], None)

    def numbers(self, keys: Sequence[str]) -> dict[str, int]:
        """The item number of each of these keys that is known."""
        rows = self._connection.execute(
            "SELECT keys.key, item FROM json_each(?) AS asked CROSS JOIN keys ON keys.key = asked.value",
            (json.dumps(list(map(fitted, keys))),),
        )
        found = dict(rows.fetchall())
        return {key: found[fitted(key)] for key in keys if fitted(key) in found}

    def _place(self, feed: str, first_seen: datetime, placed: Sequence[tuple[int, Arrival]]) -> None:
        """Store each arrival as a sighting of its item, which is created if necessary."""
        run, seen = self._connection.executemany, stamp(first_seen)
        run("INSERT INTO items (id) VALUES (?) ON CONFLICT (id) DO NOTHING", [(item,) for item, _ in placed])
        run(
            "INSERT INTO keys (key, item) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
            [(key, item) for item, arrival in placed for key in arrival.keys],
        )
        run(
            "INSERT INTO sightings (feed, first_seen, item, fate, url, title, summary, authors, published, kind)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(feed, seen, item, *_sighting_row(arrival)) for item, arrival in placed],
        )

    def _joined(self, items: Sequence[int]) -> int:
        """Merge these items, as long as at most one of them is published, and return the number of the result."""
        item = items[0]
        for other in items[1:]:
            if not (self._published(item) and self._published(other)):
                item = self._merge(item, other)
        return item

    def _merge(self, one: int, other: int) -> int:
        """Merge two items, and return the number of the older."""
        keep, drop = sorted((one, other))
        for table in ("keys", "sightings"):
            self._connection.execute(f"UPDATE {table} SET item = ? WHERE item = ?", (keep, drop))  # noqa: S608
        self._connection.execute("DELETE FROM items WHERE id = ?", (drop,))
        return keep

    def _published(self, item: int) -> bool:
        query = "SELECT 1 FROM published JOIN keys USING (key) WHERE keys.item = ? LIMIT 1"
        return self._connection.execute(query, (item,)).fetchone() is not None

    def _observations(self, numbers: Sequence[int], end: datetime | None) -> dict[int, tuple[Observation, ...]]:
        """By item: the last observation of each feed and signal up to an instant, in a fixed order."""
        rows = self._connection.execute(
            "SELECT item, coalesce(feeds.name, observations.feed), observations.name, observations.value, text, at, observations.feed"
            " FROM json_each(?) AS numbered CROSS JOIN keys ON keys.item = numbered.value"
            " CROSS JOIN observations ON observations.key = keys.key LEFT JOIN feeds ON feeds.url = observations.feed"
            " WHERE at <= ? ORDER BY item, observations.feed, observations.name, at, observations.key",
            (json.dumps(numbers), "9" if end is None else stamp(end)),
        )
        last: dict[int, dict[tuple[str, str], Observation]] = {}
        for item, *row, feed in rows:
            last.setdefault(item, {})[feed, row[1]] = _observation(row)
        return {item: tuple(found.values()) for item, found in last.items()}

    def _items(self, numbers: Sequence[int], end: datetime | None) -> tuple[Item, ...]:
        """The items of these numbers, in this order, with what was seen of them up to an instant."""
        keys, seen, observed = self._keys(numbers), self._sightings(numbers, end), self._observations(numbers, end)
        return tuple(
            Item(
                id=keys[number][0],
                keys=tuple(keys[number]),
                sightings=tuple(seen.get(number, ())),
                observations=observed.get(number, ()),
            )
            for number in numbers
        )

    def _keys(self, numbers: Sequence[int]) -> dict[int, list[str]]:
        """By item: its identity keys, best first."""
        rows = self._connection.execute(
            "SELECT keys.item, keys.key FROM json_each(?) AS numbered CROSS JOIN keys ON keys.item = numbered.value",
            (json.dumps(numbers),),
        )
        found: dict[int, list[str]] = {}
        for item, key in rows.fetchall():
            found.setdefault(item, []).append(key)
        for keys in found.values():
            keys.sort(key=rank)
        return found

    def _sightings(self, numbers: Sequence[int], end: datetime | None) -> dict[int, list[Sighting]]:
        """By item: its sightings up to an instant, oldest first."""
        until = "9" if end is None else stamp(end)
        rows = self._connection.execute(
            f"SELECT item, coalesce(feeds.name, sightings.feed), {LAST_WORDS}, published, first_seen, fate"  # noqa: S608
            " FROM json_each(?) AS numbered CROSS JOIN sightings ON sightings.item = numbered.value"
            " LEFT JOIN feeds ON feeds.url = sightings.feed"
            f" LEFT JOIN mended ON mended.sighting = sightings.id AND mended.at = ({LAST})"
            " WHERE first_seen <= ? ORDER BY first_seen, sightings.id",
            (json.dumps(numbers), until, until),
        )
        found: dict[int, list[Sighting]] = {}
        for item, feed, url, title, summary, authors, kind, published, first_seen, fate in rows.fetchall():
            sighting = Sighting(
                feed=feed,
                url=url,
                title=title,
                summary=summary,
                authors=tuple(json.loads(authors)),
                published=optional_instant(published),
                first_seen=instant(first_seen),
                fate=fate,
                kind=kind,
            )
            found.setdefault(item, []).append(sighting)
        return found


def _observation(row: Sequence[Any]) -> Observation:
    feed, name, value, text, at = row
    return Observation(feed=feed, name=name, value=value, text=text, at=instant(at))


def rank(key: str) -> tuple[int, str]:
    """Identity keys, best first: arXiv id, DOI, canonical URL, then what only one feed knows."""
    order = {"arxiv": 0, "doi": 1, "url": 2}
    return order.get(key.partition(":")[0], 3), key


def _sighting_row(arrival: Arrival) -> tuple[Any, ...]:
    entry = arrival.entry
    authors = written(entry.authors)
    published = entry.published and stamp(entry.published)
    return arrival.fate, entry.link, entry.title, entry.summary, authors, published, arrival.kind


def _showings(rows: Iterable[tuple[Any, ...]]) -> Iterator[Showing]:
    for _, first_seen, published in rows:
        seen = instant(first_seen)
        yield Showing(first_seen=seen, published=optional_instant(published))
