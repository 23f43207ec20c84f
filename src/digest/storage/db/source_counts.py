"""How many items each feed had up to each issue, kept as a running sum: to read it takes as long after years as at the start.

An issue's items enter and leave `catalogue_places` under the headings of their feeds; the sums here follow them.
"""

import sqlite3

SOURCE = "feed "  # what a feed's heading begins with
_END = chr(0x10FFFF)

# A step from name to name: a plain DISTINCT reads the rows of every issue.
_SOURCES = """
WITH RECURSIVE names (name) AS (
    SELECT min(source) FROM catalogue_sources
    UNION ALL SELECT (SELECT min(source) FROM catalogue_sources WHERE source > name) FROM names WHERE name IS NOT NULL
)
SELECT name,
    (SELECT total FROM catalogue_sources WHERE source = name ORDER BY item DESC LIMIT 1),
    (SELECT item FROM catalogue_sources WHERE source = name ORDER BY item DESC LIMIT 1)
FROM names WHERE name IS NOT NULL
ORDER BY (SELECT min(item) FROM catalogue_places WHERE heading = ? || name), name
"""


def enter(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Count the items from `first` to `last`, one issue's, that were just entered."""
    for source, count, latest in _tally(connection, first, last):
        _, before = counted(connection, source, item=first)
        _shift(connection, source, latest, count)
        connection.execute("INSERT INTO catalogue_sources VALUES (?, ?, ?)", (source, latest, before + count))


def leave(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Take back the count of the items from `first` to `last`, which are about to be taken out."""
    for source, count, latest in _tally(connection, first, last):
        connection.execute("DELETE FROM catalogue_sources WHERE source = ? AND item = ?", (source, latest))
        _shift(connection, source, latest, -count)


def sources(connection: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """Each feed with how many items it has and the last of them; first seen first."""
    return connection.execute(_SOURCES, (SOURCE,)).fetchall()


def counted(
    connection: sqlite3.Connection, source: str, *, item: int = 1 << 62, total: int = 1 << 62
) -> tuple[int, int]:
    """The last item of the last issue that ends before `item` with at most `total` items of a feed, and that number."""
    query = "SELECT item, total FROM catalogue_sources WHERE source = ? AND item < ? AND total <= ?"
    row = connection.execute(f"{query} ORDER BY item DESC LIMIT 1", (source, item, total)).fetchone()
    return (int(row[0]), int(row[1])) if row else (-1, 0)


def _tally(connection: sqlite3.Connection, first: int, last: int) -> list[tuple[str, int, int]]:
    """Each feed of these items: how many are its, and the last of them."""
    # The plus signs keep SQLite from walking the headings, which are those of every issue.
    rows = connection.execute(
        "SELECT heading, count(*), max(item) FROM catalogue_places"
        " WHERE item BETWEEN ? AND ? AND +heading BETWEEN ? AND ? GROUP BY +heading",
        (first, last, SOURCE, SOURCE + _END),
    )
    return [(heading[len(SOURCE) :], count, latest) for heading, count, latest in rows]


def _shift(connection: sqlite3.Connection, source: str, item: int, count: int) -> None:
    """Set right the sums of later issues, where one was put in or taken out before them."""
    connection.execute(
        "UPDATE catalogue_sources SET total = total + ? WHERE source = ? AND item > ?", (count, source, item)
    )
