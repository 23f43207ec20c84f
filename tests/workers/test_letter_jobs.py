"""Readers' letters are made by all workers, a job for each profile; each reader gets theirs once, whatever becomes of the jobs."""

import os
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config import trend_files
from digest.model import LetterRow, Workspace
from digest.services.context import program_at, read_config
from digest.services.letter_making import make_letters
from digest.storage.files import resources
from support.deployments import PROFILES, meddling, newsletter, start, with_letters, workers
from support.forked import Forks
from support.mailing import store_of
from support.running import wait_for
from support.smtpserver import serving

pytestmark = pytest.mark.slow


def letters_sent(place: Path, readers: int) -> bool:
    with store_of(place) as store:
        query = "SELECT count(*) FROM deliveries WHERE issue LIKE 'letters-%' AND state IN ('accepted', 'in_doubt')"
        return bool(store.connection.execute(query).fetchone()[0] >= readers)


def texts(place: Path) -> dict[str, object]:
    with store_of(place) as store:
        rows = store.connection.execute("SELECT key FROM letters WHERE state = 'made'").fetchall()
        return {key: store.letters.texts(key) for (key,) in rows}


def test_workers_share_the_letters_whatever_becomes_of_the_jobs(
    database: str, sample: Path, tmp_path: Path, forks: Forks
) -> None:
    folder, readers = tmp_path / "newsletters", 40
    with serving() as server:
        place = newsletter(folder / "one", sample=sample, port=server.port, people=readers + 5)
        with_letters(place, readers)
        with workers(forks, folder, tmp_path / "log", (), ()), meddling(database):
            wait_for(lambda: letters_sent(place, readers), seconds=240)
        counts = Counter(server.recipients)
    assert {counts[f"one-{number}@example.org"] for number in range(readers)} == {1}
    made = texts(place)
    assert len(made) == PROFILES
    (key,) = {one.round for one in unmade(place)}
    known = trend_files.load(resources.trend_texts(Workspace(root=place)))
    settings = read_config(Workspace(root=place), known)
    at = datetime.now(UTC)
    with program_at(at, Workspace(root=place), settings, known, writes=True, waiting=print) as program:
        assert make_letters(program, key) == ()
    assert texts(place) == made, "workers make other letters than one process"


def unmade(place: Path) -> list[LetterRow]:
    """All letters, as if none were made."""
    with store_of(place) as store:
        store.connection.execute("UPDATE letters SET state = 'due'")
        ((key,),) = store.connection.execute("SELECT DISTINCT round FROM letters").fetchall()
        return list(store.letters.unmade(key))


@pytest.mark.usefixtures("database")
def test_workers_that_are_killed_while_they_make_letters_lose_none(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder, readers, dice = tmp_path / "newsletters", 40, random.Random(1)
    with serving() as server, (tmp_path / "log").open("ab") as log:
        place = newsletter(folder / "one", sample=sample, port=server.port, people=readers)
        with_letters(place, readers)
        running = [start(forks, folder, log.fileno()) for _ in range(2)]
        wait_for(lambda: bool(due(place)), seconds=120)
        for kill in range(4):
            os.kill(running[kill % 2].pid, signal.SIGKILL)
            running[kill % 2].wait(timeout=20)
            running[kill % 2] = start(forks, folder, log.fileno())
            time.sleep(dice.uniform(0.2, 1.5))
        wait_for(lambda: letters_sent(place, readers), seconds=240)
        for one in running:
            one.send_signal(signal.SIGTERM)
            one.wait(timeout=30)
        counts = Counter(server.recipients)
    assert set(counts.values()) == {1}
    with store_of(place) as store:
        states = Counter(
            state for (state,) in store.connection.execute("SELECT state FROM deliveries WHERE issue LIKE 'letters-%'")
        )
    assert states["accepted"] + states["in_doubt"] == readers
    assert states["in_doubt"] <= 3 * 4


def due(place: Path) -> int:
    with store_of(place) as store:
        return int(store.connection.execute("SELECT count(*) FROM letters WHERE state = 'due'").fetchone()[0])
