"""What processes claim of a store, and what they commit at the same time."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.storage.db import LockedError, Store, open_store
from digest.storage.db.connection import Connection
from digest.storage.db.mailing import SHARD
from digest.storage.db.values import transaction
from support.postgres import Cluster
from support.running import wait_for

NOW = datetime(2026, 6, 29, tzinfo=UTC)


@pytest.fixture
def stores(postgres: Cluster, tmp_path: Path) -> Iterator[list[Store]]:
    """One store, opened by three processes."""
    where = postgres.server(tmp_path)
    with ExitStack() as stack:
        yield [stack.enter_context(open_store(where)) for _ in range(3)]


def free(connection: Connection) -> bool:
    with connection.claim("a") as claimed:
        return claimed


def test_a_claim_is_of_one_and_ends_with_its_block(stores: list[Store]) -> None:
    one, two, _ = (store.connection for store in stores)
    with one.claim("a") as first, two.claim("a") as second, two.claim("b") as other:
        assert (first, second, other) == (True, False, True)
    with two.claim("a") as later:
        assert later
    with one.claim("a"):
        one.close()
        wait_for(lambda: free(two))  # a server ends a session when it hears that the other end is gone


def test_a_claim_that_is_shared_gives_way_to_those_who_wait_for_the_whole(stores: list[Store]) -> None:
    one, two, three = (store.connection for store in stores)
    waits, done = threading.Event(), threading.Event()

    def alone() -> None:
        with three.exclusive("lock", waiting=lambda _: waits.set()):
            done.set()

    with one.claim("lock", shared=True) as first, two.claim("lock", shared=True) as second:
        assert first
        assert second
        thread = threading.Thread(target=alone)
        thread.start()
        assert waits.wait(10)

        def refused() -> bool:
            with two.claim("lock", shared=True) as third:
                return not third

        wait_for(refused)
        assert not done.is_set()
    assert done.wait(10)
    thread.join()
    with two.claim("lock", shared=True) as free:
        assert free


def test_shards_are_committed_together_and_keep_out_all_other_writers(stores: list[Store]) -> None:
    one, two, three = (store.connection for store in stores)
    three.wait_at_most(0.2)
    with transaction(one, shared=True), transaction(two, shared=True), pytest.raises(LockedError), transaction(three):
        pass
    with transaction(three):
        two.wait_at_most(0.2)
        with pytest.raises(LockedError), transaction(two, shared=True):
            pass


def test_a_shard_holds_only_its_own_recipients(stores: list[Store]) -> None:
    (store, *_) = stores
    with store.transaction():
        for number in range(3):
            store.subscribers.add(f"p{number}@example.org", key=f"p{number}@example.org", at=NOW, consent="test")
        store.connection.execute("UPDATE subscribers SET id = id + ? WHERE id > 1", (SHARD - 3,))
        mailing = store.ledger.mailing("2026-W27", "mail")
        mailing.freeze(NOW, people=True)
    numbers = [one.id for one in mailing.due(NOW, after=-1, limit=10)]
    assert numbers == [1, SHARD - 1, SHARD]
    assert mailing.shards_due(NOW, limit=10) == [0, 1]
    assert mailing.shards_due(NOW, after=0, limit=10) == [1]
    first = mailing.shard(0)
    assert [one.id for one in first.due(NOW, after=-1, limit=10)] == numbers[:2]
    assert first.count_due(NOW) == 2
    with first.transaction():
        assert all(mailing.offer(number, NOW) for number in numbers)
        assert first.move("offered", "in_doubt", NOW, reply="killed") == 2
    assert mailing.counts()["offered"] == 1
    assert mailing.shards_due(NOW, limit=10) == [1], "one who may be being sent to is not forgotten"
