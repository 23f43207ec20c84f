"""Compute the slots of a schedule in a time zone, and their keys.

A slot's key comes from its nominal local date. A local time that does not exist becomes the next minute that does; of a time
that occurs twice, the first is meant; days 29 to 31 fall back to the last day of the month.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from digest.errors import UsageError

Cadence = Literal["daily", "weekly", "monthly"]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(days=62)  # between two slots of a month


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """A local time of day: on a weekday (0 = Monday), on a day of the month (1 to 31), or every day."""

    hour: int
    minute: int
    weekday: int | None = None
    day: int | None = None

    def meets(self, day: date) -> bool:
        """Whether there is a slot on this nominal local date."""
        if self.weekday is not None:
            return day.weekday() == self.weekday
        if self.day is not None:
            return day.day == min(self.day, calendar.monthrange(day.year, day.month)[1])
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """An instant (UTC) at which the schedule publishes, and the key of the issue that it closes."""

    at: datetime
    key: str


class Slots(Protocol):
    """A source of slots: a `Timetable`, or a substitute in tests."""

    def after(self, instant: datetime) -> Iterator[Slot]:
        """The slots after an instant, in order. The iterator never ends."""
        ...

    def until(self, instant: datetime, *, since: datetime) -> Iterator[Slot]:
        """The slots in ``(since, instant]``, latest first."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """The slots of a schedule in a time zone."""

    schedule: Schedule
    cadence: Cadence
    zone: ZoneInfo

    def after(self, instant: datetime) -> Iterator[Slot]:
        """The slots after an instant, in order. The iterator never ends."""
        day = instant.astimezone(self.zone).date() - _DAY
        while True:
            if self.schedule.meets(day) and (slot := self._slot(day)).at > instant:
                yield slot
            day += _DAY

    def until(self, instant: datetime, *, since: datetime) -> Iterator[Slot]:
        """The slots in ``(since, instant]``, latest first."""
        day = instant.astimezone(self.zone).date() + _DAY
        first = since.astimezone(self.zone).date() - _DAY
        while day >= first:
            if self.schedule.meets(day) and since < (slot := self._slot(day)).at <= instant:
                yield slot
            day -= _DAY

    def _slot(self, day: date) -> Slot:
        local = datetime.combine(day, time(self.schedule.hour, self.schedule.minute))
        return Slot(at=existing(local, self.zone), key=KEYS[self.cadence](day))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """A timetable whose issues are made some time before their slots, so that they can be reviewed."""

    timetable: Timetable
    review: Schedule

    def after(self, instant: datetime) -> Iterator[Slot]:
        """The slots after an instant, in order. The iterator never ends."""
        return self.timetable.after(instant)

    def until(self, instant: datetime, *, since: datetime) -> Iterator[Slot]:
        """The slots in ``(since, instant]``, latest first; before them the next slot, if its review has begun."""
        coming = next(self.timetable.after(instant))
        if since < coming.at and self.review_of(coming) <= instant:
            yield coming
        yield from self.timetable.until(instant, since=since)

    def review_of(self, slot: Slot) -> datetime:
        """When the review of a slot's issue begins: the last such time up to the slot."""
        times = Timetable(schedule=self.review, cadence=self.timetable.cadence, zone=self.timetable.zone)
        return next((one.at for one in times.until(slot.at, since=slot.at - _LONGEST)), slot.at)


def existing(local: datetime, zone: ZoneInfo) -> datetime:
    """A naive local time as an instant: the first of two, or the next minute that exists."""
    while (instant := local.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != local:
        local += _MINUTE
    return instant


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


KEYS: dict[Cadence, Callable[[date], str]] = {
    "daily": lambda day: day.isoformat(),
    "weekly": _week,
    "monthly": lambda day: f"{day.year}-{day.month:02d}",
}


FORMS = "10d, 4w, 2026, 2026-06 or 2026-06-29"
_AGE = re.compile(r"(\d{1,4})([dw])")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def since(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The first second that `--since TEXT` includes, in UTC.

    An age goes back from `now` and excludes the second exactly that long ago: with weekly slots, `4w` at a slot means four
    issues, not five. A date begins at midnight in `zone`. A full ISO 8601 time is accepted, too.

    Raises:
        UsageError: the text is neither an age nor a date.
    """
    try:
        if age := _AGE.fullmatch(text):
            start = now - timedelta(days=int(age[1]) * (7 if age[2] == "w" else 1))
            return start.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        if date := _DATE.fullmatch(text):
            return datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1), tzinfo=zone).astimezone(UTC)
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--since {text}", "is neither an age nor a date", f"write it as {FORMS}") from error
