"""Find a stored item by what a user calls it, and read it as a window would show it."""

from digest.config import Config
from digest.editorial.candidates import Candidate, sift
from digest.errors import NotFoundError
from digest.feeds.identity import ids_of
from digest.model import Item, Window
from digest.storage.db import Store


def find(store: Store, name: str) -> Item:
    """The stored item with this id, URL or arXiv id.

    Raises:
        NotFoundError: the store has no such item.
    """
    for key in ids_of(name):
        item = store.items.find(key)
        if item is not None:
            return item
    raise NotFoundError(
        name,
        "no feed has shown such an item",
        "name it by its URL, its arXiv id, or an id of `digest show --format json`",
    )


def candidate_of(config: Config, item: Item) -> Candidate | None:
    """The item as a window with all its sightings would show it; None if all were refused or filtered."""
    feeds = {feed.name: feed for feed in config.feeds}
    whole = Window(start=None, end=max(sighting.first_seen for sighting in item.sightings))
    candidates = sift([item], window=whole, published=frozenset(), feeds=feeds).candidates
    return candidates[0] if candidates else None
