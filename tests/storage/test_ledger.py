"""The ledger's contract: one row for each letter and address, states that always add up, and nobody offered who opted out.

Any store of deliveries keeps it: the machine below drives the real one beside a dictionary and compares them after each step.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from digest.model import DELIVERY_STATES, DeliveryState
from digest.storage.db import Server, Store, open_store
from digest.storage.db.mailing import Mailing
from digest.storage.db.sqlite import SqliteConnection
from support.cases import examples
from support.mailing import NOW

LETTERS = ("2026-W27", "2026-W28")
PEOPLE = st.integers(min_value=1, max_value=5)
FINAL: tuple[DeliveryState, ...] = ("accepted", "refused", "in_doubt", "expired", "suppressed")


class LedgerMachine(RuleBasedStateMachine):
    """`opened` gives a store with five active subscribers, numbered from 1."""

    opened: Callable[[], Store]

    def __init__(self) -> None:
        super().__init__()
        self.store = type(self).opened()
        self.now = NOW
        self.rows: dict[tuple[str, int], DeliveryState] = {}
        self.retry: dict[tuple[str, int], datetime] = {}
        self.active = set(range(1, 6))

    def mailing(self, letter: str) -> Mailing:
        return self.store.ledger.mailing(letter, "mail")

    def begun(self, letter: str) -> bool:
        return any(key[0] == letter for key in self.rows)

    @rule(letter=st.sampled_from(LETTERS))
    def freeze(self, letter: str) -> None:
        if self.begun(letter) or not self.active:
            return
        with self.mailing(letter).transaction():
            self.mailing(letter).freeze(self.now, people=True)
        self.rows |= {(letter, number): "pending" for number in self.active}

    @rule(number=PEOPLE)
    def opt_out(self, number: int) -> None:
        with self.store.transaction():
            self.store.subscribers.opt_out(number, self.now, reason="unsubscribed")
        self.active.discard(number)

    @rule(letter=st.sampled_from(LETTERS), number=PEOPLE)
    def offer(self, letter: str, number: int) -> None:
        if self.rows.get((letter, number)) != "pending":
            return
        with self.mailing(letter).transaction():
            offered = self.mailing(letter).offer(number, self.now)
        assert offered == (number in self.active)
        if offered:
            self.rows[letter, number] = "offered"
            self.retry.pop((letter, number), None)

    @rule(letter=st.sampled_from(LETTERS), number=PEOPLE, state=st.sampled_from(FINAL))
    def settle(self, letter: str, number: int, state: DeliveryState) -> None:
        if self.rows.get((letter, number)) != "offered":
            return
        with self.mailing(letter).transaction():
            self.mailing(letter).mark(number, state, self.now, reply="said")
        self.rows[letter, number] = state

    @rule(letter=st.sampled_from(LETTERS), number=PEOPLE, minutes=st.integers(1, 90))
    def put_off(self, letter: str, number: int, minutes: int) -> None:
        if self.rows.get((letter, number)) not in ("pending", "offered"):
            return
        until = self.now + timedelta(minutes=minutes)
        with self.mailing(letter).transaction():
            self.mailing(letter).put_off(number, self.now, reply="later", until=until)
        self.rows[letter, number], self.retry[letter, number] = "pending", until

    @rule(letter=st.sampled_from(LETTERS))
    def crash(self, letter: str) -> None:
        """The next run takes whom a killed one had offered to in doubt."""
        offered = [key for key, state in self.rows.items() if key[0] == letter and state == "offered"]
        with self.mailing(letter).transaction():
            assert self.mailing(letter).move("offered", "in_doubt", self.now, reply="died") == len(offered)
        self.rows |= dict.fromkeys(offered, "in_doubt")

    @rule(minutes=st.integers(1, 120))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.rows)
    @rule(letter=st.sampled_from(LETTERS))
    def break_off(self, letter: str) -> None:
        """A transaction that fails leaves nothing."""
        with pytest.raises(KeyError):
            self._fail(letter)

    def _fail(self, letter: str) -> None:
        with self.mailing(letter).transaction():
            self.mailing(letter).move("pending", "accepted", self.now, reply="")
            raise KeyError

    @invariant()
    def states_add_up(self) -> None:
        for letter in LETTERS:
            counts = self.mailing(letter).counts()
            expected = [state for key, state in self.rows.items() if key[0] == letter]
            assert counts == {state: expected.count(state) for state in DELIVERY_STATES}
            row = self.mailing(letter).row()
            assert (row.candidates if row else 0) == len(expected)

    @invariant()
    def who_is_due_is_pending_and_waits_for_nothing(self) -> None:
        for letter in LETTERS:
            due = [one.id for one in self.mailing(letter).due(self.now, after=0, limit=10)]
            expected = [
                number
                for (key, number), state in sorted(self.rows.items())
                if key == letter and state == "pending" and self.retry.get((key, number), self.now) <= self.now
            ]
            assert due == expected
            assert self.mailing(letter).count_due(self.now) == len(expected)


def emptied(store: Store) -> None:
    """Nobody in the store, and the next person is number 1."""
    for table in ("deliveries", "mailings", "subscribers", "suppressed"):
        store.connection.execute(f"DELETE FROM {table}")
    if isinstance(store.connection, SqliteConnection):
        store.connection.execute("PRAGMA synchronous = OFF")
        store.connection.execute("DELETE FROM sqlite_sequence")
    else:
        store.connection.execute("ALTER SEQUENCE subscribers_id_seq RESTART")


def test_the_ledger_keeps_its_contract(where: Path | Server) -> None:
    with open_store(where) as store:

        def opened() -> Store:
            emptied(store)
            for n in range(1, 6):
                store.subscribers.add(f"p{n}@example.org", key=f"p{n}@example.org", at=NOW)
            return store

        machine: Any = type("Machine", (LedgerMachine,), {"opened": staticmethod(opened)})
        run_state_machine_as_test(
            machine, settings=settings(max_examples=examples(0.5), stateful_step_count=30, deadline=None)
        )


def test_who_is_in_doubt_is_listed_before_who_was_refused_and_who_waits_with_a_reply(where: Path | Server) -> None:
    with open_store(where) as store:
        for n in range(1, 6):
            store.subscribers.add(f"p{n}@example.org", key=f"p{n}@example.org", at=NOW)
        mailing = store.ledger.mailing("2026-W27", "mail")
        with mailing.transaction():
            mailing.freeze(NOW, people=True)
            mailing.put_off(1, NOW, reply="451 later", until=NOW + timedelta(hours=1))
            mailing.mark(2, "refused", NOW, reply="550 unknown")
            mailing.mark(3, "in_doubt", NOW, reply="died")
            mailing.mark(4, "accepted", NOW, reply="250 ok")
        listed = [
            ("p3@example.org", "in_doubt", "died"),
            ("p2@example.org", "refused", "550 unknown"),
            ("p1@example.org", "pending", "451 later"),
        ]
        assert mailing.troubled(10) == listed
        assert mailing.troubled(2) == listed[:2]


def test_a_message_that_a_killed_run_was_sending_waits_for_no_clock(where: Path | Server) -> None:
    """That run's clock went on from `--at`; the next run begins at the same instant again."""
    with open_store(where) as store:
        store.subscribers.add("p1@example.org", key="p1@example.org", at=NOW)
        mailing = store.ledger.mailing("round-1", "mail")
        with mailing.transaction():
            mailing.freeze(NOW, people=True)
            assert mailing.offer(1, NOW + timedelta(seconds=3))
        assert store.ledger.unfinished("round-")["round-1"] <= NOW
