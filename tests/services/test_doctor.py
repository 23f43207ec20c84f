"""`digest doctor` finds what a workspace stands on, in both stores, and says what is wrong with it."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.api import open_workspace
from digest.model import Workspace
from digest.services.doctor import examine
from digest.storage.db import Server, located
from digest.storage.files.lock import sole
from support.mailing import configure, store_of
from support.running import Run
from support.smtpserver import Fault, serving


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


def problems(place: Path, *, off: timedelta = timedelta()) -> dict[str, tuple[str, ...]]:
    with open_workspace(place, writes=False) as opened:
        found = examine(opened.context, clock=lambda: datetime.now(UTC) + off)
    return {one.name: one.problems for one in found if one.problems}


@pytest.mark.usefixtures("each_store")
def test_each_store_is_examined(run: Run, place: Path) -> None:
    told = run("-C", place, "doctor", "--json")
    postgres = "PostgreSQL" in told.json["store"]
    assert told.json["problems"] == (  # the tests' own server saves time
        ["store: fsync is off: a power failure can lose what was committed; set it on"] if postgres else []
    )
    assert told.code == int(postgres)
    assert told.json["locks"] == "free"
    assert "GB free" in run("-C", place, "doctor").out


@pytest.mark.usefixtures("each_store")
def test_a_clock_that_is_off_is_found(place: Path) -> None:
    for one in problems(place, off=timedelta(minutes=-5))["clock"]:
        assert "300 s ahead: set both by NTP" in one


def test_who_holds_a_lock_is_named(run: Run, place: Path) -> None:
    with sole(place / ".digest/daemon.lock", what="digest run"):
        assert run("-C", place, "doctor", "--json").json["locks"].startswith("held by the daemon (process ")
    assert run("-C", place, "doctor", "--json").json["locks"] == "free"


def test_the_queue_and_locks_of_other_machines_are_examined(
    request: pytest.FixtureRequest, place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("procrastinate", reason="procrastinate is not installed")
    from digest.storage.db.deployment import open_deployment
    from digest.workers.jobs import TABLES

    cluster = request.getfixturevalue("postgres")
    monkeypatch.setenv("DIGEST_STORE", cluster.database())
    assert "queue" not in run("-C", place, "doctor", "--json").json
    server = located(Workspace(root=place))
    assert isinstance(server, Server)
    with open_deployment(server) as shared, shared.joined("1", jobs=TABLES):
        job = "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('send:digest_w', 'look')"
        shared._connection.execute(job)
        told = run("-C", place, "doctor", "--json").json
        assert told["queue"] == "no workers, one job, version 1"
        assert "queue: no worker for one job: start one with `digest worker`" in told["problems"]
        old = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (clock_timestamp() - interval '2 minutes')"
        shared._connection.execute(old)
        told = run("-C", place, "doctor", "--json").json
        assert any("has given no sign of life for a minute" in problem for problem in told["problems"])
    with store_of(place) as store, store.connection.exclusive("sending.lock", waiting=print):
        assert run("-C", place, "doctor", "--json").json["locks"] == "held by a sender (on another machine)"


def test_a_mail_server_is_greeted_and_gets_no_mail(run: Run, place: Path) -> None:
    with serving() as server:
        configure(place, f"{{from: d@example.org, smtp: {{host: 127.0.0.1, port: {server.port}, security: none}}}}")
        assert "mail" not in problems(place)
        assert server.connections == 1
        assert not server.taken
    with serving(faults=[Fault("connect", "554 go away")]) as server:
        configure(place, f"{{from: d@example.org, smtp: {{host: 127.0.0.1, port: {server.port}, security: none}}}}")
        told = run("-C", place, "doctor")
    assert told.code == 1
    assert "554 go away" in told.out


@pytest.mark.of_sqlite("it damages the store's file")
def test_a_store_that_is_damaged_is_found(run: Run, place: Path) -> None:
    path = place / ".digest/digest.sqlite3"
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3000] = b"\xff" * 3000
    path.write_bytes(content)
    told = run("-C", place, "doctor")
    assert told.code in (1, 2)
    assert "damaged" in told.out + told.err
