"""A sender that is killed anywhere, any number of times: nobody missing, nobody twice, at most one in doubt per open connection."""

import json
import shutil
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from support.forked import Forks
from support.mailing import KEY, configure, subscribe
from support.running import ROOT, Run
from support.smtpserver import SmtpServer, serving

CONNECTIONS = 3


def _place(sample: Path, tmp_path: Path, server: SmtpServer, people: int) -> Path:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: {CONNECTIONS}, timeout: 5s}}"
    configure(place, f"{{from: d@example.org, smtp: {smtp}}}")
    subscribe(place, *(f"p{n}@example.org" for n in range(people)))
    return place


def _states(place: Path) -> dict[str, str]:
    connection = sqlite3.connect(place / ".digest/digest.sqlite3")
    rows = connection.execute("SELECT address, state FROM deliveries JOIN subscribers ON id = subscriber").fetchall()
    connection.close()
    return dict(rows)


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


def test_a_killed_sender_misses_nobody_and_mails_nobody_twice(sample: Path, tmp_path: Path, forks: Forks) -> None:
    assert _killed(sample, tmp_path, forks, people=40, longest=300) >= 2


@pytest.mark.soak
def test_killed_at_three_hundred_points(sample: Path, tmp_path: Path, forks: Forks) -> None:
    assert _killed(sample, tmp_path, forks, people=1000, longest=140) >= 300


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
