"""Items, their identity keys and their sightings. Takes entries with keys and fates; returns items. Decides neither."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

from digest.model import Entry, Fate, Item, Showing, Sighting
from digest.store.schema import instant, stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """An entry that a feed shows for the first time, with its identity keys (best first) and its fate, if decided."""

    entry: Entry
    keys: tuple[str, ...]
    fate: Fate | None


_NEWEST = 300  # sightings that say where a feed's items lie


class Items:
    """The tables `items`, `keys` and `sightings`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def known(self, feed: str, keys: Sequence[tuple[str, ...]]) -> tuple[bool, ...]:
        """For each entry's keys: has this feed (by its URL) shown that item before?"""
        return tuple(any(self._seen_by(item, feed) for item in self._items_of(entry_keys)) for entry_keys in keys)

    def titles(self, feed: str) -> frozenset[str]:
        """Titles that this feed showed for one item only. A title that recurs (an incident's, a column's) names no work."""
        rows = self._connection.execute(
            "SELECT title FROM sightings WHERE feed = ? AND title != '' AND fate IS NOT 'flooded'"
            " GROUP BY title HAVING count(*) = 1",
            (feed,),
        )
        return frozenset(title for (title,) in rows)

    def hosts(self, feed: str) -> frozenset[str]:
        """The hosts that the newest items of this feed lead to."""
        rows = self._connection.execute(
            "SELECT url FROM sightings WHERE feed = ? ORDER BY first_seen DESC LIMIT ?", (feed, _NEWEST)
        )
        return frozenset(urlsplit(url).netloc for (url,) in rows)

    def dates(self, feed: str, keys: Sequence[tuple[str, ...]]) -> tuple[datetime | None, ...]:
        """For each entry's keys, the date that this feed gave its item when it first showed it."""
        query = "SELECT published FROM keys JOIN sightings USING (item) WHERE key = ? AND feed = ? ORDER BY sightings.id LIMIT 1"
        found = (self._connection.execute(query, (entry_keys[0], feed)).fetchone() for entry_keys in keys)
        return tuple(instant(row[0]) if row else None for row in found)

    def showings(self, *, since: datetime, until: datetime) -> dict[str, tuple[Showing, ...]]:
        """When each feed (by its URL) first showed its items, one value for items of one day and one date, oldest first.

        What came of an archive that had reappeared is left out.
        """
        rows = self._connection.execute(
            "SELECT feed, min(first_seen), published FROM sightings WHERE first_seen >= ? AND first_seen <= ?"
            " AND fate IS NOT 'flooded' AND fate IS NOT 'unreadable'"
            " GROUP BY feed, substr(first_seen, 1, 10), substr(published, 1, 10) ORDER BY feed, 2",
            (stamp(since), stamp(until)),
        )
        return {feed: tuple(_showings(found)) for feed, found in groupby(rows, key=itemgetter(0))}

    def add(self, feed: str, first_seen: datetime, arrivals: Sequence[Arrival]) -> None:
        """Store first sightings by one feed. Items that share a key become one, unless both are published."""
        for arrival in arrivals:
            item = self._resolve(arrival.keys)
            self._sight(item, feed, first_seen, arrival)

    def window(self, start: datetime | None, end: datetime) -> tuple[Item, ...]:
        """Every item with a sighting in ``(start, end]``, with all its sightings up to `end`, oldest first."""
        numbers = self._connection.execute(
            "SELECT DISTINCT item FROM sightings WHERE first_seen > ? AND first_seen <= ? ORDER BY item",
            ("" if start is None else stamp(start), stamp(end)),
        )
        return tuple(self._item(number, end) for (number,) in numbers.fetchall())

    def find(self, key: str) -> Item | None:
        """The item that has this identity key, with all its sightings."""
        row = self._connection.execute("SELECT item FROM keys WHERE key = ?", (key,)).fetchone()
        return None if row is None else self._item(row[0], None)

    def latest(self, limit: int) -> tuple[Item, ...]:
        """The items seen last that no feed refused, latest first."""
        rows = self._connection.execute(
            "SELECT item FROM sightings WHERE fate IS NULL GROUP BY item ORDER BY max(first_seen) DESC, item LIMIT ?",
            (limit,),
        )
        return tuple(self._item(number, None) for (number,) in rows.fetchall())

    def _sight(self, item: int, feed: str, first_seen: datetime, arrival: Arrival) -> None:
        entry = arrival.entry
        self._connection.execute(
            "INSERT INTO sightings (item, feed, first_seen, fate, url, title, summary, authors, published)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item,
                feed,
                stamp(first_seen),
                arrival.fate,
                entry.link,
                entry.title,
                entry.summary,
                json.dumps(entry.authors, ensure_ascii=False),
                entry.published and stamp(entry.published),
            ),
        )

    def _items_of(self, keys: Sequence[str]) -> list[int]:
        """The distinct items behind these keys, in the keys' order."""
        numbers = dict.fromkeys(
            row[0] for key in keys for row in self._connection.execute("SELECT item FROM keys WHERE key = ?", (key,))
        )
        return list(numbers)

    def _seen_by(self, item: int, feed: str) -> bool:
        query = "SELECT 1 FROM sightings WHERE item = ? AND feed = ? LIMIT 1"
        return self._connection.execute(query, (item, feed)).fetchone() is not None

    def _resolve(self, keys: Sequence[str]) -> int:
        found = self._items_of(keys)
        item = found[0] if found else self._new()
        for other in found[1:]:
            if not (self._published(item) and self._published(other)):
                item = self._merge(item, other)
        # A key of a published item that could not be merged stays with its owner.
        self._connection.executemany(
            "INSERT INTO keys (key, item) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", [(key, item) for key in keys]
        )
        return item

    def _new(self) -> int:
        number = self._connection.execute("INSERT INTO items DEFAULT VALUES").lastrowid
        assert number is not None
        return number

    def _merge(self, one: int, other: int) -> int:
        """Make two items one, and return the older."""
        keep, drop = sorted((one, other))
        for table in ("keys", "sightings"):
            self._connection.execute(f"UPDATE {table} SET item = ? WHERE item = ?", (keep, drop))  # noqa: S608
        self._connection.execute("DELETE FROM items WHERE id = ?", (drop,))
        return keep

    def _published(self, item: int) -> bool:
        query = "SELECT 1 FROM published JOIN keys USING (key) WHERE keys.item = ? LIMIT 1"
        return self._connection.execute(query, (item,)).fetchone() is not None

    def _item(self, number: int, end: datetime | None) -> Item:
        keys = [key for (key,) in self._connection.execute("SELECT key FROM keys WHERE item = ?", (number,))]
        keys.sort(key=rank)
        return Item(id=keys[0], keys=tuple(keys), sightings=tuple(self._sightings(number, end)))

    def _sightings(self, number: int, end: datetime | None) -> Iterator[Sighting]:
        rows = self._connection.execute(
            "SELECT coalesce(feeds.name, sightings.feed), sightings.url, title, summary, authors, published, first_seen,"
            " fate FROM sightings LEFT JOIN feeds ON feeds.url = sightings.feed"
            " WHERE item = ? AND first_seen <= ? ORDER BY first_seen, sightings.id",
            (number, "9" if end is None else stamp(end)),
        )
        for feed, url, title, summary, authors, published, first_seen, fate in rows.fetchall():
            seen = instant(first_seen)
            assert seen is not None
            yield Sighting(
                feed=feed,
                url=url,
                title=title,
                summary=summary,
                authors=tuple(json.loads(authors)),
                published=instant(published),
                first_seen=seen,
                fate=fate,
            )


def rank(key: str) -> tuple[int, str]:
    """Identity keys, best first: arXiv id, DOI, canonical URL, then what only one feed knows."""
    order = {"arxiv": 0, "doi": 1, "url": 2}
    return order.get(key.partition(":")[0], 3), key


def _showings(rows: Iterable[tuple[Any, ...]]) -> Iterator[Showing]:
    for _, first_seen, published in rows:
        seen = instant(first_seen)
        assert seen is not None
        yield Showing(first_seen=seen, published=instant(published))
