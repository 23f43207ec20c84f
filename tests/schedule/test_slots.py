"""Slots and keys: every clock change, every fallback."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.schedule.slots import Cadence, Schedule, Slot, Timetable

ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo",
    "America/Santiago", "Asia/Kolkata", "UTC", "Pacific/Kiritimati", "Africa/Casablanca",
]  # fmt: skip


def berlin(cadence: Cadence, **schedule: int) -> Timetable:
    return Timetable(schedule=Schedule(**schedule), cadence=cadence, zone=ZoneInfo("Europe/Berlin"))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_weekly_slot_carries_the_iso_week_of_its_local_date() -> None:
    first = next(berlin("weekly", weekday=0, hour=8, minute=0).after(utc("2026-11-18")))
    assert first == Slot(at=utc("2026-11-23T07:00"), key="2026-W48")


def test_an_instant_at_the_slot_lies_in_the_period_that_the_slot_ends() -> None:
    timetable = berlin("weekly", weekday=0, hour=8, minute=0)
    slot = next(timetable.after(utc("2026-11-18")))
    assert next(timetable.until(slot.at, since=slot.at - timedelta(days=3))) == slot
    assert next(timetable.after(slot.at)).key == "2026-W49"


def test_a_local_time_that_does_not_exist_becomes_the_next_that_does() -> None:
    slots = berlin("daily", hour=2, minute=30).after(utc("2026-03-28T12:00"))
    assert next(slots) == Slot(at=utc("2026-03-29T01:00"), key="2026-03-29")


def test_a_local_time_that_comes_twice_means_the_first() -> None:
    slots = berlin("daily", hour=2, minute=30).after(utc("2026-10-24T12:00"))
    assert [next(slots), next(slots)] == [
        Slot(at=utc("2026-10-25T00:30"), key="2026-10-25"),
        Slot(at=utc("2026-10-26T01:30"), key="2026-10-26"),
    ]


def test_the_first_half_past_midnight_after_a_spring_change_is_not_skipped() -> None:
    slots = berlin("weekly", weekday=0, hour=0, minute=30).after(utc("2026-03-20"))
    assert [next(slots).key for _ in range(3)] == ["2026-W13", "2026-W14", "2026-W15"]


@pytest.mark.parametrize(("day", "keys"), [(31, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"])])
def test_a_day_that_a_month_lacks_falls_back_to_its_last(day: int, keys: list[str]) -> None:
    slots = list(itertools.islice(berlin("monthly", day=day, hour=12, minute=0).after(utc("2026-01-01")), 4))
    assert [slot.at.date().isoformat() for slot in slots] == keys
    assert [slot.key for slot in slots] == [key[:7] for key in keys]


schedules = st.one_of(
    st.tuples(st.just("daily"), st.builds(Schedule, hour=st.integers(0, 23), minute=st.integers(0, 59))),
    st.tuples(
        st.just("weekly"),
        st.builds(Schedule, hour=st.integers(0, 23), minute=st.integers(0, 59), weekday=st.integers(0, 6)),
    ),
    st.tuples(
        st.just("monthly"),
        st.builds(Schedule, hour=st.integers(0, 23), minute=st.integers(0, 59), day=st.integers(1, 31)),
    ),
)


@given(
    zone=st.sampled_from(ZONES),
    kind=schedules,
    start=st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_slots_ascend_with_distinct_keys_and_are_the_same_read_backwards(
    zone: str, kind: tuple[Cadence, Schedule], start: datetime
) -> None:
    timetable = Timetable(schedule=kind[1], cadence=kind[0], zone=ZoneInfo(zone))
    ahead = list(itertools.islice(timetable.after(start), 8))
    assert len({slot.key for slot in ahead}) == len(ahead)
    assert all(a.at < b.at for a, b in itertools.pairwise(ahead))
    assert list(timetable.until(ahead[-1].at, since=start)) == ahead[::-1]
