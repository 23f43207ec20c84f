"""When letters are due, in the reader's own zone and across changes of the clock."""

from datetime import UTC, datetime

import pytest

from digest.config import DigestSettings
from digest.config.settings import ReadersSettings
from digest.model import Preferences
from digest.schedule.slots import Schedule
from digest.services.preferences import default_preferences, next_letter

SETTINGS = DigestSettings(timezone="Europe/Berlin", schedule=Schedule(hour=8, minute=0, weekday=4))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("preferences", "after", "due"),
    [
        (Preferences(frequency="daily", hour=7), "2026-06-01T05:00", "2026-06-02T05:00"),
        (Preferences(frequency="daily", hour=7), "2026-06-01T04:59", "2026-06-01T05:00"),
        (Preferences(frequency="daily", hour=7, zone="Asia/Seoul"), "2026-06-01T05:00", "2026-06-01T22:00"),
        (Preferences(frequency="daily", hour=2), "2026-03-28T12:00", "2026-03-29T01:00"),  # 02:00 does not exist
        (Preferences(frequency="daily", hour=2), "2026-10-24T12:00", "2026-10-25T00:00"),  # the first of two
        (Preferences(frequency="daily", hour=2), "2026-10-25T00:00", "2026-10-26T01:00"),
        (Preferences(frequency="weekly", day=1, hour=7), "2026-06-01T06:00", "2026-06-08T05:00"),
        (Preferences(frequency="monthly", day=31, hour=7), "2026-06-01T06:00", "2026-06-30T05:00"),
    ],
)
def test_a_letter_is_due_at_the_reader_s_own_hour(preferences: Preferences, after: str, due: str) -> None:
    assert next_letter(preferences, SETTINGS, after=at(after)) == at(due)


def test_a_reader_of_every_issue_has_no_hour_of_their_own() -> None:
    assert next_letter(Preferences(), SETTINGS, after=at("2026-06-01T06:00")) is None


@pytest.mark.parametrize(("frequency", "day"), [("weekly", 5), ("monthly", 1)])
def test_the_default_is_at_the_day_and_hour_of_the_schedule(frequency: str, day: int) -> None:
    settings = DigestSettings(schedule=SETTINGS.schedule, readers=ReadersSettings(frequency=frequency, minutes=5))  # type: ignore[arg-type]
    assert default_preferences(settings) == Preferences(frequency=frequency, day=day, hour=8, minutes=5)  # type: ignore[arg-type]
