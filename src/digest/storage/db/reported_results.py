"""The benchmark results that the items of closed issues report, by trend."""

from math import isnan
from typing import TYPE_CHECKING

from digest.model import BestReported
from digest.storage.db.connection import Connection

if TYPE_CHECKING:
    from digest.model import Issue

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


def best(connection: Connection, trend: str) -> tuple[BestReported, ...]:
    """The best result on each benchmark that an item of a trend ever reported, the first of equals, by the name of the benchmark."""
    rows = connection.execute(_BEST, (trend,))
    found = (BestReported(**dict(zip(_NAMES, row, strict=True))) for row in rows)
    return tuple(sorted(found, key=lambda one: one.benchmark.lower()))


def put(connection: Connection, number: int, issue: "Issue") -> None:
    """Add what the items of an issue report."""
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
