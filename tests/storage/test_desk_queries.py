"""What the desk asks of the store, whichever database keeps it: finding people, pauses, decisions on those in doubt, the pace."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.storage.db import Server, Store, open_store
from digest.storage.db.ledger import Pause
from support.mailing import KEY, NOW


@pytest.fixture
def store(where: Path | Server) -> Iterator[Store]:
    with open_store(where) as opened:
        with opened.transaction():
            for number in range(1, 8):
                address = f"p{number}@example.org"
                opened.subscribers.add(address, key=address, at=NOW, name=f"Person {number}")
            opened.subscribers.add("Odd_%\\@example.net", key="odd_%\\@example.net", at=NOW, status="paused")
        yield opened


def test_people_are_found_by_a_part_of_their_address_or_name(store: Store) -> None:
    people = store.subscribers

    def found(part: str, status: str = "", after: int = 0, limit: int = 50) -> list[str]:
        return [one.address for one in people.search(part, status, after=after, limit=limit)]

    assert found("") == ["Odd_%\\@example.net", *(f"p{number}@example.org" for number in range(1, 8))]
    assert found("P3@") == found("person 3") == ["p3@example.org"]
    for part in ("_", "%", "\\", "D_%\\@"):
        assert (found(part), people.count(part, "")) == (["Odd_%\\@example.net"], 1)
    assert found("example", "paused") == ["Odd_%\\@example.net"]
    assert found("org", after=2, limit=2) == ["p3@example.org", "p4@example.org"]
    assert (people.count("org", ""), people.count("org", "active"), people.count("org", "suspended")) == (7, 7, 0)


def test_a_pause_is_kept_until_it_is_dropped(store: Store) -> None:
    assert store.pauses.get(KEY) is None
    first, second = Pause(issue=KEY, at=NOW, by="ada"), Pause(issue=KEY, at=NOW + timedelta(hours=1), by="bob")
    with store.transaction():
        store.pauses.put(first)
        store.pauses.put(second)
    assert store.pauses.all() == (second,)
    assert store.pauses.keys() == {KEY}
    with store.transaction():
        assert store.pauses.drop(KEY)
        assert not store.pauses.drop(KEY)


def test_only_those_in_doubt_are_settled_and_the_pace_is_that_of_the_last_minute(store: Store) -> None:
    book = store.ledger.mailing(KEY, "mail")
    with book.transaction():
        book.freeze(NOW, people=True)
        for number in (1, 2, 3):
            book.mark(number, "in_doubt", NOW, reply="no answer")
    assert book.pace() is None
    with book.transaction():
        assert book.settle([1, 4], "accepted", NOW, reply="she says so") == 1
        assert book.settle(None, "pending", NOW, reply="") == 2
    counts = book.counts()
    assert (counts["accepted"], counts["pending"], counts["in_doubt"]) == (1, 6, 0)
    assert book.pace() is None
    with book.transaction():
        for number, seconds in ((2, 100), (3, 101), (4, 102), (5, 104)):
            book.mark(number, "accepted", NOW + timedelta(seconds=seconds))
    assert book.pace() == 0.75
