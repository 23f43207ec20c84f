"""What feeds say of items now, where it differs from what they said first: the table `mended`."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

from digest.model import Entry, ItemKind
from digest.storage.db.connection import Connection
from digest.storage.db.values import stamp, upsert

_LATER = 60  # changes of a sighting that are kept; a feed that says something else at every fetch has more
# What a feed said last of an item, up to an instant.
LAST = "SELECT max(at) FROM mended WHERE sighting = sightings.id AND at <= ?"
LAST_WORDS = ", ".join(f"coalesce(mended.{name}, sightings.{name})" for name in ("url", "title", "summary", "authors"))
LAST_WORDS += ", CASE WHEN mended.sighting IS NULL THEN sightings.kind ELSE mended.kind END"


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
