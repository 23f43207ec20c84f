"""Write the notes of chosen items, of their trends and of their issues into a folder of Obsidian."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.citations import of_card
from digest.errors import UsageError
from digest.model import Card, Trend
from digest.render.notes import issue_note, issue_path, item_note, item_path, merged, trend_note, trend_path
from digest.storage.archive import Archive
from digest.storage.files.atomic import replace_file


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
