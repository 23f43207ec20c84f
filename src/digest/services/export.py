"""Export what is stored: items as one record for each first sighting, and chosen items, trends and issues as notes of Obsidian."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.citations import of_card
from digest.classify import Taught
from digest.config import Feed
from digest.editorial.candidates import text_of_sighting
from digest.errors import UsageError
from digest.model import Card, Fate, Issue, Item, ItemKind, Observation, Sighting, Source, Trend, own_words
from digest.render.notes import issue_note, issue_path, item_note, item_path, merged, trend_note, trend_path
from digest.services.context import Program
from digest.storage.archive import Archive
from digest.storage.files.atomic import replace_file


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One first sighting. `fate` is None if the sighting was accepted; `item` is the id of the work that it shows."""

    feed: str
    title: str
    url: str
    published: datetime | None
    first_seen: datetime
    authors: str  # a JSON list of names as text, so that a record is a row of a table but for keys, signals and trends
    summary: str
    fate: Fate | None
    item: str
    keys: tuple[str, ...]
    signals: tuple[Observation, ...]
    kind: ItemKind | None
    trends: tuple[str, ...]


def records(program: Program, cards: Sequence[Card] | None = None) -> Iterator[Record]:
    """Every first sighting in the store, oldest first.

    Args:
        program: the run.
        cards: only those of these items. What the store does not know of them, as after its loss, is taken from their issues.
    """
    items = program.store.items.window(None, datetime.max.replace(tzinfo=program.now.tzinfo))
    if cards is not None:
        wanted = {id_ for card in cards for id_ in (card.id, *card.works)}
        items = tuple(item for item in items if not wanted.isdisjoint(item.keys))
    feeds = {feed.name: feed for feed in program.config.feeds}
    yield from _stored(program.classifier(), items, feeds)
    known = {key for item in items for key in item.keys}
    for card in cards or ():
        if card.id not in known:
            yield from _archived(program.archive.read(card.key), card.id)


def _archived(issue: Issue, id_: str) -> Iterator[Record]:
    """The sightings of an item that its issue names."""
    item = issue.by_id()[id_]
    for source in item.sources or (Source(feed="", url=item.url),):
        yield Record(
            feed=source.feed,
            title=item.title,
            url=source.url,
            published=item.published,
            first_seen=item.first_seen or issue.window.end,
            authors=_as_text(item.authors),
            summary=own_words(item),
            fate=None,
            item=item.id,
            keys=item.keys,
            signals=(),
            kind=item.kind,
            trends=tuple(label.id for label in item.trends),
        )


def _stored(classifier: Taught, items: Sequence[Item], feeds: Mapping[str, Feed]) -> Iterator[Record]:
    pairs = [(item, sighting) for item in items for sighting in item.sightings]
    pairs.sort(key=lambda pair: pair[1].first_seen)
    texts = [text_of_sighting(item, sighting, feeds.get(sighting.feed)) for item, sighting in pairs]
    verdicts = classifier.classify(texts) if texts else []
    for (item, sighting), verdict in zip(pairs, verdicts, strict=True):
        yield _record(item, sighting, tuple(label.id for label in verdict.labels))


def _record(item: Item, sighting: Sighting, trends: tuple[str, ...]) -> Record:
    return Record(
        feed=sighting.feed,
        title=sighting.title,
        url=sighting.url,
        published=sighting.published,
        first_seen=sighting.first_seen,
        authors=_as_text(sighting.authors),
        summary=sighting.summary,
        fate=sighting.fate,
        item=item.id,
        keys=item.keys,
        signals=tuple(one for one in item.observations if one.feed == sighting.feed),
        kind=sighting.kind,
        trends=trends,
    )


def _as_text(authors: Sequence[str]) -> str:
    return json.dumps(authors, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """How many notes were new, changed and already right; and the files that were left alone because they are not notes of this program."""

    new: int
    changed: int
    same: int
    left: tuple[Path, ...]


def write_notes(folder: Path, cards: Sequence[Card], archive: Archive, trends: Mapping[str, Trend]) -> Written:
    """Write the notes.

    Raises:
        UsageError: the folder cannot be written.
    """
    counts = {"new": 0, "changed": 0, "same": 0}
    left = []
    try:
        for path, made in _notes(cards, archive, trends):
            outcome = _write(folder / path, made)
            if outcome in counts:
                counts[outcome] += 1
            else:
                left.append(folder / path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            str(folder), f"cannot be written ({error})", "name a folder of text files that you can write to"
        ) from error
    return Written(**counts, left=tuple(left))


def _notes(cards: Sequence[Card], archive: Archive, trends: Mapping[str, Trend]) -> Iterator[tuple[str, str]]:
    for card in cards:
        yield item_path(of_card(card)), item_note(card, trends)
    named = dict.fromkeys(id_ for card in cards for id_ in (card.section, *card.trends) if id_)
    for id_ in named:
        yield trend_path(id_), trend_note(id_, trends)
    for key in dict.fromkeys(card.key for card in cards):
        yield issue_path(key), issue_note(archive.read(key))


def _write(path: Path, made: str) -> str:
    there = path.read_text("utf-8") if path.exists() else None
    text = merged(made, there)
    if text is None:
        return "left"
    if text == there:
        return "same"
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text.encode())
    return "new" if there is None else "changed"
