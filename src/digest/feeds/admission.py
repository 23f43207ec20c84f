"""Decide the fate of a document's new entries, as far as it is known at collection time: too old, over the limit, flooded, unreadable.

Filters, topic, stories and the reading time are decided when an issue is composed.
"""

from collections.abc import Sequence
from datetime import datetime

from digest.config import DigestSettings
from digest.model import Entry, Fate

UNDATED_OF_NEW_FEED = 20
REPLACEMENTS = frozenset({"replace", "replace-cross", "absonly"})
# A feed with this many new ids at once, most of them with titles it has shown before, has restamped its archive.
FLOOD = 5


def admit(
    entries: Sequence[Entry],
    keys: Sequence[tuple[str, ...]],
    *,
    settings: DigestSettings,
    max_items: int,
    new_feed: bool,
    shown_titles: frozenset[str],
    now: datetime,
) -> tuple[Fate | None, ...]:
    """The fates of the entries that one document shows for the first time, in document order; None if accepted so far.

    Args:
        entries: only entries that this feed has never shown before.
        keys: their identity keys; empty if nothing distinguishes the entry from others.
        settings: for `max_age`, and `lookback` of a new feed.
        max_items: the maximum number of new entries.
        new_feed: whether this feed has never been read before.
        shown_titles: titles of other items that this feed has shown before.
        now: the instant of the collect.
    """
    horizon = now - min(settings.lookback if new_feed else settings.max_age, settings.max_age)
    flooded = _is_flood(entries, shown_titles)
    fates: list[Fate | None] = []
    undated = 0
    for entry, entry_keys in zip(entries, keys, strict=True):
        fate = _own_fate(entry, entry_keys, horizon)
        if fate in {None, "too_old"} and flooded and entry.title in shown_titles:
            fate = "flooded"
        if fate is None and entry.published is None:
            undated += 1
            fate = "over_limit" if new_feed and undated > UNDATED_OF_NEW_FEED else None
        if fate is None and fates.count(None) >= max_items:
            fate = "over_limit"
        fates.append(fate)
    return tuple(fates)


def _own_fate(entry: Entry, keys: tuple[str, ...], horizon: datetime) -> Fate | None:
    if not keys:
        return "unreadable"
    if entry.announce in REPLACEMENTS:
        return "replaced"
    if entry.published is not None and entry.published < horizon:
        return "too_old"
    return None


def _is_flood(entries: Sequence[Entry], shown_titles: frozenset[str]) -> bool:
    repeated = sum(entry.title in shown_titles for entry in entries)
    return len(entries) >= FLOOD and 2 * repeated >= len(entries)
