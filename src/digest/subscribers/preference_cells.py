"""Preferences as cells of a list of subscribers, in columns of our own. An empty cell follows the default."""

from collections.abc import Container, Mapping
from dataclasses import replace

from digest.model import Preferences
from digest.subscribers import choices

COLUMNS = ("frequency", "minutes", "zone", "weights", "plain", "paused_until")


def read(cells: Mapping[str, str], *, default: Preferences, zone: str, trends: Container[str]) -> Preferences | None:
    """The preferences in the cells of one line; None if all are empty.

    Args:
        cells: each by its column.
        default: what those get who chose nothing.
        zone: that of the digest.
        trends: the known ids.

    Raises:
        UsageError: a cell cannot be read.
    """
    said = {name: text for name in COLUMNS if (text := cells.get(name, "").strip())}
    if not said:
        return None
    chosen = choices.frequency(said["frequency"], default) if "frequency" in said else default
    own = choices.zone(said.get("zone", ""))
    return replace(
        chosen,
        minutes=choices.minutes(said["minutes"]) if "minutes" in said else default.minutes,
        zone=own,
        weights=choices.changed({}, choices.weights(said.get("weights", ""), trends)),
        plain=choices.flag(said.get("plain", "")),
        paused_until=choices.until(said.get("paused_until", ""), own or zone),
    )


def write(chosen: Preferences | None, *, zone: str) -> tuple[str, ...]:
    """The cells that `read` accepts; empty ones for somebody who chose nothing."""
    if chosen is None:
        return ("",) * len(COLUMNS)
    return (
        choices.spelt_frequency(chosen),
        "" if chosen.minutes is None else str(chosen.minutes),
        chosen.zone,
        choices.spelt_weights(chosen.weights),
        "yes" if chosen.plain else "",
        choices.spelt_until(chosen.paused_until, chosen.zone or zone),
    )
