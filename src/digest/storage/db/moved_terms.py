"""The names and phrases that moved in closed issues, by the trends of the items that hold them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from digest.storage.db.connection import Connection
from digest.storage.db.values import upsert

if TYPE_CHECKING:
    from digest.model import Issue, MovedThere


def put(connection: Connection, number: int, issue: "Issue") -> None:
    """Index the terms that moved in an issue, under the issue's number."""
    items = issue.by_id(noted=False)
    found: dict[str, list[tuple[dict[str, Any], list[tuple[str, str]]]]] = {}
    for term in issue.moved:
        works: dict[str, list[tuple[str, str]]] = {}
        for item in (items[id_] for id_ in term.items if id_ in items):
            for label in item.trends:
                works.setdefault(label.id, []).append(((item.original or item).title, item.url))
        for trend, held in works.items():
            found.setdefault(trend, []).append((asdict(term), held))
    connection.executemany(
        upsert("catalogue_moved", "trend, number, terms", key="trend, number"),
        [(trend, number, json.dumps([issue.key, terms], ensure_ascii=False)) for trend, terms in found.items()],
    )


def of_trend(connection: Connection, trend: str, numbers: Sequence[int]) -> tuple["MovedThere", ...]:
    """The terms that moved and stand in items of a trend, between the first and the last of these ascending numbers; latest issue first."""
    from digest.model import Moved, MovedThere  # noqa: PLC0415  (a list of issues needs no issue)

    if not numbers:
        return ()
    rows = connection.execute(
        "SELECT terms FROM catalogue_moved WHERE trend = ? AND number BETWEEN ? AND ? ORDER BY number DESC",
        (trend, numbers[0], numbers[-1]),
    )
    return tuple(
        MovedThere(
            key=key,
            term=Moved(**term | {"items": tuple(term["items"]), "past": tuple(term["past"])}),
            works=tuple((title, url) for title, url in works),
        )
        for (text,) in rows
        for key, terms in (json.loads(text),)
        for term, works in terms
    )
