"""A sender that is killed anywhere, any number of times: nobody missing, nobody twice, at most one in doubt per open connection."""

import json
import random
import shutil
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from support.forked import Fork, Forks
from support.mailing import KEY, configure, store_of, subscribe
from support.postgres import Cluster
from support.running import ROOT, Run, wait_for
from support.smtpserver import SmtpServer, serving

pytestmark = pytest.mark.slow

CONNECTIONS = 3


def _place(sample: Path, tmp_path: Path, server: SmtpServer, people: int) -> Path:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: {CONNECTIONS}, timeout: 5s}}"
    configure(place, f"{{from: d@example.org, smtp: {smtp}}}")
    subscribe(place, *(f"p{n}@example.org" for n in range(people)))
    return place


def _states(place: Path) -> dict[str, str]:
    with store_of(place) as store:
        query = "SELECT address, state FROM deliveries JOIN subscribers ON id = subscriber"
        return dict(store.connection.execute(query).fetchall())


def _killed(sample: Path, tmp_path: Path, forks: Forks, *, people: int, longest: int) -> int:
    """Kill until it is done, check what everybody got, and return the number of kills."""
    with serving() as server:
        place = _place(sample, tmp_path, server, people)
        done = forks.run([place, people, longest], script=ROOT / "tests/support/killed_sends.py")
        told = json.loads(done.stdout.splitlines()[-1])
        got, states = Counter(server.recipients), _states(place)
    assert len(states) == people
    assert set(states.values()) <= {"accepted", "in_doubt"}
    assert max(got.values()) == 1, "somebody got it twice"
    assert {who for who, state in states.items() if state == "accepted"} <= set(got), "somebody was missed"
    assert max(told["left"], default=0) <= CONNECTIONS
    assert sum(told["left"]) == list(states.values()).count("in_doubt")
    print(people, told["kills"], told["steps"], Counter(states.values()))
    return int(told["kills"])


@pytest.mark.usefixtures("each_store")
def test_a_killed_sender_misses_nobody_and_mails_nobody_twice(sample: Path, tmp_path: Path, forks: Forks) -> None:
    assert _killed(sample, tmp_path, forks, people=40, longest=300) >= 2


@pytest.mark.soak
def test_killed_at_three_hundred_points(sample: Path, tmp_path: Path, forks: Forks) -> None:
    assert _killed(sample, tmp_path, forks, people=1000, longest=140) >= 300


@pytest.mark.usefixtures("each_store")
def test_two_senders_at_once_mail_nobody_twice(sample: Path, tmp_path: Path, forks: Forks) -> None:
    with serving() as server:
        place = _place(sample, tmp_path, server, 40)
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(partial(forks.run, check=False), [["-C", place, "send", "--json"]] * 2))
        told = [json.loads(done.stdout) for done in both]
        assert sorted(server.recipients) == sorted(f"p{n}@example.org" for n in range(40))
    assert sorted(one["routes"][0]["moved"].get("accepted", 0) for one in told) == [0, 40]


def test_whoever_is_in_doubt_can_be_sent_to_again(sample: Path, tmp_path: Path, run: Run) -> None:
    """With the Message-ID they may know already, so that a mailbox can tell the copy from news."""
    from support.smtpserver import Fault

    with serving(faults=[Fault("dot", "reset", times=1)]) as server:
        place = _place(sample, tmp_path, server, 3)
        first = run("-C", place, "send", "--json")
        assert first.code == 1
        assert first.json["routes"][0]["counts"]["in_doubt"] == 1
        assert run("-C", place, "send").code == 1
        assert len(server.taken) == 3
        assert run("-C", place, "send", KEY, "--in-doubt").code == 0
        ids = Counter(taken.content.split(b"Message-ID: ")[1].split(b"\r\n")[0] for taken in server.taken)
    assert sorted(ids.values()) == [1, 1, 2]


def _lost(postgres: Cluster, process: Fork, server: SmtpServer, dice: random.Random) -> int:
    """Kill the database while a sender works, and start it again; the sender's exit code."""
    enough = len(server.recipients) + dice.randint(1, 12)
    wait_for(lambda: len(server.recipients) >= enough, seconds=60)
    postgres.stop(signal.SIGKILL if dice.random() < 0.5 else signal.SIGQUIT)
    code = process.wait(timeout=60)
    postgres.start()
    return code


@pytest.mark.parametrize(
    ("people", "losses"), [(60, 3), pytest.param(1500, 40, marks=pytest.mark.soak)], ids=["some", "many"]
)
def test_a_database_that_is_killed_leaves_at_most_one_in_doubt_per_connection(
    request: pytest.FixtureRequest, own_postgres: Cluster, monkeypatch: pytest.MonkeyPatch, people: int, losses: int
) -> None:
    sample, tmp_path, forks = map(request.getfixturevalue, ("sample", "tmp_path", "forks"))
    monkeypatch.setenv("DIGEST_STORE", own_postgres.database())
    dice = random.Random(people)
    with serving(hook=lambda stage: time.sleep(0.02) if stage == "dot" else None) as server:
        place = _place(sample, tmp_path, server, people)
        codes = [_lost(own_postgres, forks.start(["-C", place, "send"]), server, dice) for _ in range(losses)]
        assert set(codes) <= {0, 1, 2}
        last = forks.start(["-C", place, "send"]).wait(timeout=300)
        got, states = Counter(server.recipients), _states(place)
    assert last in (0, 1)
    assert 2 in codes, "no sender lost its database"
    assert len(states) == people
    assert set(states.values()) <= {"accepted", "in_doubt"}
    assert max(got.values()) == 1, "somebody got it twice"
    assert {who for who, state in states.items() if state == "accepted"} <= set(got), "somebody was missed"
    assert list(states.values()).count("in_doubt") <= CONNECTIONS * codes.count(2)
