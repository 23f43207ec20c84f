"""What readers chose: one profile for equal choices, nothing left of those who were forgotten, and what was served stays served."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Preferences
from digest.storage.db import Server, Store, open_store
from digest.storage.db.issues import IssueRow

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
DEFAULT = Preferences()
DAILY = Preferences(frequency="daily", hour=6, zone="Asia/Seoul", minutes=5, weights={"trend:agents": 1.0})


@pytest.fixture
def store(where: Path | Server) -> Iterator[Store]:
    with open_store(where) as opened:
        for name in ("ada", "bob", "cyd"):
            opened.subscribers.add(f"{name}@x.example", key=f"{name}@x.example", at=NOON)
        yield opened


def close(store: Store, key: str, cutoff: datetime) -> None:
    store.issues.put(IssueRow(key=key, slot=cutoff, start=None, cutoff=cutoff, state="closed"))


def profiles(store: Store) -> int:
    (count,) = store.connection.execute("SELECT count(*) FROM profiles").fetchone()
    return int(count)


def test_who_chose_nothing_follows_the_default(store: Store) -> None:
    assert store.preferences.get(1, default=DAILY) == DAILY


def test_a_choice_is_read_back_and_equal_choices_are_one_profile(store: Store) -> None:
    paused = replace(DAILY, paused_until=NOON + WEEK)
    store.preferences.put(1, DAILY, default=DEFAULT, next_at=NOON)
    store.preferences.put(2, paused, default=DEFAULT, next_at=NOON)
    assert dict(store.preferences.chosen(default=DEFAULT)) == {1: DAILY, 2: paused}
    assert profiles(store) == 1


def test_a_choice_equal_to_the_default_follows_it_when_it_changes(store: Store) -> None:
    store.preferences.put(1, DEFAULT, default=DEFAULT, next_at=None)
    assert store.preferences.get(1, default=DAILY) == DAILY


def test_the_day_of_a_daily_letter_makes_no_other_profile(store: Store) -> None:
    store.preferences.put(1, DAILY, default=DEFAULT, next_at=NOON)
    store.preferences.put(2, replace(DAILY, day=5), default=DEFAULT, next_at=NOON)
    assert profiles(store) == 1


def test_nothing_is_left_of_what_a_forgotten_person_chose(store: Store) -> None:
    store.preferences.put(1, DAILY, default=DEFAULT, next_at=NOON)
    store.subscribers.forget("ada@x.example", NOON)
    assert (dict(store.preferences.chosen(default=DEFAULT)), profiles(store)) == ({}, 0)


def test_whoever_was_mailed_an_issue_was_served_up_to_its_cutoff(store: Store) -> None:
    close(store, "2026-W23", NOON)
    store.subscribers.opt_out(2, NOON, reason="unsubscribed")
    store.ledger.mailing("2026-W23", "mail").freeze(NOON, people=True)
    close(store, "2026-W24", NOON + WEEK)
    assert [store.preferences.served(number) for number in (1, 2)] == [NOON, NOON + WEEK]


def test_what_was_served_stays_served_when_a_reader_chooses_again(store: Store) -> None:
    close(store, "2026-W23", NOON)
    store.preferences.put(1, DAILY, default=DEFAULT, next_at=NOON)
    close(store, "2026-W24", NOON + WEEK)
    store.preferences.put(1, replace(DAILY, minutes=3), default=DEFAULT, next_at=NOON)
    assert store.preferences.served(1) == NOON
