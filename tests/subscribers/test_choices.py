"""What readers choose, as forms, lists and options spell it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import UsageError
from digest.model import FREQUENCIES, MINUTES, Preferences
from digest.subscribers import choices, csv_io

TRENDS = ("agents", "reasoning")
ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("issue", ("issue", 3, 9)),
        ("daily 07:00", ("daily", 3, 7)),
        ("weekly", ("weekly", 1, 9)),
        ("Weekly Tuesday 7:00", ("weekly", 2, 7)),
        ("monthly 31 23:00", ("monthly", 31, 23)),
    ],
)
def test_a_frequency_is_read(text: str, expected: tuple[str, int, int]) -> None:
    found = choices.frequency(text, Preferences(frequency="issue", day=3, hour=9))
    assert (found.frequency, found.day, found.hour) == expected


@pytest.mark.parametrize(
    "text", ["", "hourly", "weekly 8", "monthly 0", "monthly 32", "daily 24:00", "weekly tue 07:30", "1 08:00"]
)
def test_what_is_no_frequency_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be read; write issue"):
        choices.frequency(text, Preferences())


@pytest.mark.parametrize(
    "text",
    [
        "agents=more",
        "trend:agents",
        "trend:x=more",
        "topic:a=more",
        "term:=more",
        "term:a=4",
        "term:a=nan",
        "term:a=1e9",
        "term:a;b=1",
        "=more",
    ],
)
def test_what_is_no_weight_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        choices.weight(text, TRENDS)


def test_a_misspelt_trend_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean agents"):
        choices.weight("trend:agent=more", TRENDS)


def test_weights_are_read_by_level_or_number() -> None:
    assert choices.weight("trend:agents=more", TRENDS) == ("trend:agents", 1.0)
    assert choices.weight("author: Ada  Byron =much_less", TRENDS) == ("author:Ada Byron", -2.0)
    assert choices.weight("term:C++=none", TRENDS) == ("term:C++", 0.0)
    assert choices.weight("term:KV cache=-0.25", TRENDS) == ("term:KV cache", -0.25)


def test_a_weight_moves_by_levels_and_stops_at_the_last() -> None:
    seen = [0.0]
    for _ in range(4):
        seen.append(choices.nearer(seen[-1], more=True))
    assert seen == [0.0, 1.0, 2.0, 2.0, 2.0]
    assert choices.nearer(0.5, more=False) == 0.0
    assert choices.nearer(-2.0, more=False) == -2.0


def test_a_pause_ends_at_midnight_where_the_reader_is() -> None:
    assert choices.until("2026-12-24", "Asia/Seoul") == datetime(2026, 12, 23, 15, tzinfo=UTC)
    assert choices.until("none", ZONE) is None
    with pytest.raises(UsageError):
        choices.until("24.12.", ZONE)


preferences = st.builds(
    Preferences,
    frequency=st.sampled_from(FREQUENCIES),
    day=st.integers(1, 7),
    hour=st.integers(0, 23),
    zone=st.sampled_from(("", "Asia/Seoul", "America/New_York")),
    minutes=st.sampled_from((None, *MINUTES)),
    weights=st.dictionaries(
        st.sampled_from(
            ("trend:agents", "author:Ada Byron", "term:KV cache, fast", "work:arxiv:2601.00001", "feed:One")
        ),
        st.sampled_from((-2.0, -0.25, 1.0, 2.5)),
    ),
    plain=st.booleans(),
    paused_until=st.dates(datetime(2026, 1, 1).date(), datetime(2030, 1, 1).date()).map(  # noqa: DTZ001
        lambda day: choices.until(day.isoformat(), "Asia/Seoul")
    ),
)


@given(preferences)
def test_the_cells_of_a_list_keep_every_choice(chosen: Preferences) -> None:
    zone = chosen.zone or "Asia/Seoul"
    cells = dict(zip(choices.CELLS, choices.cells_of(chosen, digest_zone=zone), strict=True))
    found = choices.read_cells(cells, default=Preferences(), digest_zone=zone, trends=TRENDS)
    assert found is not None
    kept = ("frequency", "zone", "minutes", "weights", "plain")
    assert {name: getattr(found, name) for name in kept} == {name: getattr(chosen, name) for name in kept}
    if chosen.frequency in ("weekly", "monthly"):
        assert (found.day, found.hour) == (chosen.day, chosen.hour)
    assert choices.spelt_until(found.paused_until, zone) == choices.spelt_until(chosen.paused_until, zone)


def test_a_wrong_cell_refuses_its_line_alone() -> None:
    text = "address,frequency,minutes\na@example.org,weekly tue 07:00,5\nb@example.org,sometimes,5\nc@example.org,,\n"
    one, two, three = csv_io.read(text.encode(), csv_io.Known(trends=TRENDS))
    assert isinstance(one, csv_io.Person)
    assert one.preferences == Preferences(frequency="weekly", day=2, hour=7, minutes=5)
    assert isinstance(two, csv_io.Refused)
    assert "frequency sometimes" in two.reason
    assert isinstance(three, csv_io.Person)
    assert three.preferences is None
