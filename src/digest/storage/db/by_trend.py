"""What closed issues say under each trend: the items that touch its claims, the terms that moved, and the results that items report."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any

from digest.model import BestReported
from digest.storage.db.connection import Connection
from digest.storage.db.values import upsert

if TYPE_CHECKING:
    from digest.model import ClaimTouch, Issue, MovedThere

# The best value of a benchmark is found in the index, so that the time does not grow with the square of the results.
_BEST = """
SELECT r.benchmark, r.value, c.key, r.id, r.title, r.url, r.sentence, r.model,
    (SELECT count(*) - 1 FROM catalogue_reported o WHERE o.trend = r.trend AND o.benchmark = r.benchmark)
FROM catalogue_reported r JOIN catalogue c ON c.number = r.number
WHERE r.trend = ? AND r.value = (
    SELECT max(o.value) FROM catalogue_reported o WHERE o.trend = r.trend AND o.benchmark = r.benchmark
) AND NOT EXISTS (
    SELECT 1 FROM catalogue_reported o WHERE o.trend = r.trend AND o.benchmark = r.benchmark AND o.value = r.value
    AND (o.number < r.number OR o.number = r.number AND o.id < r.id)
)
"""
_NAMES = ("benchmark", "value", "key", "id", "title", "url", "sentence", "model", "others")


def put_touches(connection: Connection, number: int, issue: "Issue") -> None:
    """Index the claims that an issue's items touched, under the issue's number."""
    items = issue.by_id(noted=False)
    for section in issue.trends:
        rows = [
            (issue.key, claim.text, items[touch.id].title, items[touch.id].url, asdict(touch))
            for claim in section.claims
            for touch in claim.items
            if touch.id in items
        ]
        if rows:
            connection.execute(
                upsert("catalogue_claims", "trend, number, touches", key="trend, number"),
                (section.id, number, json.dumps(rows, ensure_ascii=False)),
            )


def touches_of(connection: Connection, trend: str, numbers: Sequence[int]) -> dict[str, list["ClaimTouch"]]:
    """The items that touch a trend's claims between the first and the last of these ascending numbers."""
    from digest.model import ClaimTouch, Touch  # noqa: PLC0415  (a list of issues needs no issue)

    found: dict[str, list[ClaimTouch]] = {}
    if not numbers:
        return found
    rows = connection.execute(
        "SELECT touches FROM catalogue_claims WHERE trend = ? AND number BETWEEN ? AND ? ORDER BY number DESC",
        (trend, numbers[0], numbers[-1]),
    )
    for (text,) in rows:
        for key, claim, title, url, told in json.loads(text):
            touch = Touch(**told | {"words": tuple(told["words"]), "values": tuple(told["values"])})
            found.setdefault(claim, []).append(ClaimTouch(key=key, title=title, url=url, touch=touch))
    return found


def put_terms(connection: Connection, number: int, issue: "Issue") -> None:
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


def moved_terms(connection: Connection, trend: str, numbers: Sequence[int]) -> tuple["MovedThere", ...]:
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


def put_results(connection: Connection, number: int, issue: "Issue") -> None:
    """Index the results that the items of an issue report, under the issue's number."""
    items = {item.id: (section.id, item) for section in issue.trends for item in (*section.items, *section.folded)}
    connection.executemany(
        "INSERT INTO catalogue_reported (trend, benchmark, value, number, id, title, url, sentence, model)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (trend, one.benchmark, one.value, number, one.id, item.title, item.url, one.sentence, one.model)
            for one in issue.reported
            if one.id in items and not isnan(one.value)
            for trend, item in (items[one.id],)
        ],
    )


def best_results(connection: Connection, trend: str) -> tuple[BestReported, ...]:
    """The best result on each benchmark that an item of a trend ever reported, the first of equals, by the name of the benchmark."""
    rows = connection.execute(_BEST, (trend,))
    found = (BestReported(**dict(zip(_NAMES, row, strict=True))) for row in rows)
    return tuple(sorted(found, key=lambda one: one.benchmark.lower()))
