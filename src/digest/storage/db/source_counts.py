"""What the pages of sources need from all issues: running totals of each feed's items.

Reading them takes as long after years as at the start.
"""

from digest.storage.db.connection import Connection

SOURCE = "feed "  # the prefix of a feed's heading
_END = chr(0x10FFFF)

# Steps from name to name: a plain DISTINCT would read the rows of every issue.
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


def enter(connection: Connection, first: int, last: int) -> None:
    """Count the items from `first` to `last`, of one issue, which were just added."""
    for source, count, latest in _tally(connection, first, last):
        _, before = counted(connection, source, item=first)
        _shift(connection, source, latest, count)
        connection.execute(
            "INSERT INTO catalogue_sources (source, item, total) VALUES (?, ?, ?)", (source, latest, before + count)
        )


def leave(connection: Connection, first: int, last: int) -> None:
    """Subtract the items from `first` to `last`, which are about to be removed."""
    for source, count, latest in _tally(connection, first, last):
        connection.execute("DELETE FROM catalogue_sources WHERE source = ? AND item = ?", (source, latest))
        _shift(connection, source, latest, -count)


def sources(connection: Connection) -> list[tuple[str, int, int]]:
    """Each feed with the number of its items and the last of them, in the order of their first items."""
    return connection.execute(_SOURCES, (SOURCE,)).fetchall()


def counted(connection: Connection, source: str, *, item: int = 1 << 62, total: int = 1 << 62) -> tuple[int, int]:
    """The last item, and a feed's total, at the last issue before `item` at which the total is at most `total`."""
    query = "SELECT item, total FROM catalogue_sources WHERE source = ? AND item < ? AND total <= ?"
    row = connection.execute(f"{query} ORDER BY item DESC LIMIT 1", (source, item, total)).fetchone()
    return (int(row[0]), int(row[1])) if row else (-1, 0)


def _tally(connection: Connection, first: int, last: int) -> list[tuple[str, int, int]]:
    """For each feed of these items, how many it has and the last of them."""
    # The plus signs keep SQLite from using the index of headings, which spans all issues.
    rows = connection.execute(
        "SELECT heading, count(*), max(item) FROM catalogue_places"
        " WHERE item BETWEEN ? AND ? AND +heading BETWEEN ? AND ? GROUP BY +heading",
        (first, last, SOURCE, SOURCE + _END),
    )
    return [(heading[len(SOURCE) :], count, latest) for heading, count, latest in rows]


def _shift(connection: Connection, source: str, item: int, count: int) -> None:
    """Adjust the totals of later issues after an earlier one was added or removed."""
    connection.execute(
        "UPDATE catalogue_sources SET total = total + ? WHERE source = ? AND item > ?", (count, source, item)
    )
