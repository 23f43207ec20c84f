"""Newsletters of one database with an issue that is due, and workers that serve them."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.cli import main
from digest.config import trend_files
from digest.model import Preferences, Workspace
from digest.services.context import read_config
from digest.services.preferences import prefer
from digest.storage.files import resources
from support.forked import Fork, Forks
from support.mailing import configure, store_of, subscribe
from support.odd_machine import library
from support.running import ROOT, wait_for

PROFILES = 6  # of readers who get letters
QUICK = ROOT / "tests/support/quick_worker.py"


def newsletter(root: Path, *, sample: Path, port: int, people: int, late: timedelta = timedelta(minutes=30)) -> Path:
    """A workspace whose feeds were collected yesterday, and whose slot was lately. Within 15 minutes, they are collected before the issue."""
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("archive", ".digest"))
    slot = datetime.now(UTC) - late
    path = root / "feeds.yaml"
    text = re.sub(r"schedule: .*", f"schedule: {slot:%a %H:%M}".lower(), path.read_text())
    path.write_text(re.sub(r"timezone: .*", "timezone: UTC", text))
    smtp = f"{{host: 127.0.0.1, port: {port}, security: none, connections: 3, timeout: 5s}}"
    configure(root, f"{{from: d@example.org, smtp: {smtp}}}")
    begun = (slot - timedelta(days=1)).isoformat()
    assert main(["-C", str(root), "collect", "--at", begun, "--json"]) == 0
    subscribe(root, *(f"{root.name}-{number}@example.org" for number in range(people)))
    return root


def with_letters(place: Path, readers: int) -> None:
    """Let the first readers have a daily letter, which was due in the last hour."""
    now = datetime.now(UTC)
    settings = read_config(Workspace(root=place), trend_files.load(resources.trend_texts(Workspace(root=place))))
    with store_of(place) as store, store.transaction():
        for number in range(1, readers + 1):
            weights = {"trend:agents": 0.1 * (number % PROFILES)}
            choice = Preferences(frequency="daily", hour=(now - timedelta(hours=1)).hour, weights=weights)
            prefer(store, settings.digest, number, choice, now - timedelta(days=1))


def states(place: Path) -> dict[str, str]:
    """The state of each recipient of the one issue."""
    with store_of(place) as store:
        query = "SELECT address, state FROM deliveries JOIN subscribers ON id = subscriber"
        return dict(store.connection.execute(query).fetchall())


def published(place: Path) -> list[str]:
    """The issues that are published."""
    with store_of(place) as store:
        return [row.key for row in store.publications.in_state("published")]


@contextmanager
def workers(forks: Forks, folder: Path, log: Path, *argv: Sequence[str]) -> Iterator[list[Fork]]:
    """A worker for each list of options, which end with the block."""
    with log.open("ab") as file:
        started = [start(forks, folder, file.fileno(), *options) for options in argv]
        try:
            yield started
        finally:
            for one in started:
                one.send_signal(signal.SIGTERM)
            for one in started:
                one.wait(timeout=20)


def start(forks: Forks, folder: Path, log: int, *options: str) -> Fork:
    return forks.start([folder, *options], script=QUICK, stderr=log, env=dict(os.environ))


def start_on(machine: str, folder: Path, log: int) -> "subprocess.Popen[bytes]":
    """A worker on an odd machine."""
    paths = os.pathsep.join([str(ROOT / "src"), *filter(None, sys.path)])
    env = {**os.environ, "LD_PRELOAD": library(), "MACHINE": machine, "PYTHONPATH": paths}
    return subprocess.Popen([sys.executable, QUICK, folder], stderr=log, env=env)


def all_published(folder: Path, *, seconds: float = 90) -> None:
    """Wait until each newsletter has published an issue."""
    places = [path.parent for path in folder.glob("*/feeds.yaml")]
    wait_for(lambda: all(map(published, places)), seconds=seconds)


def assert_each_got_one(folder: Path, got: Sequence[str], *, doubts: int = 0) -> None:
    """Nobody is missing, nobody got two, and no more are in doubt."""
    counts = Counter(got)
    assert max(counts.values()) == 1, "somebody got it twice"
    known = {who: state for path in folder.glob("*/feeds.yaml") for who, state in states(path.parent).items()}
    assert set(known.values()) <= {"accepted", "in_doubt"}, Counter(known.values())
    assert {who for who, state in known.items() if state == "accepted"} <= set(counts), "somebody was missed"
    assert list(known.values()).count("in_doubt") <= doubts


@contextmanager
def meddling(database: str) -> Iterator[list[int]]:
    """Somebody loses half of the jobs that wait, and doubles the other half, again and again. The value counts both."""
    psycopg = pytest.importorskip("psycopg")
    over, counts, dice = threading.Event(), [0, 0], random.Random(7)
    kept = "queue_name, task_name, priority, lock, args, scheduled_at"

    def meddle() -> None:
        with psycopg.connect(f"{database}&options=-csearch_path%3Dqueue_of_digest", autocommit=True) as connection:
            while not over.wait(0.05):
                try:
                    rows = connection.execute("SELECT id FROM procrastinate_jobs WHERE status = 'todo'").fetchall()
                    for (number,) in rows:
                        lost = dice.random() < 0.5
                        doubling = f"INSERT INTO procrastinate_jobs ({kept}) SELECT {kept} FROM procrastinate_jobs WHERE id = %s"
                        losing = "DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'todo'"
                        counts[lost] += connection.execute(losing if lost else doubling, (number,)).rowcount
                except psycopg.errors.UndefinedTable:
                    continue

    thread = threading.Thread(target=meddle)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join()
