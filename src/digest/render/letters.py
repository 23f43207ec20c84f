"""What a reader's own letter says of itself, beside what an issue says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterNote:
    """`since` is the start of its interval; `others` counts the items that are not for its readers; `url` is its web copy."""

    since: datetime | None
    others: int
    url: str
