"""Letters: their intervals and choices, their texts as sent, and when each item was first in a letter.

Texts are compressed, and deleted after `KEPT`; the interval, the choices and the places of items stay.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from digest.model import LetterRow, LetterState, Place, Preferences
from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp, upsert
from digest.text.clean import fitted

KEPT = timedelta(days=30)
_COLUMNS = "key, round, name, slot, choice, trends, language, start, cutoff, state, reason, others, items"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterTexts:
    """A letter as it was made: its issue.json, both parts of its mail, and its web copy, which is empty without a base URL."""

    issue: str
    html: str
    text: str
    page: str


class Letters:
    """The tables `letters`, `letter_items` and `letters_lost`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, row: LetterRow) -> None:
        """Store a letter that is due, before it is made."""
        choice = asdict(row.choice) | {"paused_until": None}
        self._connection.execute(
            "INSERT INTO letters (key, round, name, slot, choice, trends, language, start, cutoff, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'due') ON CONFLICT (key) DO NOTHING",
            (
                row.key,
                row.round,
                row.name,
                stamp(row.slot),
                json.dumps(choice),
                json.dumps(row.trends),
                row.language,
                row.start and stamp(row.start),
                stamp(row.cutoff),
            ),
        )

    def get(self, key: str) -> LetterRow | None:
        return next(iter(self._read("WHERE key = ?", key)), None)

    def unmade(self, round_: str) -> list[LetterRow]:
        """The letters of a round that are still to be made, or failed the lint, those of one interval together."""
        return self._read("WHERE round = ? AND state IN ('due', 'broken') ORDER BY cutoff, start, key", round_)

    def due(self, round_: str, *, limit: int) -> list[LetterRow]:
        """The first letters of a round that are still to be made, those of one interval and of equal choices together."""
        order = "ORDER BY cutoff, start, slot, trends, choice, key LIMIT ?"
        return self._read(f"WHERE round = ? AND state = 'due' {order}", round_, limit)

    def of_reader(self, number: int) -> list[LetterRow]:
        """The letters of a subscriber, latest first."""
        return self._read(
            "WHERE key IN (SELECT letter FROM deliveries WHERE subscriber = ?) ORDER BY cutoff DESC, key", number
        )

    def settle(
        self, key: str, state: LetterState, *, reason: str = "", others: int = 0, items: Iterable[Place] = ()
    ) -> None:
        """Record what became of a letter."""
        self._connection.execute(
            "UPDATE letters SET state = ?, reason = ?, others = ?, items = ? WHERE key = ?",
            (state, reason, others, json.dumps([_place(one) for one in items]), key),
        )

    def keep(self, key: str, texts: LetterTexts) -> None:
        """Keep the texts of a letter."""
        packed = (zlib.compress(one.encode()) for one in (texts.issue, texts.html, texts.text, texts.page))
        self._connection.execute(
            "UPDATE letters SET issue = ?, html = ?, text = ?, page = ? WHERE key = ?", (*packed, key)
        )

    def texts(self, key: str) -> LetterTexts | None:
        """The texts of a letter, or None if it was not made or is too old."""
        row = self._connection.execute("SELECT issue, html, text, page FROM letters WHERE key = ?", (key,)).fetchone()
        if row is None or row[0] is None:
            return None
        issue, html, text, page = (zlib.decompress(one).decode() for one in row)
        return LetterTexts(issue=issue, html=html, text=text, page=page)

    def tidy(self, now: datetime) -> None:
        """Delete the texts of old letters, but keep those that somebody still waits for, so that a clock that was ahead loses no mail. Who is in doubt does not wait."""
        self._connection.execute(
            "UPDATE letters SET issue = NULL, html = NULL, text = NULL, page = NULL WHERE cutoff < ? AND issue IS NOT NULL"
            " AND round NOT IN (SELECT issue FROM deliveries WHERE state IN ('pending', 'offered'))",
            (stamp(now - KEPT),),
        )

    def forget(self, number: int) -> None:
        """Erase a person's choices and texts from the letters that only they got."""
        self._connection.execute(
            "UPDATE letters SET choice = '{}', trends = '[]', items = '[]', issue = NULL, html = NULL, text = NULL, page = NULL,"
            " state = CASE WHEN state = 'due' THEN 'empty' ELSE state END"
            " WHERE key IN (SELECT letter FROM deliveries WHERE subscriber = ?) AND NOT EXISTS (SELECT 1 FROM deliveries"
            " JOIN subscribers ON id = subscriber WHERE deliveries.issue = letters.round AND letter = letters.key AND id != ?)",
            (number, number),
        )

    def hold(self, keys: Iterable[str], cutoff: datetime) -> None:
        """Record the identity keys of everything that letters up to a cutoff held, for any reader."""
        at = stamp(cutoff)
        self._connection.executemany(
            "INSERT INTO letter_items (key, cutoff) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET cutoff = excluded.cutoff"
            " WHERE excluded.cutoff < letter_items.cutoff",
            ((fitted(key), at) for key in keys),
        )

    def held_before(self, keys: Iterable[str], start: datetime) -> bool:
        """Whether an item with one of these identity keys was in a letter or an issue whose cutoff is not after `start`."""
        return any(
            self._connection.execute(
                "SELECT 1 FROM letter_items WHERE key = ? AND cutoff <= ? UNION ALL SELECT 1 FROM published"
                " JOIN issues ON issues.key = issue WHERE published.key = ? AND cutoff <= ? LIMIT 1",
                (key, stamp(start), key, stamp(start)),
            ).fetchone()
            for key in map(fitted, keys)
        )

    def lost(self) -> datetime | None:
        """When a run noticed that another store had sent letters; None once they are in doubt."""
        row = self._connection.execute("SELECT at FROM letters_lost").fetchone()
        return None if row is None else instant(row[0])

    def miss(self, at: datetime) -> None:
        """Note that another store has sent letters that this one does not know."""
        self._connection.execute(upsert("letters_lost", "id, at", key="id"), (1, stamp(at)))

    def miss_none(self) -> None:
        self._connection.execute("DELETE FROM letters_lost")

    def _read(self, where: str, *values: object) -> list[LetterRow]:
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM letters {where}", values)  # noqa: S608
        return [
            LetterRow(
                key=row[0],
                round=row[1],
                name=row[2],
                slot=instant(row[3]),
                choice=Preferences(**json.loads(row[4])),
                trends=tuple(json.loads(row[5])),
                language=row[6],
                start=optional_instant(row[7]),
                cutoff=instant(row[8]),
                state=row[9],
                reason=row[10],
                others=row[11],
                items=tuple(Place(**one) for one in json.loads(row[12])),
            )
            for row in rows.fetchall()
        ]


def _place(one: Place) -> dict[str, object]:
    """Like `asdict`, but ten times as fast, because a letter has hundreds of items."""
    return {"id": one.id, "section": one.section, "rank": one.rank, "shown": one.shown, "score": one.score}
