"""What the archive records in addition to its issues: how many people were mailed an issue or letters, and when it began. Only counts, never an address.

Each record is a file of JSON: `sent.json` in an issue's folder, `letters.json` and `started.json` in the archive. They outlive the store.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from digest.errors import WorkspaceError
from digest.model import DeliveryState

SENT, STARTED, ROUND = "sent.json", "started.json", "letters.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class SentNote:
    """The record of one route's mailing: when it started, how many runs began, and the number of recipients in each state."""

    started: datetime
    runs: int
    candidates: int
    counts: dict[DeliveryState, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundNote:
    """The record of letters: the key and the number of recipients of the last round, and how many runs of all rounds began."""

    last: str
    runs: int
    candidates: int


_NOTES = TypeAdapter(dict[str, SentNote])
_ROUND = TypeAdapter(RoundNote)


def sent_text(notes: Mapping[str, SentNote]) -> str:
    """The text of sent.json, by route."""
    plain = {route: asdict(note) | {"started": _utc(note.started)} for route, note in sorted(notes.items())}
    return json.dumps(plain, indent=1) + "\n"


def sent_notes(text: bytes, path: Path) -> dict[str, SentNote]:
    """The inverse of `sent_text`.

    Raises:
        WorkspaceError: the file at `path` holds something else.
    """
    try:
        return _NOTES.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise WorkspaceError(
            str(path),
            f"is not a record of what was sent ({'.'.join(str(part) for part in first['loc'])}: {first['msg']})",
            "restore it: without it, people may be mailed twice",
        ) from error


def started_text(at: datetime) -> str:
    """The text of started.json."""
    return json.dumps({"started": _utc(at)}) + "\n"


def started_at(text: str, path: Path) -> datetime:
    """The inverse of `started_text`.

    Raises:
        WorkspaceError: the file at `path` holds something else.
    """
    try:
        return datetime.fromisoformat(json.loads(text)["started"]).astimezone(UTC)
    except (ValueError, TypeError, KeyError) as error:
        raise WorkspaceError(
            str(path), "is not the record of when this digest started", "delete it; the next run writes it again"
        ) from error


def round_text(note: RoundNote) -> str:
    """The text of letters.json."""
    return json.dumps(asdict(note), indent=1) + "\n"


def round_note(text: str, path: Path) -> RoundNote:
    """The inverse of `round_text`.

    Raises:
        WorkspaceError: the file at `path` holds something else.
    """
    try:
        return _ROUND.validate_json(text)
    except ValidationError as error:
        raise WorkspaceError(
            str(path),
            "is not a record of the letters that were sent",
            "restore it: without it, people may be mailed twice",
        ) from error


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
