"""Statements that write are standard SQL, and store what they are meant to."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import digest.storage.db
from digest.model import Entry, Signal
from digest.storage.db import Server, Store, dialect, open_store
from digest.storage.db.items import Arrival
from digest.storage.db.rewind import rewind
from digest.storage.db.values import upsert

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = "https://a.example/feed"
OF_SQLITE_ONLY = re.compile(r"\b(INSERT|UPDATE) OR [A-Z]+\b|\biif\(|\b(max|min)\([^()]*,")
# Steps of the schema are never changed.
MODULES = sorted(path for path in Path(digest.storage.db.__file__).parent.glob("*.py") if path.name != "schema.py")


@pytest.fixture
def store(where: Path | Server) -> Iterator[Store]:
    with open_store(where) as opened:
        yield opened


def strings(path: Path) -> list[str]:
    """The string literals of a module, as they are written."""
    return re.findall(r'"[^"\n]*"', path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_statement_writes_in_a_way_that_only_sqlite_knows(path: Path) -> None:
    assert [text for text in strings(path) if OF_SQLITE_ONLY.search(text)] == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO looks (id, at) VALUES (1, ?)",
        "UPDATE OR IGNORE keys SET key = ?",
        "UPDATE mailings SET runs = max(runs, ?) + 1",
        "SELECT iif(at < ?, 0, 1) FROM looks",
    ],
)
def test_the_check_knows_such_statements(statement: str) -> None:
    assert OF_SQLITE_ONLY.search(statement)


def test_an_upsert_replaces_all_columns_but_the_key() -> None:
    assert upsert("mended", "sighting, at, url, kind", key="sighting, at") == (
        "INSERT INTO mended (sighting, at, url, kind) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (sighting, at) DO UPDATE SET url = excluded.url, kind = excluded.kind"
    )


def test_what_was_said_last_stays_when_several_instants_become_the_present(store: Store) -> None:
    key = "url:x.example/1"
    entry = Entry(title="A title", link="https://x.example/1")
    store.items.add(FEED, NOON - 2 * HOUR, [Arrival(entry=entry, keys=(key,), fate=None)])
    (shown,) = store.items.shown(FEED, [(key,)])
    assert shown is not None
    for hours, votes in ((-1, 1), (0, 2), (1, 3), (2, 4)):
        store.items.observe(FEED, NOON + hours * HOUR, [(key, Signal(name="votes", value=votes))])
        said = Entry(title=f"Title {votes}", link=entry.link)
        store.items.mend(NOON + hours * HOUR, {shown.sighting: said}, lambda _: None)
    rewind(store.connection, NOON)
    now, before = NOON.isoformat(timespec="microseconds"), (NOON - HOUR).isoformat(timespec="microseconds")
    counts = store.connection.execute("SELECT at, value FROM observations ORDER BY at").fetchall()
    titles = store.connection.execute("SELECT at, title FROM mended ORDER BY at").fetchall()
    assert (counts, titles) == ([(before, 1), (now, 4)], [(before, "Title 1"), (now, "Title 4")])


@pytest.mark.parametrize(("noted", "runs"), [(0, 1), (4, 5)])
def test_a_run_is_counted_on_top_of_those_that_the_archive_records(store: Store, noted: int, runs: int) -> None:
    mailing = store.ledger.mailing("2026-W23", "webhook:team")
    mailing.freeze(NOON, people=False)
    mailing.count_run(noted=noted)
    row = mailing.row()
    assert row is not None
    assert row.runs == runs


def test_only_the_store_itself_knows_its_file() -> None:
    """Everything else asks where the store is, since it may be in a database."""
    package = Path(digest.__file__).parent
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"(place|workspace)\.database\b|^ *import sqlite3", path.read_text("utf-8"), re.MULTILINE)
    }
    assert found == {"services/store.py", *(f"storage/db/{name}.py" for name in ("location", "snapshot", "sqlite"))}


def test_the_values_that_are_lists_are_known() -> None:
    sql = "SELECT '?', at FROM json_each(?) AS numbered CROSS JOIN looks ON id = numbered.value WHERE at < ? AND key IN (SELECT value FROM json_each(?) AS asked)"
    assert dialect.lists(sql) == (0, 2)
    assert dialect.lists("SELECT '?' FROM looks WHERE at < ?") == ()
    assert dialect.statement(sql).count("unnest(CAST($") == 2


def test_keys_with_any_characters_are_found_in_a_list(store: Store) -> None:
    keys = ["url:x.example/1", "guid:a 'b\", {c}\\?,", "guid:한국어\u2028", "guid:NULL", "guid:nul\0here"]
    for key in keys:
        store.items.add(FEED, NOON, [Arrival(entry=Entry(title=key, link="https://x.example"), keys=(key,), fate=None)])
    assert list(store.items.numbers([*keys, "guid:unknown"])) == keys
    assert store.items.numbers([]) == {}


def test_a_server_plans_each_lookup_of_a_list_anew(store: Store) -> None:
    """A plan that was made while a table was empty reads all of it once it has grown."""
    for _ in range(8):
        store.items.numbers(["guid:unknown"])
        store.items.last_seen()
    if store.shared:
        kept = store.connection.execute("SELECT statement FROM pg_prepared_statements").fetchall()
        assert any("first_seen" in statement for (statement,) in kept)
        assert not any("unnest" in statement for (statement,) in kept)
