"""Read and spell what readers choose about their letters, as forms, lists and options give it.

In: texts. Out: preferences and named weights, within bounds. Never stores anything.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from digest.errors import UsageError, did_you_mean
from digest.model import FREQUENCIES, HEAVIEST, MINUTES, Frequency, Preferences
from digest.schedule.slots import existing
from digest.text.clean import clean, one_line

KINDS = ("trend", "author", "term", "work", "feed")  # with which the name of a weight begins
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEVELS: Final[Mapping[str, float]] = {"much more": 2.0, "more": 1.0, "less": -1.0, "much less": -2.0}
MOST_WEIGHTS = 300  # of one reader; a page shows them all
NAME_CHARS = 100
_OFTEN = re.compile(r"(?P<often>[a-z]+)(?:\s+(?P<day>[a-z]+|\d{1,2}))?(?:\s+(?P<hour>\d{1,2}):00)?")
_FORM = "write issue, daily 07:00, weekly tue 07:00 or monthly 1 07:00"
CELLS = ("frequency", "minutes", "zone", "weights", "plain", "paused_until")


def frequency(text: str, before: Preferences) -> Preferences:
    """`before` with another frequency: `issue`, `daily 07:00`, `weekly tue 07:00`, `monthly 1 07:00`. What is left out stays.

    Raises:
        UsageError: it is not one of these.
    """
    found = _OFTEN.fullmatch(" ".join(text.lower().split()))
    often = next((one for one in FREQUENCIES if found and found["often"] == one), None)
    if found is None or often is None or int(found["hour"] or 0) > 23:
        raise _unknown("frequency", text, _FORM)
    hour = int(found["hour"]) if found["hour"] else before.hour
    return replace(before, frequency=often, day=_day(often, found["day"], text, before), hour=hour)


def _day(often: Frequency, said: str | None, text: str, before: Preferences) -> int:
    if said is None:
        return before.day if often == before.frequency or often in ("issue", "daily") else 1
    if often == "weekly" and said[:3] in WEEKDAYS:
        return WEEKDAYS.index(said[:3]) + 1
    if often == "monthly" and said.isdigit() and 1 <= int(said) <= 31:
        return int(said)
    raise _unknown("frequency", text, _FORM)


def spelt_frequency(preferences: Preferences) -> str:
    """The text that `frequency` reads."""
    often, hour = preferences.frequency, f"{preferences.hour:02d}:00"
    if often == "issue":
        return often
    day = {"weekly": WEEKDAYS[(preferences.day - 1) % 7], "monthly": str(preferences.day)}.get(often, "")
    return " ".join(filter(None, (often, day, hour)))


def minutes(text: str) -> int | None:
    """A reading time; None for that of the issue.

    Raises:
        UsageError: it is not one of those to choose from.
    """
    if text in ("", "issue"):
        return None
    if text not in map(str, MINUTES):
        raise _unknown("minutes", text, f"choose {', '.join(map(str, MINUTES))} or issue")
    return int(text)


def zone(text: str) -> str:
    """A time zone by its IANA name; empty for that of the digest.

    Raises:
        UsageError: nothing has this name.
    """
    if text and text not in available_timezones():
        raise _unknown("zone", text, did_you_mean(text, available_timezones(), "write it like Europe/Berlin"))
    return text


def until(text: str, zone_: str) -> datetime | None:
    """The beginning of a day until which mail is paused; None for none.

    Raises:
        UsageError: it is not a date.
    """
    if text in ("", "none"):
        return None
    try:
        day = date.fromisoformat(text)
        return existing(datetime(day.year, day.month, day.day), ZoneInfo(zone_))  # noqa: DTZ001  (`existing` gives it its zone)
    except (ValueError, OverflowError) as error:
        raise _unknown("date", text, "write it as 2026-12-24") from error


def spelt_until(instant: datetime | None, zone_: str) -> str:
    """The text that `until` reads; empty for None."""
    return "" if instant is None else instant.astimezone(ZoneInfo(zone_)).date().isoformat()


def flag(text: str) -> bool:
    """A flag in a list.

    Raises:
        UsageError: it is neither yes nor no.
    """
    if text.lower() not in ("", "yes", "no", "true", "false"):
        raise _unknown("plain", text, "write yes or no")
    return text.lower() in ("yes", "true")


def weight(text: str, trends: Collection[str]) -> tuple[str, float]:
    """The name and value in `trend:agents=more`, `author:Ada Byron=-0.5` or `term:KV cache=none`; 0 means that it is to be erased.

    Raises:
        UsageError: its form, its kind, its trend or its value is unknown.
    """
    name, equals, value = text.rpartition("=")
    level = value.strip().lower().replace("_", " ")
    number = 0.0 if level == "none" else LEVELS.get(level, _number(level))
    if not equals or number is None or not -HEAVIEST <= number <= HEAVIEST:
        raise _unknown("weight", text, f"write trend:agents=more, with more, less, none or a number up to {HEAVIEST:g}")
    return named(name, trends), number


def _number(text: str) -> float | None:
    return round(float(text), 2) if re.fullmatch(r"-?\d{1,2}(?:\.\d{1,6})?", text) else None


def named(text: str, trends: Collection[str]) -> str:
    """The name of a weight, tidied: its kind, and what it names.

    Raises:
        UsageError: it has no known kind, names nothing, or names no trend.
    """
    kind, _, name = text.strip().partition(":")
    tidy = clean(name)[:NAME_CHARS].strip()
    if not is_name(f"{kind}:{tidy}"):
        raise _unknown("weight", text, f"begin with one of {', '.join(f'{one}:' for one in KINDS)}")
    if kind == "trend" and tidy not in trends:
        remedy = did_you_mean(tidy, trends, "`digest trends` lists the trends")
        raise UsageError(f"trend {one_line(tidy, 40)}", "no such trend", remedy)
    return f"{kind}:{tidy}"


def is_name(text: str) -> bool:
    """Whether a text can be the name of a weight, and stand in a list of them."""
    kind, _, name = text.partition(":")
    return kind in KINDS and 0 < len(name) <= NAME_CHARS and not any(mark in name for mark in ";=")


def weights(text: str, trends: Collection[str]) -> dict[str, float]:
    """The weights in a cell: `trend:agents=1; author:Ada Byron=-0.5`.

    Raises:
        UsageError: one of them cannot be read.
    """
    return dict(weight(one, trends) for one in text.split(";") if one.strip())


def spelt_weights(held: Mapping[str, float]) -> str:
    """The text that `weights` reads."""
    return "; ".join(f"{name}={value:g}" for name, value in held.items())


def changed(held: Mapping[str, float], changes: Mapping[str, float]) -> dict[str, float]:
    """The weights after some changes; 0 erases one.

    Raises:
        UsageError: there would be too many.
    """
    after = {name: value for name, value in {**held, **changes}.items() if value}
    if len(after) > MOST_WEIGHTS:
        raise UsageError("weights", f"exceed the limit of {MOST_WEIGHTS}", "erase some first")
    return after


def level_of(value: float) -> str:
    """The level that is nearest to a weight."""
    return min(LEVELS, key=lambda level: abs(LEVELS[level] - value))


def nearer(held: float, *, more: bool) -> float:
    """The next level up or down from a weight."""
    steps = sorted((0.0, *LEVELS.values()))
    ahead: Iterable[float] = (
        step for step in (steps if more else reversed(steps)) if (step > held) == more and step != held
    )
    return next(iter(ahead), held)


def _unknown(what: str, text: str, remedy: str) -> UsageError:
    return UsageError(f"{what} {one_line(text, 60)}", "cannot be read", remedy)


def read_cells(
    cells: Mapping[str, str], *, default: Preferences, digest_zone: str, trends: Collection[str]
) -> Preferences | None:
    """The preferences in the cells of one line; None if all are empty.

    Args:
        cells: each by its column.
        default: what those get who chose nothing.
        digest_zone: the time zone of the digest.
        trends: the known ids.

    Raises:
        UsageError: a cell cannot be read.
    """
    said = {name: text for name in CELLS if (text := cells.get(name, "").strip())}
    if not said:
        return None
    chosen = frequency(said["frequency"], default) if "frequency" in said else default
    own = zone(said.get("zone", ""))
    return replace(
        chosen,
        minutes=minutes(said["minutes"]) if "minutes" in said else default.minutes,
        zone=own,
        weights=changed({}, weights(said.get("weights", ""), trends)),
        plain=flag(said.get("plain", "")),
        paused_until=until(said.get("paused_until", ""), own or digest_zone),
    )


def cells_of(chosen: Preferences | None, *, digest_zone: str) -> tuple[str, ...]:
    """The cells that `read_cells` accepts; empty ones for somebody who chose nothing."""
    if chosen is None:
        return ("",) * len(CELLS)
    return (
        spelt_frequency(chosen),
        "" if chosen.minutes is None else str(chosen.minutes),
        chosen.zone,
        spelt_weights(chosen.weights),
        "yes" if chosen.plain else "",
        spelt_until(chosen.paused_until, chosen.zone or digest_zone),
    )
