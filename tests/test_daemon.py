"""The daemon: turn by turn on a clock of the test's, and once as a process of its own."""

import json
import logging
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import Run, free_port, wait_for
from publishing import Paper, utc

from digest.cli.daemon import set_up
from digest.cli.program import timetable
from digest.errors import DeliveryError
from digest.schedule import FIRST_PAUSE, Daemon, Orders
from digest.store import heartbeat


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
    return Daemon(replace(setup, desk=paper.notes.desk()), orders)


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
    assert [text[:29] for text in told] == ["feeds.yaml was not taken over"] * 2
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


def test_a_locked_database_is_one_line_and_goes_on_when_free(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    import sqlite3

    clock = Clock("2026-06-08T05:59")
    one = daemon(paper, clock)
    one.turn()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digest.store.BUSY", 0.05)
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


def test_a_process_of_its_own(paper: Paper, run: Run) -> None:
    port = free_port()
    command = [sys.executable, "-m", "digest", "-C", str(paper.place.root), "run", "--log", "json"]
    process = subprocess.Popen([*command, "--serve", f"127.0.0.1:{port}"], stderr=subprocess.PIPE, text=True)
    place = paper.place
    wait_for(lambda: (beat := heartbeat.read(place.state)) is not None and beat.next is not None)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        assert json.load(answer) == {"ok": True, "alarms": []}
    second = run("-C", place.root, "run")
    assert (second.code, f"process {process.pid}" in second.err) == (3, True)
    assert run("-C", place.root, "build", "--offline").code == 0  # it sleeps, and holds no lock of the workspace
    assert run("-C", place.root, "status", "--check").code == 0
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=10)
    assert process.returncode == 0
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert [line["message"].partition(":")[0] for line in lines][:2] == ["started", "collected"]
    assert lines[-1]["message"] == "stopped"
    assert heartbeat.read(place.state) is None


def test_a_dead_daemon_is_an_alarm(paper: Paper, run: Run) -> None:
    clock = Clock("2026-06-08T05:00")
    daemon(paper, clock).turn()
    assert run("-C", paper.place.root, "status", "--check", "--at", "2026-06-08T05:01Z").code == 0
    told = run("-C", paper.place.root, "status", "--check", "--at", "2026-06-08T05:30Z")
    assert (told.code, "gave no sign" in told.err) == (1, True)
    late = run("-C", paper.place.root, "status", "--check", "--json", "--at", "2026-06-08T08:00Z")
    assert [alarm.partition(" was due")[0] for alarm in late.json["alarms"]][-1] == "issue 2026-W24"
