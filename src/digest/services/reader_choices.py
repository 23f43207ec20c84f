"""Change what one reader chose and taught, and tell everything that is stored about them. The caller holds the transaction."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from digest.config import Config
from digest.feeds.identity import canonical_url
from digest.model import Preferences, Subscriber
from digest.services.preferences import prefer, preferences_of
from digest.storage.db import Store
from digest.subscribers import choices
from digest.subscribers.library import Library

FOLLOWED = 1.0  # the weight of what a reader's own library names


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
    """What a library gives weight to: authors, terms and works, and those of the digest's feeds that it holds."""
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
