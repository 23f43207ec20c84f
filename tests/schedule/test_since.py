"""`--since`: one grammar for every command, and the HTTP API."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.errors import UsageError
from digest.schedule.slots import since

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)  # Monday 08:00 in Berlin


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("10d", datetime(2026, 11, 13, 7, 0, 1, tzinfo=UTC)),
        ("4w", datetime(2026, 10, 26, 7, 0, 1, tzinfo=UTC)),
        ("0d", datetime(2026, 11, 23, 7, 0, 1, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("2026-06", datetime(2026, 5, 31, 22, tzinfo=UTC)),
        ("2026-06-29", datetime(2026, 6, 28, 22, tzinfo=UTC)),
        ("2026-06-29T08:00", datetime(2026, 6, 29, 6, tzinfo=UTC)),
        ("2026-06-29T08:00Z", datetime(2026, 6, 29, 8, tzinfo=UTC)),
    ],
)
def test_an_age_goes_back_from_now_and_a_date_begins_at_midnight_in_the_zone(text: str, first: datetime) -> None:
    assert since(text, now=NOW, zone=BERLIN) == first


@pytest.mark.parametrize(
    "text", ["", "4", "w", "4m", "-4w", "4w ", "yesterday", "2026-13", "2026-02-30", "0000", "0001"]
)
def test_anything_else_is_refused_with_the_forms_to_use(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        since(text, now=NOW, zone=BERLIN)
    assert str(raised.value) == (
        f"--since {text}: is neither an age nor a date; write it as 10d, 4w, 2026, 2026-06 or 2026-06-29"
    )
