"""The daemon: turn by turn on a clock of the test's, and once as a process of its own."""

import json
import logging
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.cli.commands.run import set_up
from digest.daemon import FIRST_PAUSE, GRACE, Daemon, Orders
from digest.errors import DeliveryError, WorkspaceError
from digest.services.collect import collect
from digest.services.context import timetable
from digest.storage.files import heartbeat
from support.disks import filled, small_disk
from support.forked import Fork, Forks
from support.mailing import store_of, subscribe
from support.publishing import Paper, utc
from support.running import ROOT, Run, free_port, wait_for
from support.smtpserver import serving


class Clock:
    def __init__(self, now: str) -> None:
        self.now = utc(now)

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: str) -> None:
        self.now = utc(now)


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    paper = Paper(tmp_path / "w")
    paper.write("one")
    return paper


def daemon(paper: Paper, clock: Callable[[], datetime]) -> Daemon:
    orders = Orders()
    setup = set_up(paper.place, slots=timetable, clock=clock, orders=orders)
    return Daemon(replace(setup, effects=paper.notes.effects()), orders)


def test_a_week_of_turns(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock("2026-06-08T03:30")
    one = daemon(paper, clock)
    assert one.turn() == utc("2026-06-08T06:00")  # it collected, and wakes for the slot
    clock.set("2026-06-08T06:00")
    assert one.turn() == utc("2026-06-08T10:00")
    assert paper.notes.mailed == ["2026-W24"]
    beat = heartbeat.read(paper.place.state)
    assert beat is not None
    assert (beat.doing, beat.next) == ("", utc("2026-06-08T10:00"))


def test_a_broken_feeds_yaml_is_told_once_and_the_old_one_counts_on(
    paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock("2026-06-08T05:00")
    one = daemon(paper, clock)
    good = paper.place.config.read_text()
    paper.place.config.write_text("digest: {schedule: 1}\n")
    for minute in range(3):
        clock.now += timedelta(minutes=minute)
        one.turn()
    paper.place.config.unlink()
    one.turn()
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [text[:21] for text in told] == ["feeds.yaml is invalid"] * 2
    clock.set("2026-06-08T06:00")
    one.turn()
    assert paper.notes.mailed == ["2026-W24"]
    paper.place.config.write_text(good)
    one.turn()


def test_trouble_is_told_once_and_tried_again_ever_less_often(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock("2026-06-08T05:59")
    one = daemon(paper, clock)
    one.turn()
    paper.notes.fails = [DeliveryError("smtp", "down") for _ in range(3)]
    clock.set("2026-06-08T06:00")
    waits = []
    while not paper.notes.mailed:
        following = one.turn()
        waits.append(following - clock.now)
        clock.now = following
    assert waits[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    told = [record.getMessage() for record in caplog.records if "smtp" in record.getMessage()]
    assert told == ["publishing: smtp: down"]


def test_an_archive_that_cannot_be_written_is_one_line_and_goes_on_when_mended(
    paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock("2026-06-08T05:59")
    one = daemon(paper, clock)
    one.turn()
    paper.place.archive.write_text("no folder")
    clock.set("2026-06-08T06:00")
    clock.now = one.turn()
    clock.now = one.turn()
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1
    paper.place.archive.unlink()
    clock.now += timedelta(minutes=5)
    one.turn()
    assert paper.notes.mailed == ["2026-W24"]


@pytest.mark.of_sqlite("it locks the store's file")
def test_a_locked_database_is_one_line_and_goes_on_when_free(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    import sqlite3

    clock = Clock("2026-06-08T05:59")
    one = daemon(paper, clock)
    one.turn()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digest.storage.db.sqlite.BUSY", 0.05)
        other = sqlite3.connect(paper.place.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        clock.set("2026-06-08T06:00")
        clock.now = one.turn()
        clock.now = one.turn()
        other.execute("ROLLBACK")
        other.close()
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1
    assert "locked" in told[0]
    clock.now += timedelta(minutes=5)
    one.turn()
    assert paper.notes.mailed == ["2026-W24"]


def test_a_process_of_its_own(paper: Paper, run: Run, forks: Forks) -> None:
    port = free_port()
    log = paper.place.root / "log"
    argv = ["-C", paper.place.root, "run", "--log", "json", "--serve", f"127.0.0.1:{port}"]
    with log.open("w") as file:
        process = forks.start(argv, stderr=file)
    place = paper.place
    wait_for(lambda: (beat := heartbeat.read(place.state)) is not None and beat.next is not None)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
        assert json.load(answer) == {"ok": True, "alarms": []}
    second = run("-C", place.root, "run")
    assert (second.code, f"process {process.pid}" in second.err) == (3, True)
    assert run("-C", place.root, "build", "--offline").code == 0  # it sleeps, and holds no lock of the workspace
    assert run("-C", place.root, "status", "--check").code == 0
    process.send_signal(signal.SIGHUP)
    wait_for(lambda: "reloaded: 1 feeds" in log.read_text())
    good = place.config.read_text()
    place.config.write_text("feeds: 7\n")
    process.send_signal(signal.SIGHUP)
    wait_for(lambda: "the old configuration stays in effect" in log.read_text())
    place.config.write_text(good)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert [line["message"].partition(":")[0] for line in lines][:2] == ["started", "collected"]
    assert lines[-1]["message"] == "stopped"
    assert heartbeat.read(place.state) is None


def test_a_full_disk_is_one_line_and_goes_on_when_there_is_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "w").mkdir()
    with small_disk(tmp_path / "w"):
        paper = Paper(tmp_path / "w")
        paper.write("one")
        clock = Clock("2026-06-08T05:59")
        one = daemon(paper, clock)
        one.turn()
        filled(paper.place.root)
        clock.set("2026-06-08T06:00")
        clock.now = one.turn()
        clock.now = one.turn()
        told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert told
        # A line for each duty, not for each try.
        assert len({line.partition(":")[0] for line in told}) == len(told), told
        assert all("full" in line or "space" in line for line in told)
        assert not list(paper.place.archive.glob("2*"))
        subprocess.run(["mount", "-o", "remount,size=20m", paper.place.root], check=True)
        clock.now += timedelta(minutes=5)
        one.turn()
        assert paper.notes.mailed == ["2026-W24"]


def test_a_read_only_disk_is_one_line_and_goes_on_when_mended(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    paper = Paper(tmp_path / "w")
    paper.write("one")
    paper.place.archive.mkdir()
    clock = Clock("2026-06-08T05:59")
    one = daemon(paper, clock)
    one.turn()
    with small_disk(paper.place.archive):
        subprocess.run(["mount", "-o", "remount,ro", paper.place.archive], check=True)
        clock.set("2026-06-08T06:00")
        clock.now = one.turn()
        clock.now = one.turn()
        told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert len(told) == 1, told
        assert str(paper.place.archive) in told[0]
        assert "Read-only" in told[0]
    clock.now += timedelta(minutes=5)
    one.turn()
    assert paper.notes.mailed == ["2026-W24"]


def due_now(paper: Paper, more: str) -> None:
    """Make the paper a daily whose slot came a minute ago."""
    now = datetime.now(UTC)
    with paper.at(f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}") as program:
        collect(program)
    paper.configure(cadence="daily", schedule=f"{now - timedelta(minutes=1):%H:%M}")
    text = paper.place.config.read_text().replace("Europe/Berlin", "UTC")
    paper.place.config.write_text(text + more)


def started(forks: Forks, paper: Paper, log: Path, *, grace: float = 600) -> Fork:
    """A daemon in a process of its own that gives a step this many seconds to finish."""
    with log.open("w") as file:
        return forks.start([grace, "-C", paper.place.root, "run"], script=ROOT / "tests/support/grace.py", stderr=file)


def test_told_to_stop_in_a_long_mailing_it_ends_the_message_in_hand_and_the_rest_waits(
    paper: Paper, tmp_path: Path, forks: Forks
) -> None:
    with serving(hook=lambda stage: time.sleep(0.2 if stage == "dot" else 0)) as server:
        smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: 2}}"
        due_now(paper, f"delivery: {{from: d@example.org, smtp: {smtp}}}\n")
        subscribe(paper.place.root, *(f"p{n}@example.org" for n in range(300)))
        process = started(forks, paper, tmp_path / "log")
        wait_for(lambda: len(server.taken) > 3)
        assert collected_beside(forks, paper)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        told = (tmp_path / "log").read_text().splitlines()
        assert len([line for line in told if "told to stop" in line]) == 1
        assert told[-1].endswith("stopped")
        with store_of(paper.place.root) as store:
            (key,) = store.issues.closed_keys()
            counts = store.ledger.mailing(key, "mail").counts()
            assert [row.state for row in store.publications.in_state("sending")] == ["sending"]
        assert counts["accepted"] == len(server.taken) < 300
        assert (counts["pending"], counts["in_doubt"]) == (300 - len(server.taken), 0)


@pytest.mark.slow
def test_told_to_stop_while_it_builds_it_finishes_the_issue(paper: Paper, tmp_path: Path, forks: Forks) -> None:
    paper.write(*(f"work-{number}" for number in range(30)))
    due_now(paper, "")
    process = started(forks, paper, tmp_path / "log")
    with store_of(paper.place.root) as store:
        wait_for(lambda: store.issues.making() is not None)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        assert store.issues.making() is None
        (key,) = store.issues.closed_keys()
    assert len(paper.ids(key)) == 20  # of a new feed, no more undated ones
    told = (tmp_path / "log").read_text()
    assert "Traceback" not in told
    assert told.rstrip().endswith("stopped")


def collected_beside(forks: Forks, paper: Paper) -> bool:
    """Whether another command gets the workspace's lock at once."""
    return "waiting" not in forks.run(["-C", paper.place.root, "collect", "--json"]).stderr


@pytest.mark.parametrize(("grace", "timeout"), [(600, 1), (0.2, 600)], ids=["it times out", "the grace is over"])
def test_told_to_stop_while_a_feed_keeps_silent_it_leaves(
    paper: Paper, tmp_path: Path, forks: Forks, grace: float, timeout: int
) -> None:
    assert GRACE < 10  # seconds, as the guide promises
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        feed = f"  - {{name: Silent, url: 'http://127.0.0.1:{port}/', kind: papers}}\n"
        text = paper.place.config.read_text() + feed + f"fetch: {{allow_private: true, timeout: {timeout}s}}\n"
        paper.place.config.write_text(text)
        process = started(forks, paper, tmp_path / "log", grace=grace)
        silent.settimeout(120)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        connection.close()
    log = (tmp_path / "log").read_text()
    told = "2 feeds, 1 with problems" if timeout < grace else "stopped in the middle of a step"
    assert (told in log, log.rstrip().endswith("stopped"), "Traceback" in log) == (True, True, False)


def test_a_daemon_refuses_a_state_that_is_not_its_own(paper: Paper) -> None:
    orders = Orders()
    setup = set_up(paper.place, slots=timetable, clock=Clock("2026-06-08T05:00"), orders=orders)
    with pytest.raises(WorkspaceError, match="was deleted or replaced"):
        Daemon(replace(setup, ours=lambda: False), orders).turn()


@pytest.mark.slow  # it looks every ten seconds
def test_a_daemon_whose_state_was_replaced_stops(paper: Paper, forks: Forks) -> None:
    place = paper.place.root
    daemon = forks.start(["-C", place, "run"])
    wait_for(lambda: heartbeat.read(place / ".digest") is not None)
    (place / ".digest").rename(place / "old")
    assert daemon.wait() == 2
    assert not (place / ".digest/heartbeat").exists()


def test_a_dead_daemon_is_an_alarm(paper: Paper, run: Run) -> None:
    clock = Clock("2026-06-08T05:00")
    daemon(paper, clock).turn()
    assert run("-C", paper.place.root, "status", "--check", "--at", "2026-06-08T05:01Z").code == 0
    told = run("-C", paper.place.root, "status", "--check", "--at", "2026-06-08T05:30Z")
    assert (told.code, "no sign of life" in told.err) == (1, True)
    late = run("-C", paper.place.root, "status", "--check", "--json", "--at", "2026-06-08T08:00Z")
    assert [alarm.partition(" was due")[0] for alarm in late.json["alarms"]][-1] == "issue 2026-W24"
