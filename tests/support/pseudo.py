"""A language made for tests: every letter of a message is replaced, so that what stays in Latin letters came from no catalogue."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from scripts.messages import as_mo, extracted, forms

from digest.model import Issue
from digest.storage.archive.issue_json import from_json, to_json

LANGUAGE = "el"  # Greek, whose dates and names of languages have no Latin letters either
_KEPT = re.compile(r"%\(\w+\)s|%%|<[^<>]*>|\{\w+\}")
_HIDDEN = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αβγδεζηθικλμνξοπρστυφχψωϊϋΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫ"
)
_NAMES = ("key", "id", "language", "timezone", "schema", "state", "start", "end", "slot", "published", "first_seen")
_WORDS = (
    "title", "name", "summary", "brief", "result", "text", "line", "line_date", "as_of", "because", "reason", "feed", "note", "model",
    "maker", "size", "license", "context", "price",
)  # fmt: skip


def hidden(text: str) -> str:
    """The text without a Latin letter, its placeholders and markup kept."""
    kept = _KEPT.findall(text)
    pieces = [piece.translate(_HIDDEN) for piece in _KEPT.split(text)]
    return "".join(piece + mark for piece, mark in zip(pieces, [*kept, ""], strict=True))


def catalogue() -> Catalog:
    """Every message of the program in this language."""
    found = Catalog(locale=LANGUAGE, project="digest", fuzzy=False)
    for message in extracted():
        if message.id:
            said = tuple(map(hidden, forms(message.id))) if message.pluralizable else hidden(str(message.id))
            found.add(message.id, said, context=message.context)
    return found


def write(folder: Path) -> None:
    """Put the catalogue where the program looks for languages."""
    (folder / LANGUAGE).mkdir(parents=True)
    (folder / LANGUAGE / "messages.mo").write_bytes(as_mo(catalogue()))


def disguised(issue: Issue) -> Issue:
    """The issue in this language, with nothing in Latin letters that a source said."""
    data = _disguised(json.loads(to_json(issue)))
    return from_json(json.dumps(data | {"language": LANGUAGE}).encode())


def _disguised(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _disguised(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_disguised(each, name) for each in value]
    texts = (*_WORDS, "authors", "figures", "evidence", "words", "watched")
    return value.translate(_HIDDEN) if isinstance(value, str) and name in texts and name not in _NAMES else value
