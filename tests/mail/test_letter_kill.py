"""A run that makes and sends letters is killed anywhere, again and again: nobody is missed, nobody gets two."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.config import DigestSettings
from digest.model import Preferences
from digest.services.preferences import prefer
from support.forked import Forks
from support.mailing import NOW, configure, store_of, subscribe
from support.running import ROOT
from support.smtpserver import serving

pytestmark = pytest.mark.slow

CONNECTIONS = 3
DAILY = Preferences(frequency="daily", hour=7)
AT = "2026-06-29T12:00"


def _choose(place: Path, people: int) -> None:
    """Everybody gets a letter of everything, in four profiles."""
    with store_of(place) as store, store.transaction():
        for number in range(1, people + 1):
            choice = replace(DAILY, minutes=(3, 5, 10, 20)[number % 4])
            prefer(store, DigestSettings(), number, choice, NOW - timedelta(days=1))
        store.connection.execute("UPDATE preferences SET cutoff = NULL")


def _killed(sample: Path, tmp_path: Path, forks: Forks, *, people: int, longest: int, seed: int) -> int:
    with serving() as server:
        place = Path(shutil.copytree(sample, tmp_path / "w"))
        smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: {CONNECTIONS}, timeout: 5s}}"
        configure(place, f"{{from: d@example.org, smtp: {smtp}}}")
        subscribe(place, *(f"p{n}@example.org" for n in range(people)))
        _choose(place, people)
        script = ROOT / "tests/support/killed_sends.py"
        done = forks.run([place, seed, longest, "--letters", "--yes", "--at", AT], script=script)
        told = json.loads(done.stdout.splitlines()[-1])
        got = Counter(server.recipients)
    with store_of(place) as store:
        rows = store.connection.execute(
            "SELECT address, deliveries.state, letters.state, letters.start, letters.cutoff FROM deliveries"
            " JOIN subscribers ON id = subscriber JOIN letters ON letters.key = letter"
        ).fetchall()
        served = {cutoff for (cutoff,) in store.connection.execute("SELECT cutoff FROM preferences")}
    states = {row[0]: row[1] for row in rows}
    assert len(rows) == len(states) == people
    assert set(states.values()) <= {"accepted", "in_doubt"}
    assert {row[2] for row in rows} == {"made"}
    assert {row[4] for row in rows} == served
    assert max(got.values()) == 1, "somebody got it twice"
    assert {who for who, state in states.items() if state == "accepted"} <= set(got), "somebody was missed"
    assert max(told["left"], default=0) <= CONNECTIONS
    print(told["kills"], told["steps"], Counter(states.values()))
    return int(told["kills"])


def test_killed_while_letters_are_made_and_sent(sample: Path, tmp_path: Path, forks: Forks) -> None:
    assert _killed(sample, tmp_path, forks, people=24, longest=120, seed=1) >= 2


@pytest.mark.soak
def test_killed_at_sixty_points(sample: Path, tmp_path: Path, forks: Forks) -> None:
    assert _killed(sample, tmp_path, forks, people=200, longest=120, seed=2) >= 60
