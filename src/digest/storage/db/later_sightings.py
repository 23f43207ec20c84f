"""What was seen of works later: signals and sightings after their issue's cutoff, links to works that no feed showed, corrected texts.

The table `mended` has what feeds say of items now, where it differs from what they said first. Each query of `Uptakes` reads the rows of a span of time, however long the archive is.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast

from digest.model import Entry, Fate, ItemKind, Sighting, SignalName
from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp, upsert

_LATER = 60  # changes of a sighting that are kept; a feed that says something else at every fetch has more
# What a feed said last of an item, up to an instant.
LAST = "SELECT max(at) FROM mended WHERE sighting = sightings.id AND at <= ?"
_WORDS = ("url", "title", "summary", "authors")
LAST_WORDS = ", ".join(
    (
        *(f"coalesce(mended.{name}, sightings.{name})" for name in _WORDS),
        "CASE WHEN mended.sighting IS NULL THEN sightings.kind ELSE mended.kind END",  # a mended one may have none
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """A link of a round-up to a work: the work's identity key, the feed's name, and the round-up's title."""

    key: str
    feed: str
    title: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A first sighting in one feed, with what it says."""

    item: int
    feed: str
    title: str
    summary: str
    authors: str  # as a JSON list
    fate: Fate | None
    published: datetime | None
    first_seen: datetime

    @property
    def sighting(self) -> Sighting:
        """What a feed's filter looks at."""
        return Sighting(
            feed=self.feed,
            url="",
            title=self.title,
            summary=self.summary,
            authors=(),
            published=self.published,
            first_seen=self.first_seen,
        )


class Uptakes:
    """Later rows of the tables `observations` and `sightings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def noticed(self, start: datetime | None, cutoff: datetime, until: datetime) -> tuple[int, ...]:
        """The items first seen in the window ``(start, cutoff]`` that a feed showed again in ``(cutoff, until]``."""
        rows = self._connection.execute(
            "SELECT s.item FROM sightings s WHERE s.first_seen > ? AND s.first_seen <= ?"
            " AND NOT EXISTS (SELECT 1 FROM sightings e WHERE e.item = s.item AND e.first_seen <= ?)"
            " AND (EXISTS (SELECT 1 FROM sightings l WHERE l.item = s.item AND l.first_seen > ? AND l.first_seen <= ?)"
            " OR EXISTS (SELECT 1 FROM keys k JOIN observations o ON o.key = k.key"
            " WHERE k.item = s.item AND o.at > ? AND o.at <= ?)) GROUP BY s.item ORDER BY s.item",
            _bounds(start, cutoff, until),
        )
        return tuple(item for (item,) in rows)

    def late(self, start: datetime | None, cutoff: datetime, until: datetime) -> tuple[int, ...]:
        """The items dated in ``(start, cutoff]`` that feeds showed only in ``(cutoff, until]``, and then too late to be accepted."""
        rows = self._connection.execute(
            "SELECT s.item FROM sightings s WHERE s.first_seen > ? AND s.first_seen <= ? AND s.published > ? AND s.published <= ?"
            " AND s.fate = 'too_old' AND NOT EXISTS (SELECT 1 FROM sightings e WHERE e.item = s.item"
            " AND (e.first_seen <= ? OR e.fate IS NULL)) GROUP BY s.item ORDER BY s.item",
            (stamp(cutoff), stamp(until), *_span(start, cutoff), stamp(cutoff)),
        )
        return tuple(item for (item,) in rows)

    def counts(self, after: datetime, until: datetime) -> dict[SignalName, tuple[int, ...]]:
        """The highest count of each work that any feed gave in ``(after, until]``, ascending, by signal."""
        rows = self._connection.execute(
            "SELECT name, max(value) FROM observations WHERE at > ? AND at <= ? GROUP BY name, key ORDER BY name, max(value)",
            (stamp(after), stamp(until)),
        )
        found: dict[SignalName, list[int]] = {}
        for name, value in rows:
            found.setdefault(name, []).append(value)
        return {name: tuple(values) for name, values in found.items()}

    def sizes(self, after: datetime, until: datetime) -> dict[str, int]:
        """How many works each feed showed for the first time in ``(after, until]``."""
        rows = self._connection.execute(
            "SELECT coalesce(feeds.name, sightings.feed), count(*) FROM sightings LEFT JOIN feeds ON feeds.url = sightings.feed"
            " WHERE first_seen > ? AND first_seen <= ? GROUP BY coalesce(feeds.name, sightings.feed)",
            (stamp(after), stamp(until)),
        )
        return dict(rows.fetchall())

    def unseen(self, start: datetime | None, cutoff: datetime, until: datetime) -> tuple[Pick, ...]:
        """The links, up to `until`, to works that no feed has shown and that were first linked to in ``(start, cutoff]``."""
        rows = self._connection.execute(
            "SELECT o.key, coalesce(feeds.name, o.feed), o.text, o.at FROM observations o LEFT JOIN feeds ON feeds.url = o.feed"
            " WHERE o.name = 'picked' AND o.at > ? AND o.at <= ?"
            " AND NOT EXISTS (SELECT 1 FROM keys k JOIN sightings s ON s.item = k.item WHERE k.key = o.key AND s.first_seen <= ?)"
            " AND (SELECT min(f.at) FROM observations f WHERE f.key = o.key AND f.name = 'picked') > ?"
            " AND (SELECT min(f.at) FROM observations f WHERE f.key = o.key AND f.name = 'picked') <= ?"
            " ORDER BY o.key, o.at, o.feed",
            ("" if start is None else stamp(start), stamp(until), stamp(until), *_span(start, cutoff)),
        )
        return tuple(Pick(key=key, feed=feed, title=text, at=instant(at)) for key, feed, text, at in rows)

    def seen(self, start: datetime | None, until: datetime) -> Iterator[Seen]:
        """The first sightings of ``(start, until]``, one at a time: they may be many."""
        rows = self._connection.execute(
            "SELECT item, coalesce(feeds.name, sightings.feed), sightings.title, summary, authors, fate, published, first_seen"
            " FROM sightings LEFT JOIN feeds ON feeds.url = sightings.feed"
            " WHERE first_seen > ? AND first_seen <= ? ORDER BY first_seen, sightings.id",
            _span(start, until),
        )
        for item, feed, title, summary, authors, fate, published, first_seen in rows:
            yield Seen(
                item=item,
                feed=feed,
                title=title,
                summary=summary,
                authors=authors,
                fate=cast("Fate | None", fate),
                published=optional_instant(published),
                first_seen=instant(first_seen),
            )


def _span(start: datetime | None, end: datetime) -> tuple[str, str]:
    return "" if start is None else stamp(start), stamp(end)


def _bounds(start: datetime | None, cutoff: datetime, until: datetime) -> tuple[str, ...]:
    first, last, end = *_span(start, cutoff), stamp(until)
    return (first, last, first, last, end, last, end)


def mend(
    connection: Connection, at: datetime, found: Mapping[int, Entry], kind: Callable[[int], ItemKind | None]
) -> None:
    """Note what a feed says now of the items of these sightings; see `Items.mend`."""
    rows = connection.execute(
        f"SELECT sightings.id, {LAST_WORDS}, (SELECT count(*) FROM mended WHERE sighting = sightings.id)"  # noqa: S608
        " FROM json_each(?) AS numbered CROSS JOIN sightings ON sightings.id = numbered.value"
        f" LEFT JOIN mended ON mended.sighting = sightings.id AND mended.at = ({LAST})",
        (json.dumps(list(found)), stamp(at)),
    ).fetchall()
    changed = []
    for number, url, title, summary, authors, _, times in rows:
        now = _mended(found[number], (url, title, summary, authors))
        if now != (url, title, summary, authors) and times < _LATER:
            changed.append((number, stamp(at), *now, kind(number)))
    connection.executemany(
        upsert("mended", "sighting, at, url, title, summary, authors, kind", key="sighting, at"), changed
    )


def _mended(entry: Entry, before: tuple[str, str, str, str]) -> tuple[str, ...]:
    """What a feed says now of url, title, summary and authors: each as before where it is missing or damaged."""
    now = (entry.link, entry.title, entry.summary, written(entry.authors) if entry.authors else "")
    kept = (
        new if new and ("\ufffd" not in new or "\ufffd" in old) else old for new, old in zip(now, before, strict=True)
    )
    return tuple(kept)


@lru_cache(maxsize=1024)
def written(authors: tuple[str, ...]) -> str:
    """Authors as they are stored."""
    return json.dumps(authors, ensure_ascii=False)
