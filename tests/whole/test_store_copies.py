"""`digest store copy` where something is in its way: all of it arrives, or nothing, and the store that is copied stays as it is."""

import shutil
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from digest.model import Workspace
from digest.storage.db import Server, connected, located
from digest.storage.db.copying import Digests, digests
from support.forked import Forks
from support.mailing import store_of, subscribe
from support.postgres import Cluster
from support.running import ROOT, Run, wait_for

pytestmark = pytest.mark.of_sqlite("these tests choose their stores themselves")


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    made = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(made, "ada@example.org")
    return made


def test_a_store_is_not_copied_onto_itself_however_its_address_is_written(
    run: Run, place: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres.database()
    monkeypatch.setenv("DIGEST_STORE", address)
    assert run("-C", place, "store", "copy", "file", "server").code == 0
    for other in (address, f"{address}&application_name=x", address.replace("postgres@/", "postgres:secret@/")):
        told = run("-C", place, "store", "copy", "server", other, "--force")
        assert told.code == 2
        assert "is the store that would be copied; name another one" in told.err
        assert "secret" not in told.err
    assert run("-C", place, "store", "copy", "file", "file").code == 2
    with store_of(place) as store:
        assert store.subscribers.counts() == {"active": 1}


def test_a_store_of_an_older_version_arrives_with_todays_tables(
    run: Run, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "w"
    with tarfile.open(ROOT / "tests/corpus/workspaces/0.1.0.tar.gz") as tar:
        tar.extractall(place)
    monkeypatch.setenv("DIGEST_STORE", postgres.database())
    assert run("-C", place, "store", "copy", "file", "server").code == 0
    with store_of(place) as store:
        assert store.subscribers.counts() == {"active": 1, "unsubscribed": 1}
    assert run("-C", place, "send", "2026-W24", "--at", "2026-06-11T08:00").code == 0
    assert len(list((place / ".digest/outbox/new").iterdir())) == 1, "somebody was mailed again"


@pytest.mark.slow
def test_a_copy_that_is_killed_in_the_middle_leaves_both_stores_as_they_were(
    run: Run, place: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch, forks: Forks
) -> None:
    monkeypatch.setenv("DIGEST_STORE", postgres.database())
    assert run("-C", place, "store", "copy", "file", "server").code == 0
    subscribe(place, "bob@example.org")
    where = located(Workspace(root=place))
    before = {one: _digests(one) for one in (where, place / ".digest/digest.sqlite3")}
    copied = ["-C", place, "store", "copy", "file", "server", "--force"]
    with closing(connected(where)) as blocking, closing(connected(where)) as asking:
        blocking.execute("BEGIN")
        blocking.execute("LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
        process = forks.start(copied)
        waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        wait_for(lambda: asking.execute(waits).fetchone() is not None, seconds=60)
        process.kill()
        blocking.rollback()
        waits = "SELECT 1 FROM pg_locks JOIN pg_database ON oid = database WHERE locktype = 'advisory' AND datname = current_database()"
        wait_for(lambda: asking.execute(waits).fetchone() is None, seconds=60)
    assert {one: _digests(one) for one in before} == before
    assert run(*copied).code == 0
    assert _digests(where) == before[place / ".digest/digest.sqlite3"]


def _digests(where: Path | Server) -> Digests:
    with closing(connected(where)) as connection:
        return digests(connection)
