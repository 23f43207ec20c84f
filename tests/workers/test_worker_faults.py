"""Workers that are killed, stopped, doubled, cut off or wrong about the time: nobody is missing, nobody gets two, and few are in doubt."""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from digest.model import Workspace
from digest.storage.db import Server, located
from digest.storage.db.deployment import open_deployment
from support.deployments import (
    all_published,
    assert_each_got_one,
    meddling,
    newsletter,
    published,
    start,
    start_on,
    states,
    workers,
)
from support.forked import Forks
from support.postgres import Cluster
from support.running import wait_for
from support.smtpserver import SmtpServer, serving

pytestmark = pytest.mark.slow

CONNECTIONS = 3  # of each worker


def slowly(stage: str, pause: float = 0.01) -> None:
    if stage == "dot":
        time.sleep(pause)


def two(folder: Path, sample: Path, server: SmtpServer, people: int) -> None:
    for name in ("one", "two"):
        newsletter(folder / name, sample=sample, port=server.port, people=people)


@pytest.mark.usefixtures("database")
def test_workers_that_are_killed_leave_at_most_one_in_doubt_per_connection(
    sample: Path, tmp_path: Path, forks: Forks
) -> None:
    people, kills = 600, 8
    folder, dice, doing = tmp_path / "newsletters", random.Random(people), Counter[str]()
    with serving(hook=slowly) as server, (tmp_path / "log").open("ab") as log:
        two(folder, sample, server, people)
        running = [start(forks, folder, log.fileno()) for _ in range(2)]
        while doing.total() < kills and not all(published(folder / name) for name in ("one", "two")):
            time.sleep(dice.uniform(0.1, 1.0))
            doing[at_work(folder / "one")] += 1
            victim = dice.randrange(2)
            os.kill(running[victim].pid, signal.SIGKILL)
            running[victim].wait(timeout=20)
            running[victim] = start(forks, folder, log.fileno())
        all_published(folder, seconds=600)
        for one in running:
            one.send_signal(signal.SIGTERM)
            one.wait(timeout=30)
        assert_each_got_one(folder, server.recipients, doubts=CONNECTIONS * doing.total())
    doubts = sum(list(states(folder / name).values()).count("in_doubt") for name in ("one", "two"))
    print(people, doing, doubts)
    assert doing.total() >= 2


def at_work(place: Path) -> str:
    """What the workers are doing."""
    where = located(Workspace(root=place))
    assert isinstance(where, Server)
    with open_deployment(where) as shared:
        return " and ".join(sorted({one.doing.partition(":")[0] or "nothing" for one in shared.workers()}))


@pytest.mark.usefixtures("database")
def test_a_worker_that_is_stopped_sends_nothing_more_when_it_wakes(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder = tmp_path / "newsletters"
    with serving(hook=slowly) as server, (tmp_path / "log").open("ab") as log:
        newsletter(folder / "one", sample=sample, port=server.port, people=400)
        stopped = start(forks, folder, log.fileno())
        wait_for(lambda: len(server.taken) > 20, seconds=60)
        os.kill(stopped.pid, signal.SIGSTOP)
        other = start(forks, folder, log.fileno())
        all_published(folder, seconds=120)
        os.kill(stopped.pid, signal.SIGCONT)
        time.sleep(2)
        for one in (stopped, other):
            one.send_signal(signal.SIGTERM)
            one.wait(timeout=30)
        assert_each_got_one(folder, server.recipients, doubts=CONNECTIONS)
    assert "of silent workers were put back" in (tmp_path / "log").read_text()


def test_jobs_that_are_lost_or_doubled_change_nothing(
    database: str, sample: Path, tmp_path: Path, forks: Forks
) -> None:
    folder = tmp_path / "newsletters"
    with serving() as server:
        two(folder, sample, server, 1500)
        with workers(forks, folder, tmp_path / "log", (), ()), meddling(database) as counts:
            all_published(folder, seconds=240)
        assert_each_got_one(folder, server.recipients)
    assert min(counts) > 3, "nobody meddled"


@pytest.mark.usefixtures("database")
def test_a_clock_that_is_five_minutes_fast_matters_to_nobody(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder = tmp_path / "newsletters"
    with serving() as server, (tmp_path / "log").open("ab") as log:
        two(folder, sample, server, 300)
        fast = start_on("a clock that is fast", folder, log.fileno())
        try:
            with workers(forks, folder, tmp_path / "log", ()):
                all_published(folder, seconds=180)
        finally:
            fast.terminate()
            assert fast.wait(30) == 0
        assert_each_got_one(folder, server.recipients)
    assert "ERROR" not in (tmp_path / "log").read_text()


@pytest.mark.usefixtures("database")
def test_daemons_and_workers_serve_the_same_newsletters(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder = tmp_path / "newsletters"
    with serving(hook=slowly) as server:
        two(folder, sample, server, 200)
        daemons = [forks.start(["-C", folder / name, "run"]) for name in ("one", "two")]
        with workers(forks, folder, tmp_path / "log", (), (), ("send",)):
            all_published(folder, seconds=180)
        for one in daemons:
            one.send_signal(signal.SIGTERM)
            one.wait(timeout=30)
        assert_each_got_one(folder, server.recipients)


def test_workers_survive_their_database(
    own_postgres: Cluster, sample: Path, tmp_path: Path, forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("procrastinate", reason="procrastinate is not installed")
    monkeypatch.setenv("DIGEST_STORE", own_postgres.database())
    folder = tmp_path / "newsletters"
    with serving(hook=slowly) as server:
        two(folder, sample, server, 300)
        with workers(forks, folder, tmp_path / "log", (), ()):
            for enough in (30, 200):
                wait_for(lambda enough=enough: len(server.taken) > enough, seconds=90)  # type: ignore[misc]
                own_postgres.stop(signal.SIGKILL)
                own_postgres.start()
            all_published(folder, seconds=240)
        assert_each_got_one(folder, server.recipients, doubts=2 * 2 * CONNECTIONS)
    assert "is opened again" in (tmp_path / "log").read_text()
