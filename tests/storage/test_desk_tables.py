"""The tables of the desk, in both stores: accounts, links, sessions, the log and reminders."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.services.desk_accounts import add, disable, enable, find, hashed, new_link, remove, set_role
from digest.storage.db import Server, Store, open_store
from digest.storage.db.desk import LINKS, DeskSession, Entry
from digest.text.addresses import parse

NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADA = parse("Ada@example.org")


@pytest.fixture
def store(where: Path | Server) -> Iterator[Store]:
    with open_store(where) as opened:
        yield opened


def test_an_account_takes_its_links_and_sessions_with_it(store: Store) -> None:
    account = add(store, NOW, ADA, "editor")
    assert (account.address, account.role, account.created, account.disabled) == (ADA.text, "editor", NOW, None)
    assert set_role(store, ADA, "owner").role == "owner"
    tokens = [
        new_link(store, NOW + timedelta(minutes=n), who=ADA.text, lasts=HOUR, account=account.id)
        for n in range(LINKS + 1)
    ]
    with store.transaction():
        sessions = store.desk_sessions
        assert sessions.take_link(hashed(tokens[0]), server="", now=NOW) is None  # gave way to newer ones
        assert sessions.take_link(hashed(tokens[1]), server="elsewhere", now=NOW) is None
        link = sessions.take_link(hashed(tokens[1]), server="", now=NOW)
        assert link is not None
        assert (link.account, link.who, link.until) == (account.id, ADA.text, NOW + timedelta(minutes=1) + HOUR)
        assert sessions.take_link(hashed(tokens[1]), server="", now=NOW) is None
        assert sessions.take_link(hashed(tokens[2]), server="", now=NOW + 2 * HOUR) is None
        sessions.start("s", DeskSession(account=account.id, who=ADA.text, server="", started=NOW, seen=NOW))
        sessions.start("t", DeskSession(account=None, who="ada", server="here", started=NOW, seen=NOW))
        sessions.touch("s", NOW + HOUR)
    found = store.desk_sessions.find("s", server="")
    assert found is not None
    assert found.seen == NOW + HOUR
    assert store.desk_sessions.find("s", server="here") is None
    assert disable(store, NOW, ADA).disabled == NOW
    assert store.desk_accounts.enabled() == ()
    assert store.desk_sessions.find("s", server="") is None
    assert enable(store, ADA) == find(store, ADA)
    remove(store, ADA)
    assert store.desk_accounts.all() == ()
    assert store.desk_sessions.find("t", server="here") is not None
    with store.transaction():
        store.desk_sessions.drop_old(started=NOW + HOUR, seen=NOW)
    assert store.desk_sessions.find("t", server="here") is None


def test_the_log_keeps_its_order_and_forgets_what_is_old(store: Store) -> None:
    entries = [Entry(at=NOW + n * HOUR, who="ada", place="203.0.113.0/24", action=f"did {n}") for n in range(3)]
    with store.transaction():
        for entry in entries:
            store.desk_audit.add(entry)
    assert store.desk_audit.latest(2) == (entries[2], entries[1])
    with store.transaction():
        store.desk_audit.forget(NOW + HOUR)
    assert store.desk_audit.latest(9) == (entries[2], entries[1])


def test_a_reminder_is_noted_once(store: Store) -> None:
    with store.transaction():
        for _ in range(2):
            store.publications.note_reminder("2026-W27", "at the slot", NOW)
    assert store.publications.reminders("2026-W27") == {"at the slot"}
    assert store.publications.reminders("2026-W26") == frozenset()


def test_a_bucket_is_taken_from_by_all_and_fills_again(store: Store) -> None:
    def take(asker: str, at: datetime) -> bool:
        with store.transaction():
            return store.desk_limits.take(asker, burst=2, every=HOUR, now=at)

    assert [take("a", NOW), take("a", NOW), take("a", NOW), take("b", NOW)] == [True, True, False, True]
    assert [take("a", NOW + HOUR), take("a", NOW + HOUR)] == [True, False]
    assert take("b", NOW + 100 * HOUR)  # deletes those that are full
    assert store.connection.execute("SELECT COUNT(*) FROM desk_limits").fetchone() == (1,)
    assert [take("b", NOW), take("b", NOW + HOUR)] == [False, True]  # a clock that was set back locks nobody out
