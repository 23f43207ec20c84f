"""A mailing that somebody paused, and recipients in doubt of whom somebody says what became of them."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.forked import Forks
from support.mailing import KEY, configure, store_of, subscribe
from support.running import Run
from support.smtpserver import Fault, SmtpServer, serving

PEOPLE = [f"p{number}@example.org" for number in range(40)]


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A server that takes about twenty messages a second."""
    with serving(hook=lambda stage: time.sleep(0.05 if stage == "dot" else 0)) as found:
        yield found


@pytest.fixture
def place(sample: Path, tmp_path: Path, server: SmtpServer) -> Path:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: 1}}"
    configure(place, f"{{from: digest@example.org, smtp: {smtp}}}")
    return place


def until(true: object) -> None:
    end = time.monotonic() + 60
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_paused_mailing_stops_between_messages_and_stays_paused(
    place: Path, server: SmtpServer, run: Run, forks: Forks
) -> None:
    subscribe(place, *PEOPLE)
    sending = forks.start(["-C", place, "send", KEY, "--yes"])
    until(lambda: len(server.taken) >= 3)
    told = run("-C", place, "send", KEY, "--pause")
    assert told.code == 0, told.err
    assert sending.wait() == 1
    taken = len(server.taken)
    assert taken < len(PEOPLE)
    refused = run("-C", place, "send", KEY, "--yes")
    assert refused.code == 2
    assert "was paused" in refused.err
    assert run("-C", place, "publish", "--at", "2026-06-29T09:00").code in (0, 1)
    assert len(server.taken) == taken
    assert f"{KEY}: its mailing is paused" in run("-C", place, "status").out
    with store_of(place) as store:
        counts = store.ledger.mailing(KEY, "mail").counts()
    assert (counts["in_doubt"], counts["offered"], counts["accepted"]) == (0, 0, taken)
    server.hook = lambda _stage: None  # the rest need not be slow
    done = run("-C", place, "send", KEY, "--resume", "--yes")
    assert done.code == 0, done.err
    assert sorted(server.recipients) == sorted(PEOPLE)
    assert run("-C", place, "send", KEY, "--resume").code == 3


def test_a_pause_is_refused_where_nothing_is_sent(place: Path, run: Run) -> None:
    assert run("-C", place, "send", "2020-W01", "--pause").code == 3
    mixed = run("-C", place, "send", KEY, "--pause", "--resume")
    assert mixed.code == 2
    assert "only stops a mailing" in mixed.err


def test_a_person_says_who_of_those_in_doubt_received_it(place: Path, server: SmtpServer, run: Run) -> None:
    subscribe(place, "ada@example.org", "bob@example.org", "eve@example.org")
    server.faults.append(Fault("dot", "reset", of="example.org"))
    assert run("-C", place, "send", KEY, "--yes").code == 1
    server.faults.clear()
    server.taken.clear()
    wrong = run("-C", place, "send", KEY, "--received", "ada@example.org", "--received", "nobody@example.org")
    assert wrong.code == 3
    with store_of(place) as store:
        assert store.ledger.mailing(KEY, "mail").counts()["in_doubt"] == 3
    told = run("-C", place, "send", KEY, "--received", "ada@example.org")
    assert (told.code, told.out) == (0, f"one recipient of {KEY} counted as received; nothing is sent to them.\n")
    again = run("-C", place, "send", KEY, "--not-received", "bob@example.org", "--yes", "--json")
    counts = again.json["routes"][0]["counts"]
    assert (counts["accepted"], counts["in_doubt"]) == (2, 1)
    assert server.recipients == ["bob@example.org"]
