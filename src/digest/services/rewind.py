"""Return to the present after the clock was ahead, so that issues are published again. Nothing is lost, and nothing repeated."""

from datetime import datetime, timedelta

from digest.services.context import Program
from digest.storage.db import Store
from digest.storage.db.rewind import rewind as move_back

AHEAD = timedelta(hours=1)  # what clocks that are set right may differ by


def warning(store: Store, now: datetime) -> tuple[str, ...]:
    """What is wrong if an issue ends in the future, and the way back; empty if none does."""
    cutoff = store.issues.last_cutoff()
    if cutoff is None or cutoff <= now + AHEAD:
        return ()
    told = f"the last issue ends in the future, {cutoff:%Y-%m-%d %H:%M} UTC, and nothing is published before"
    return (f"{told}; if the clock was ahead then and is right now, run `digest rewind`",)


def rewind(program: Program) -> bool:
    """Move back everything that is stored under a later time than now; False if there is nothing."""
    collected = program.store.feeds.last_collect()
    if not warning(program.store, program.now) and (collected is None or collected <= program.now + AHEAD):
        return False
    with program.store.transaction():
        dropped = move_back(program.store.connection, program.now)
    for key in dropped:
        program.archive.discard(key)
    return True
