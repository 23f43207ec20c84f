"""Read and change what readers chose about their letters, and tell everything that is stored about one. The caller holds the transaction."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from digest.config import Config, DigestSettings
from digest.feeds.identity import canonical_url
from digest.model import Preferences, Subscriber
from digest.schedule.slots import Cadence, Schedule, Timetable
from digest.storage.db import Store
from digest.subscribers import choices
from digest.subscribers.library import Library

CADENCES: dict[str, Cadence] = {"daily": "daily", "weekly": "weekly", "monthly": "monthly"}
FOLLOWED = 1.0  # the weight of what a reader's own library names


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """A new choice. None leaves a part as it is."""

    preferences: Preferences | None = None
    trends: tuple[str, ...] | None = None
    language: str | None = None
    paused: bool | None = None


def choose(store: Store, config: Config, number: int, chosen: Chosen, now: datetime) -> None:
    """Store what a reader chose."""
    if chosen.trends is not None:
        store.subscribers.choose(number, chosen.trends)
    if chosen.paused is not None:
        store.subscribers.pause(number, paused=chosen.paused)
    if chosen.language is not None:
        store.subscribers.speak(number, chosen.language)
    if chosen.preferences is not None:
        prefer(store, config.digest, number, chosen.preferences, now)


def teach(store: Store, config: Config, number: int, changes: dict[str, float], now: datetime) -> dict[str, float]:
    """Set some weights of a reader, erase those set to 0, and return the changes that were not made before.

    Raises:
        UsageError: there would be too many.
    """
    before = preferences_of(store, config.digest, number)
    after = replace(before, weights=choices.changed(before.weights, changes))
    fresh = {name: value for name, value in changes.items() if before.weights.get(name, 0.0) != value}
    if fresh:
        prefer(store, config.digest, number, after, now)
    return fresh


def weights_of(library: Library, config: Config) -> dict[str, float]:
    """The weights that follow from a library: its authors, terms and works, and those of the digest's feeds that it lists."""
    followed = {canonical_url(url) for url in library.sources}
    names = (
        *(f"author:{name}" for name in library.authors),
        *(f"term:{name}" for name in library.terms),
        *(f"work:arxiv:{id_}" for id_ in library.arxiv),
        *(f"feed:{feed.name}" for feed in config.feeds if canonical_url(feed.url) in followed),
    )
    return dict.fromkeys(filter(choices.is_name, names), FOLLOWED)


def stored_about(store: Store, config: Config, person: Subscriber) -> dict[str, Any]:
    """Everything that is stored about one person, for `print_json` and for themselves."""
    return {
        "subscriber": {name: value for name, value in asdict(person).items() if name != "link"},
        "preferences": asdict(preferences_of(store, config.digest, person.id)),
        "served_until": store.preferences.served(person.id),
        "messages": list(store.ledger.of_subscriber(person.id)),
    }
