"""Move everything that a fast clock left in the future back to the present.

Windows keep their order and stay contiguous: what a closed issue covered stays covered, and what came later stays after it.
Issues themselves are not changed; their keys stay taken.
"""

from datetime import datetime, timedelta

from digest.storage.db.connection import Connection
from digest.storage.db.values import stamp

_TICK = timedelta(microseconds=1)
LONGEST = timedelta(days=33)  # between two letters of a reader
# Every other column that holds an instant of the past, or one until which something waits.
_TIMES = {
    "feeds": ("first_ok", "moved_since", "not_found_since", "next_due", "asked_until"),
    "fetches": ("at",),
    "observations": ("at",),
    "mended": ("at",),
    "publications": ("at",),
    "reminders": ("at",),
    "looks": ("at",),
    "mailings": ("started",),
    "letters_lost": ("at",),
    "pauses": ("at",),
    "deliveries": ("deferred_since", "retry_at", "at"),
    "subscribers": ("added", "last_bounce"),
    "suppressed": ("at",),
    "bounce_reports": ("at",),
    "confirmations": ("asked", "retry_at"),
    "desk_accounts": ("created", "disabled"),
    "desk_links": ("made", "until"),
    "desk_sessions": ("started", "seen"),
    "desk_audit": ("at",),
    "desk_limits": ("until",),
}
# The tables, beside closed issues, with instants up to which readers were served.
_ENDS = ("preferences", "letters", "letter_items")
# The tables with one value per subject and instant.
_VALUES = {"observations": ("key", "feed", "name"), "mended": ("sighting",)}


def rewind(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Move everything after `now` back to it. Returns the keys of issues that were held or begun then, and are no longer."""
    _move_windows(connection, now)
    dropped = _drop_open(connection, now)
    present = stamp(now)
    _keep_last(connection, present)
    for table, columns in _TIMES.items():
        for column in columns:
            connection.execute(
                f"UPDATE {table} SET {column} = ? WHERE {column} > ?",  # noqa: S608  (the names above)
                (present, present),
            )
    connection.execute("DELETE FROM judgements WHERE day > ?", (present[:10],))
    connection.execute("UPDATE preferences SET next_at = ? WHERE next_at > ?", (present, stamp(now + LONGEST)))
    return dropped


def _keep_last(connection: Connection, present: str) -> None:
    """If several values of one subject are moved to the present, keep the latest."""
    for table, subject in _VALUES.items():
        same = " AND ".join(f"later.{name} = {table}.{name}" for name in subject)
        connection.execute(
            f"DELETE FROM {table} WHERE at >= ?"  # noqa: S608  (the names above)
            f" AND EXISTS (SELECT 1 FROM {table} AS later WHERE {same} AND later.at > {table}.at)",
            (present,),
        )


def _move_windows(connection: Connection, now: datetime) -> None:
    """End every window and every interval of a letter at `now` at the latest, one tick apart, with the sightings that it covers."""
    run = connection.execute
    ends = " UNION ".join(f"SELECT cutoff FROM {table} WHERE cutoff > ?" for table in _ENDS)  # noqa: S608  (the names above)
    query = f"{ends} UNION SELECT cutoff FROM issues WHERE state = 'closed' AND cutoff > ? ORDER BY cutoff"  # noqa: S608
    ahead = [cutoff for (cutoff,) in run(query, [stamp(now)] * (len(_ENDS) + 1)).fetchall()]
    first = now - _TICK * (len(ahead) - 1)
    move = "UPDATE sightings SET first_seen = ? WHERE first_seen > ?"
    for place, cutoff in enumerate(ahead):
        end = stamp(first + _TICK * place)
        run(f"{move} AND first_seen <= ?", (end, stamp(now), cutoff))
        run("UPDATE issues SET cutoff = ? WHERE cutoff = ? AND state = 'closed'", (end, cutoff))
        for table, column in (("issues", "start"), ("letters", "start"), *((table, "cutoff") for table in _ENDS)):
            run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (end, cutoff))  # noqa: S608  (the names above)
    run(move, (stamp(now + _TICK if ahead else now), stamp(now)))


def _drop_open(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Forget issues that are not closed, and slots without an issue, after `now`: they will come again when they are due."""
    run = connection.execute
    rows = run("SELECT key FROM issues WHERE state <> 'closed' AND (cutoff > ? OR slot > ?)", (stamp(now), stamp(now)))
    keys = tuple(key for (key,) in rows.fetchall())
    run("DELETE FROM issues WHERE state <> 'closed' AND (cutoff > ? OR slot > ?)", (stamp(now), stamp(now)))
    run("DELETE FROM publications WHERE slot > ? AND state IN ('held', 'skipped')", (stamp(now),))
    return keys
