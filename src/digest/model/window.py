"""The time whose items an issue holds."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The half-open interval ``(start, end]`` of first-seen instants. `start` is None for the first issue."""

    start: datetime | None
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether that instant lies in the window."""
        return (self.start is None or at > self.start) and at <= self.end
