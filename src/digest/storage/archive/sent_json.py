"""What is noted beside an issue of its mailings <-> the text of its sent.json: counts only. Reads and writes no file.

It is written before the first message leaves, so that a store which was lost or restored cannot mail an issue anew.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from digest.model import DeliveryState


@dataclass(frozen=True, kw_only=True, slots=True)
class SentNote:
    """One route's mailing: when it started, how many sends began, and how many recipients are in each state."""

    started: datetime
    runs: int
    candidates: int
    counts: dict[DeliveryState, int]


_NOTES = TypeAdapter(dict[str, SentNote])


def notes_to_json(notes: Mapping[str, SentNote]) -> str:
    plain = {
        route: asdict(note) | {"started": note.started.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        for route, note in sorted(notes.items())
    }
    return json.dumps(plain, indent=1) + "\n"


def notes_from_json(text: bytes) -> dict[str, SentNote]:
    """The inverse of `notes_to_json`.

    Raises:
        ValueError: it is no such text; the message is one line.
    """
    try:
        return _NOTES.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error
