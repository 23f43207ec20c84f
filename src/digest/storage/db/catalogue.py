"""The index of the archive, issue by issue and item by item, for overview pages and searches.

It is derived from the archive and can be rebuilt from it at any time. An issue's number is its slot in seconds, an item's is
its issue's number times `PLACES` plus its position there, so that the newest come first without sorting.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from digest.model import BestReported, Card, Hit, Point, Summary, Window, cards
from digest.storage.db import by_trend, source_counts
from digest.storage.db.connection import Connection
from digest.storage.db.search import Query, id_label, labels, pack_card, phrase, search, unpack_card
from digest.storage.db.source_counts import SOURCE
from digest.storage.db.values import instant, optional_instant, stamp, transaction

if TYPE_CHECKING:
    from digest.model import ClaimTouch, Issue, MovedThere, Section

PLACES = 1 << 18  # the maximum number of items in an issue
_TREND = "trend "  # a heading is this or `SOURCE`, followed by a name, or one of
LEAD, RELEASE, WATCHED = "lead", "release", "watched"


class Catalogue:
    """The tables whose names begin with `catalogue`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def transaction(self) -> AbstractContextManager[None]:
        """Commit the whole block, or nothing of it."""
        return transaction(self._connection)

    def stamps(self) -> dict[str, str]:
        """The stamp of the issue.json that each entry was made from, by key."""
        return dict(self._connection.execute("SELECT key, stamp FROM catalogue"))

    def put(self, issue: "Issue", summary: Summary, *, stamp_: str) -> None:
        """Index an issue, replacing its previous entry. Items are indexed for closed issues only."""
        self.forget(issue.key)
        number = self._number(issue)
        year = issue.slot.astimezone(ZoneInfo(issue.timezone)).year
        self._connection.execute(
            "INSERT INTO catalogue (number, key, stamp, year, slot, state, summary) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, issue.key, stamp_, year, stamp(issue.slot), issue.state, _pack(summary)),
        )
        if issue.state == "closed":
            self._put_pulses(number, issue)
            by_trend.put_touches(self._connection, number, issue)
            by_trend.put_results(self._connection, number, issue)
            by_trend.put_terms(self._connection, number, issue)
            self._put_items(number * PLACES, tuple(cards(issue)))

    def forget(self, key: str) -> None:
        """Remove an issue that the archive no longer has."""
        row = self._connection.execute("SELECT number FROM catalogue WHERE key = ?", (key,)).fetchone()
        if row is None:
            return
        first, last = row[0] * PLACES, (row[0] + 1) * PLACES - 1
        run = self._connection.execute
        source_counts.leave(self._connection, first, last)
        run("DELETE FROM catalogue_places WHERE item BETWEEN ? AND ?", (first, last))
        run("DELETE FROM catalogue_items WHERE rowid BETWEEN ? AND ?", (first, last))
        run("DELETE FROM catalogue_pulses WHERE number = ?", row)
        run("DELETE FROM catalogue_claims WHERE number = ?", row)
        run("DELETE FROM catalogue_reported WHERE number = ?", row)
        run("DELETE FROM catalogue_moved WHERE number = ?", row)
        run("DELETE FROM catalogue WHERE number = ?", row)

    def clear(self) -> None:
        """Remove everything."""
        for table in ("", "_pulses", "_places", "_sources", "_claims", "_reported", "_moved", "_items"):
            self._connection.execute(f"DELETE FROM catalogue{table}")  # noqa: S608  (the names above)

    def summaries(self, *, year: int | None = None, closed: bool = False, limit: int = -1) -> tuple[Summary, ...]:
        """The summaries of issues, latest slot first."""
        where = "(? IS NULL OR year = ?) AND (state = 'closed' OR NOT ?)"
        query = f"SELECT summary FROM catalogue WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608
        return tuple(_summary(text) for (text,) in self._connection.execute(query, (year, year, closed, limit)))

    def summaries_of(self, keys: Iterable[str]) -> dict[str, Summary]:
        """The summaries of these issues, by key."""
        query = "SELECT summary FROM catalogue WHERE key = ?"
        found = (self._connection.execute(query, (key,)).fetchone() for key in sorted(set(keys)))
        return {one.key: one for one in (_summary(row[0]) for row in found if row)}

    def latest(self) -> str | None:
        """The key of the latest closed issue, by slot; of the latest draft if no issue is closed."""
        query = "SELECT key FROM catalogue ORDER BY state = 'closed' DESC, number DESC LIMIT 1"
        row = self._connection.execute(query).fetchone()
        return None if row is None else str(row[0])

    def drafts(self) -> tuple[str, ...]:
        """The keys of drafts, oldest first."""
        query = "SELECT key FROM catalogue WHERE state <> 'closed' ORDER BY number"
        return tuple(key for (key,) in self._connection.execute(query))

    def years(self) -> tuple[int, ...]:
        """The years that have closed issues, latest first."""
        query = "SELECT DISTINCT year FROM catalogue WHERE state = 'closed' ORDER BY year DESC"
        return tuple(year for (year,) in self._connection.execute(query))

    def trends(self) -> tuple[str, ...]:
        """The ids of all trends that have had items in a closed issue."""
        query = "SELECT DISTINCT trend FROM catalogue_pulses ORDER BY trend"
        return tuple(trend for (trend,) in self._connection.execute(query))

    def closed(self) -> tuple[str, ...]:
        """The keys of closed issues, oldest first."""
        query = "SELECT key FROM catalogue WHERE state = 'closed' ORDER BY number"
        return tuple(key for (key,) in self._connection.execute(query))

    def content(self, key: str) -> str | None:
        """The issue's content as the syndication feeds carry it, if it was stored."""
        row = self._connection.execute("SELECT content FROM catalogue WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def note_content(self, key: str, html: str | None) -> None:
        self._connection.execute("UPDATE catalogue SET content = ? WHERE key = ?", (html, key))

    def points(self, trend: str, *, limit: int = -1) -> tuple[Point, ...]:
        """The counts of a trend in the last closed issues, oldest first; 0 for an issue without items of it.

        Args:
            trend: its id.
            limit: the maximum number of issues.
        """
        rows = self._connection.execute(
            "SELECT c.key, c.slot, coalesce(p.count, 0), p.expected, coalesce(p.verdict, 'as_usual'),"
            " coalesce(p.shown, 0), coalesce(p.folded, 0) FROM catalogue c"
            " LEFT JOIN catalogue_pulses p ON p.trend = ? AND p.number = c.number"
            " WHERE c.state = 'closed' ORDER BY c.number DESC LIMIT ?",
            (trend, limit),
        ).fetchall()
        return tuple(_point(row) for row in reversed(rows))

    def touches(self, trend: str, keys: Sequence[str]) -> dict[str, list["ClaimTouch"]]:
        """The items of these issues that touch a trend's claims, with how they stand to them.

        They are grouped by the claim's text; the latest issue comes first, each in its own order.
        """
        return by_trend.touches_of(self._connection, trend, self._numbers(keys))

    def best_reported(self, trend: str) -> tuple[BestReported, ...]:
        """The best result on each benchmark that an item of a trend ever reported, by the name of the benchmark."""
        return by_trend.best_results(self._connection, trend)

    def moved(self, trend: str, keys: Sequence[str]) -> tuple["MovedThere", ...]:
        """The names and phrases that moved in these issues and stand in items of a trend: latest issue first, surest first in each."""
        return by_trend.moved_terms(self._connection, trend, self._numbers(keys))

    def trend_cards(self, trend: str, keys: Sequence[str]) -> tuple[Card, ...]:
        """What these issues showed under a trend: latest issue first, in the order of each issue."""
        numbers = self._numbers(keys)
        if not numbers:
            return ()
        bounds = (numbers[0] * PLACES, (numbers[-1] + 1) * PLACES - 1)
        cards = self._under(_TREND + trend, "AND p.item BETWEEN ? AND ?", *bounds)
        age = {key: place for place, key in enumerate(reversed(keys))}
        return tuple(sorted(cards, key=lambda card: age[card.key]))

    def sources(self) -> tuple[tuple[str, int, str], ...]:
        """The feeds of archived items, in the order of their first items: name, number of items, key of the latest issue."""
        return tuple(
            (source, total, self._key(last // PLACES))
            for source, total, last in source_counts.sources(self._connection)
        )

    def source_count(self, source: str, *, until: str) -> int:
        """How many items a feed had up to and including this issue."""
        (number,) = self._numbers([until])
        return source_counts.counted(self._connection, source, item=(number + 1) * PLACES)[1]

    def source_cards(self, source: str, *, first: int, last: int) -> tuple[Card, ...]:
        """A feed's items with numbers in `range(first, last)`, counted from the oldest; oldest first."""
        if last <= first:
            return ()
        after, before = source_counts.counted(self._connection, source, total=first)
        rows = self._connection.execute(
            "SELECT i.card FROM (SELECT item FROM catalogue_places WHERE heading = ? AND item > ?"
            " ORDER BY item LIMIT ? OFFSET ?) p JOIN catalogue_items i ON i.rowid = p.item ORDER BY p.item",
            (SOURCE + source, after, last - first, first - before),
        )
        return tuple(unpack_card(text) for (text,) in rows)

    def quarters(self) -> dict[str, tuple[str, ...]]:
        """The keys of closed issues by the quarter of their slot in UTC (`2026-q4`): latest quarter first, oldest key first."""
        found: dict[str, list[str]] = {}
        query = "SELECT key, slot FROM catalogue WHERE state = 'closed' ORDER BY number"
        for key, slot in self._connection.execute(query):
            found.setdefault(f"{slot[:4]}-q{(int(slot[5:7]) + 2) // 3}", []).append(key)
        return {quarter: tuple(found[quarter]) for quarter in sorted(found, reverse=True)}

    def issue_cards(self, key: str) -> tuple[Card, ...]:
        """All items of a closed issue, in the issue's order."""
        (number,) = self._numbers([key])
        rows = self._connection.execute(
            "SELECT card FROM catalogue_items WHERE rowid BETWEEN ? AND ? ORDER BY rowid",
            (number * PLACES, (number + 1) * PLACES - 1),
        )
        return tuple(unpack_card(text) for (text,) in rows)

    def latest_cards(self, heading: str, *, limit: int = -1) -> tuple[Card, ...]:
        """The last items under `LEAD`, `RELEASE`, `WATCHED` or the heading of a trend or source: the latest issue first, each in its order."""
        found = self._under(heading, "ORDER BY p.item DESC LIMIT ?", limit)
        return tuple(card for _, group in groupby(found, key=lambda card: card.key) for card in reversed(list(group)))

    def found(self, ids: Iterable[str]) -> Card | None:
        """The latest item of a closed issue that has one of these ids, or None."""
        wanted = " OR ".join(f'"{id_label(id_)}"' for id_ in ids)
        query = "SELECT card FROM catalogue_items WHERE catalogue_items MATCH ? ORDER BY rowid DESC LIMIT 1"
        row = self._connection.execute(query, (f"labels : ({wanted})",)).fetchone()
        return row and unpack_card(row[0])

    def sharing(self, weights: Mapping[str, float], *, least: float) -> tuple[Card, ...]:
        """The items of closed issues, in order, whose title and summary hold words and phrases of at least this weight together."""
        shared: dict[int, float] = defaultdict(float)
        for words, weight in weights.items():
            for (number,) in self._connection.execute(
                "SELECT rowid FROM catalogue_items WHERE catalogue_items MATCH ?", (phrase(words),)
            ):
                shared[number] += weight
        query = "SELECT card FROM catalogue_items WHERE rowid = ?"
        numbers = sorted(number for number, weight in shared.items() if weight >= least)
        return tuple(unpack_card(self._connection.execute(query, (number,)).fetchone()[0]) for number in numbers)

    def search(self, query: Query) -> tuple[tuple[Hit, ...], int]:
        """The best of the newest results, best first, and the total number of results."""
        return search(self._connection, query, places=PLACES)

    def _under(self, heading: str, where: str, *values: int) -> Iterator[Card]:
        join = "catalogue_places p JOIN catalogue_items i ON i.rowid = p.item"
        query = f"SELECT i.card FROM {join} WHERE p.heading = ? {where}"  # noqa: S608
        return (unpack_card(text) for (text,) in self._connection.execute(query, (heading, *values)))

    def _numbers(self, keys: Sequence[str]) -> list[int]:
        marks = ", ".join("?" * len(keys))
        query = f"SELECT number FROM catalogue WHERE key IN ({marks}) ORDER BY number"  # noqa: S608
        return [number for (number,) in self._connection.execute(query, tuple(keys))]

    def _key(self, number: int) -> str:
        (key,) = self._connection.execute("SELECT key FROM catalogue WHERE number = ?", (number,)).fetchone()
        return str(key)

    def _number(self, issue: "Issue") -> int:
        """The slot in seconds, or the next number that no other issue has."""
        number = int(issue.slot.timestamp())
        while self._connection.execute("SELECT 1 FROM catalogue WHERE number = ?", (number,)).fetchone():
            number += 1
        return number

    def _put_pulses(self, number: int, issue: "Issue") -> None:
        self._connection.executemany(
            "INSERT INTO catalogue_pulses (trend, number, count, expected, verdict, shown, folded)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [_pulse_row(number, section) for section in issue.trends],
        )

    def _put_items(self, first: int, items: Sequence[Card]) -> None:
        self._connection.executemany(
            "INSERT INTO catalogue_items (rowid, title, summary, authors, labels, card) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (first + place, card.title, card.summary, ", ".join(card.authors), labels(card), pack_card(card))
                for place, card in enumerate(items)
            ],
        )
        self._connection.executemany(
            "INSERT INTO catalogue_places (heading, item) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(heading, first + place) for place, card in enumerate(items) for heading in _headings(card)],
        )
        source_counts.enter(self._connection, first, first + PLACES - 1)


def trend_heading(id_: str) -> str:
    """The heading for the items of a trend that issues showed."""
    return _TREND + id_


def source_heading(name: str) -> str:
    """The heading for the items of a feed."""
    return SOURCE + name


def _headings(card: Card) -> Iterator[str]:
    if card.shown and card.section:
        yield _TREND + card.section
    for source in card.sources:
        yield SOURCE + source
    if card.lead:
        yield LEAD
    if card.release:
        yield RELEASE
    if card.watched:
        yield WATCHED


def _pulse_row(number: int, section: "Section") -> tuple[Any, ...]:
    pulse = section.pulse
    shown, folded = len(section.items), len(section.folded)
    return section.id, number, pulse.count, pulse.expected, pulse.verdict, shown, folded


def _point(row: tuple[Any, ...]) -> Point:
    key, slot, count, expected, verdict, shown, folded = row
    at = _instant(slot)
    return Point(key=key, slot=at, count=count, expected=expected, verdict=verdict, shown=shown, folded=folded)


def _pack(summary: Summary) -> str:
    data = asdict(summary)
    start = summary.window.start
    data |= {
        "slot": stamp(summary.slot),
        "window": {"start": start and stamp(start), "end": stamp(summary.window.end)},
    }
    return json.dumps(data, ensure_ascii=False)


_instant = lru_cache(maxsize=512)(instant)  # all trends have points in the same issues


@lru_cache(maxsize=128)  # the pages of all trends and sources list the same last issues
def _summary(text: str) -> Summary:
    data = json.loads(text)
    end, slot = instant(data["window"]["end"]), instant(data["slot"])
    window = Window(start=optional_instant(data["window"]["start"]), end=end)
    grades = tuple(map(tuple, data.get("grades", ())))
    return Summary(**data | {"slot": slot, "window": window, "lines": tuple(data["lines"]), "grades": grades})
