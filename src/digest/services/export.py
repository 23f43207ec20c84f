"""Export everything stored: one record for each first sighting of an item by a feed, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.classify import Text
from digest.model import Fate, Item, ItemKind, Observation, Sighting
from digest.services.context import Program


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One first sighting. `fate` is None if the sighting was accepted; `item` is the id of the work that it shows."""

    feed: str
    title: str
    url: str
    published: datetime | None
    first_seen: datetime
    authors: tuple[str, ...]
    summary: str
    fate: Fate | None
    item: str
    keys: tuple[str, ...]
    signals: tuple[Observation, ...]
    kind: ItemKind | None
    trends: tuple[str, ...]


def export(program: Program) -> Iterator[Record]:
    """Every first sighting in the store."""
    items = program.store.items.window(None, datetime.max.replace(tzinfo=program.now.tzinfo))
    pairs = [(item, sighting) for item in items for sighting in item.sightings]
    pairs.sort(key=lambda pair: pair[1].first_seen)
    texts = [Text(id=item.id, title=sighting.title, summary=sighting.summary) for item, sighting in pairs]
    verdicts = program.classifier().classify(texts) if texts else []
    for (item, sighting), verdict in zip(pairs, verdicts, strict=True):
        yield _record(item, sighting, tuple(label.id for label in verdict.labels))


def _record(item: Item, sighting: Sighting, trends: tuple[str, ...]) -> Record:
    return Record(
        feed=sighting.feed,
        title=sighting.title,
        url=sighting.url,
        published=sighting.published,
        first_seen=sighting.first_seen,
        authors=sighting.authors,
        summary=sighting.summary,
        fate=sighting.fate,
        item=item.id,
        keys=item.keys,
        signals=tuple(one for one in item.observations if one.feed == sighting.feed),
        kind=sighting.kind,
        trends=trends,
    )
