"""The store: items meet by their keys, windows are half-open, and a closed issue stays as it is."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import WorkspaceError
from digest.model import Entry, Signal
from digest.storage.db import MEMORY, Server, Store, open_store
from digest.storage.db.issues import IssueRow
from digest.storage.db.items import Arrival
from digest.storage.db.schema import MIGRATIONS

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B = "https://a.example/feed", "https://b.example/feed"


@pytest.fixture
def store(where: Path | Server) -> Iterator[Store]:
    with open_store(where) as opened:
        yield opened


def arrival(*keys: str, title: str = "A title") -> Arrival:
    return Arrival(entry=Entry(title=title, link="https://x.example/1"), keys=keys, fate=None)


def test_sightings_that_share_a_key_are_of_one_item(store: Store) -> None:
    store.items.add(A, NOON, [arrival("url:x.example/1")])
    store.items.add(B, NOON + HOUR, [arrival("arxiv:2606.00001", "url:x.example/1")])
    (item,) = store.items.window(None, NOON + HOUR)
    assert item.id == "arxiv:2606.00001"
    assert [sighting.feed for sighting in item.sightings] == [A, B]


def test_a_key_learnt_later_joins_two_items(store: Store) -> None:
    store.items.add(A, NOON, [arrival("url:x.example/1"), arrival("arxiv:2606.00001")])
    store.items.add(B, NOON, [arrival("arxiv:2606.00001", "url:x.example/1")])
    (item,) = store.items.window(None, NOON)
    assert item.keys == ("arxiv:2606.00001", "url:x.example/1")
    assert len(item.sightings) == 3


def test_two_published_items_are_never_joined(store: Store) -> None:
    store.items.add(A, NOON, [arrival("url:x.example/1"), arrival("arxiv:2606.00001")])
    store.issues.put(IssueRow(key="2026-W23", slot=NOON, start=None, cutoff=NOON, state="closed"))
    store.issues.publish("2026-W23", {"url:x.example/1": "url:x.example/1", "arxiv:2606.00001": "arxiv:2606.00001"})
    store.items.add(B, NOON, [arrival("arxiv:2606.00001", "url:x.example/1")])
    assert len(store.items.window(None, NOON)) == 2


def test_a_window_excludes_its_start_and_includes_its_end(store: Store) -> None:
    for n in range(3):
        store.items.add(A, NOON + n * HOUR, [arrival(f"url:x.example/{n}")])
    assert [item.id for item in store.items.window(NOON, NOON + HOUR)] == ["url:x.example/1"]


def test_a_closed_issue_never_changes(store: Store) -> None:
    row = IssueRow(key="2026-W23", slot=NOON, start=None, cutoff=NOON, state="closed")
    store.issues.put(row)
    store.issues.put(IssueRow(key="2026-W23", slot=NOON, start=None, cutoff=NOON + HOUR, state="draft"))
    store.issues.forget("2026-W23")
    assert store.issues.get("2026-W23") == row


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.transaction():
            store.items.add(A, NOON, [arrival("url:x.example/1")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.items.window(None, NOON) == ()


def test_a_file_that_is_no_store_is_refused_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "digest.sqlite3"
    path.write_bytes(b"no database at all, but long enough to look at" * 100)
    with pytest.raises(WorkspaceError, match=r"digest\.sqlite3: cannot be used"), open_store(path):
        pass


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "digest.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(WorkspaceError, match="newer version"), open_store(path):
        pass


def test_a_store_from_before_loses_the_credentials_in_its_keys_and_links(tmp_path: Path) -> None:
    path = tmp_path / "digest.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    for script in MIGRATIONS[:16]:
        connection.executescript(script)
    feed = "http://ada:pw@h/f?token=t"
    connection.executescript(f"""
        INSERT INTO items VALUES (1), (2);
        INSERT INTO keys VALUES ('guid:{feed} one', 1), ('url:https://h/a?b=1', 2);
        INSERT INTO sightings (item, feed, first_seen, url, title, summary, authors) SELECT id, '{feed}', '2026-06-01T08:00:00.000000+00:00',
            'https://h/a?token=t&b=1', '', '', '[]' FROM items;
        PRAGMA user_version = 16;
    """)
    connection.close()
    with open_store(path) as store:
        found = [(item.id, item.sightings[0].url) for item in store.items.window(None, NOON)]
    assert found == [("guid:http://h/f one", "https://h/a?b=1"), ("url:https://h/a?b=1", "https://h/a?b=1")]


@given(groups=st.lists(st.sets(st.sampled_from([f"url:x.example/{n}" for n in range(8)]), min_size=1), max_size=12))
def test_items_are_the_connected_groups_of_keys_in_whatever_order_they_come(groups: list[set[str]]) -> None:
    def partition(order: list[set[str]]) -> set[tuple[str, ...]]:
        with open_store(MEMORY) as store:
            for keys in order:
                store.items.add(A, NOON, [arrival(*sorted(keys))])
            return {item.keys for item in store.items.window(None, NOON)}

    assert partition(groups) == partition(groups[::-1])


def fill_while_mailing(path: Path) -> None:
    with open_store(path) as store:
        mailing = store.ledger.mailing("2026-W24", "webhook:team")
        mailing.freeze(NOON, people=False)
        (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
        store.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with mailing.transaction():
            mailing.mark(0, "refused", NOON, reply="x" * 100_000)


def test_a_disk_that_fills_up_while_mailing_is_said_and_nothing_is_advised_to_be_deleted(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="database or disk is full") as caught:
        fill_while_mailing(tmp_path / "digest.sqlite3")
    assert caught.value.remedy == "free disk space, then run the same command again"


ANY_TEXT = ("a\0b", "\0", "\1", "\1\1", "\1\2\0", "a\1\0", "\\u0000", "'\0'")


def test_a_text_may_hold_any_character(store: Store) -> None:
    for n, text in enumerate(ANY_TEXT):
        key = f"guid:{A} {n} {text}"
        store.items.add(A, NOON, [arrival(key, title=text)])
        (shown,) = store.items.shown(A, [(key,)])
        assert shown is not None
        found = store.items.find(key)
        assert found is not None
        assert (found.id, found.sightings[0].title) == (key.replace("\0", "\ufffd").replace("\1", "\ufffd"), text)
        assert store.items.numbers([key, "url:other"]) == {key: n + 1}
    titles = store.connection.execute("SELECT title FROM sightings ORDER BY title").fetchall()
    assert [title for (title,) in titles] == sorted(ANY_TEXT)
    assert store.items.titles(A) == frozenset(ANY_TEXT)


def test_a_key_of_any_length_tells_its_work(store: Store) -> None:
    dice = Random(1)
    noise = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz가나다라마바사", k=9_000)) for _ in range(3)]
    names = [(f"url:https://x.example/{text}", f"guid:{A} {text}") for text in noise]
    store.items.add(A, NOON, [arrival(*keys) for keys in names])
    store.items.observe(A, NOON, [(names[0][0], Signal(name="votes", value=3))])
    assert all(store.items.shown(A, names))
    assert store.items.shown(A, [(names[0][0] + "x",)]) == (None,)
    assert store.items.numbers([name for name, _ in names]) == {name: n + 1 for n, (name, _) in enumerate(names)}
    (first, *others) = store.items.window(None, NOON)
    assert len(others) == 2
    assert first.observations[0].value == 3
    store.issues.put(IssueRow(key="2026-W23", slot=NOON, start=None, cutoff=NOON, state="closed"))
    store.issues.publish("2026-W23", dict.fromkeys(names[0], "an id"))
    assert store.issues.published_in(first.keys) == store.issues.published_in(names[0]) == ("2026-W23", "an id")
    assert store.issues.published_in(names[1]) is None
    store.letters.hold(names[1], NOON)
    assert store.letters.held_before(names[1], NOON)
    assert store.subscribers.heard(noise[0], NOON)
    assert not store.subscribers.heard(noise[0], NOON)


def test_a_store_from_before_knows_its_works_by_their_shortened_keys(tmp_path: Path) -> None:
    path, long = tmp_path / "digest.sqlite3", "url:https://h/" + "a" * 3_000
    connection = sqlite3.connect(path, isolation_level=None)
    connection.create_function("masked", 1, str)
    for script in MIGRATIONS[:34]:
        connection.executescript(script)
    connection.executescript(f"""
        INSERT INTO items VALUES (1);
        INSERT INTO keys VALUES ('{long}', 1), ('guid:f short', 1);
        INSERT INTO issues VALUES ('2026-W23', '', NULL, '', 'closed');
        INSERT INTO published VALUES ('{long}', '2026-W23', '{long}');
        PRAGMA user_version = 34;
    """)
    connection.close()
    with open_store(path) as store:
        assert store.items.numbers([long, "guid:f short"]) == {long: 1, "guid:f short": 1}
        assert store.issues.published_in((long,)) == ("2026-W23", long)
