"""Read and change what readers chose about their letters. The caller holds the transaction."""

from datetime import datetime
from zoneinfo import ZoneInfo

from digest.config import DigestSettings
from digest.model import Preferences
from digest.schedule.slots import Cadence, Schedule, Timetable
from digest.storage.db import Store

CADENCES: dict[str, Cadence] = {"daily": "daily", "weekly": "weekly", "monthly": "monthly"}


def default_preferences(settings: DigestSettings) -> Preferences:
    """The preferences of those who chose nothing, at the day and hour of the schedule."""
    schedule, readers = settings.schedule, settings.readers
    day = schedule.day or 1 if readers.frequency == "monthly" else (schedule.weekday or 0) + 1
    return Preferences(frequency=readers.frequency, day=day, hour=schedule.hour, minutes=readers.minutes)


def preferences_of(store: Store, settings: DigestSettings, number: int) -> Preferences:
    """What the subscriber chose, or the default."""
    return store.preferences.get(number, default=default_preferences(settings))


def prefer(store: Store, settings: DigestSettings, number: int, preferences: Preferences, now: datetime) -> None:
    """Store what a subscriber chose. It holds from their next letter on: nothing is left out of it, and nothing comes twice."""
    store.preferences.put(
        number,
        preferences,
        default=default_preferences(settings),
        next_at=next_letter(preferences, settings, after=max(now, preferences.paused_until or now)),
    )


def next_letter(preferences: Preferences, settings: DigestSettings, *, after: datetime) -> datetime | None:
    """The first instant after another at which such a reader's letter is due; None if it goes out with the issue."""
    cadence = CADENCES.get(preferences.frequency)
    if cadence is None:
        return None
    schedule = Schedule(
        hour=preferences.hour,
        minute=0,
        weekday=preferences.day - 1 if cadence == "weekly" else None,
        day=preferences.day if cadence == "monthly" else None,
    )
    slots = Timetable(schedule=schedule, cadence=cadence, zone=zone_of(preferences, settings))
    return next(slots.after(after)).at


def zone_of(preferences: Preferences, settings: DigestSettings) -> ZoneInfo:
    """The reader's time zone."""
    return ZoneInfo(preferences.zone or settings.timezone)
