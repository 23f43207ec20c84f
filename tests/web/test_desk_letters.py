"""The desk's pages of readers' own letters: what is due, a round that is sent, paused, continued, killed, and who is in doubt."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from digest.model import Preferences
from digest.services.collect import collect
from digest.services.preferences import prefer
from support.desk import Got, Visitor
from support.forked import Forks
from support.mailing import configure, store_of
from support.publishing import Paper
from support.running import Run
from support.smtpserver import SmtpServer
from support.smtpserver import serving as serving_mail

NOW = "2026-06-02T07:30"
PEOPLE = [f"p{number:02}@example.org" for number in range(60)]
ALL = "/desk/letters"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A server that takes about ten messages a second, until a test has seen enough of that: `hurry`."""
    with serving_mail(hook=lambda stage: time.sleep(0.1 if stage == "dot" else 0)) as found:
        yield found


def hurry(server: SmtpServer) -> None:
    server.hook = lambda _stage: None


@pytest.fixture
def place(tmp_path: Path, server: SmtpServer) -> Path:
    """A weekly with readers who want a letter every day."""
    paper = Paper(tmp_path / "w")
    paper.write("one")
    with paper.at("2026-06-01T12:00") as program, program.store.transaction():
        for address in PEOPLE:
            program.store.subscribers.add(address, key=address, at=program.now, consent="test")
        for person in list(program.store.subscribers.all()):
            daily = Preferences(frequency="daily", hour=7)
            prefer(program.store, program.config.digest, person.id, daily, program.now)
    with paper.at("2026-06-01T13:00") as program:
        collect(program)
    settings = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: 1}}"
    configure(paper.place.root, f"{{from: digest@example.org, smtp: {settings}}}")
    return paper.place.root


@pytest.fixture
def ada(place: Path, forks: Forks) -> Iterator[Visitor]:
    with forks.serving(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", NOW]) as link:
        yield entered(link)


def entered(link: str) -> Visitor:
    someone = Visitor(urlsplit(link).netloc)
    assert someone.ask("GET", urlsplit(link).path).status == 303
    return someone


def shown(someone: Visitor, path: str) -> Got:
    got = someone.ask("GET", path)
    assert got.status == 200, got.text
    return Got(got.status, got.headers, unescape(got.text))


def done(someone: Visitor, path: str, page: str, **form: Any) -> Got:
    csrf = someone.ask("GET", "/desk/subscribers").csrf
    answer = someone.ask("POST", path, {"csrf": csrf, **form})
    assert (answer.status, answer.headers["location"]) == (303, page)
    return shown(someone, page)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def key_of(place: Path) -> str:
    with store_of(place) as store:
        (key,) = store.ledger.latest("letters-", "mail", limit=9)
    return key


def test_letters_that_are_due_are_seen_sent_paused_and_continued(ada: Visitor, place: Path, server: SmtpServer) -> None:
    page = shown(ada, ALL)
    assert "60 letters would be sent now" in page.text
    assert "for 60 readers of 60 who get letters" in page.text
    assert "There has been no round yet." in page.text
    assert "Started by ada." in done(ada, f"{ALL}/send", ALL).text
    until(lambda: len(server.taken) >= 3)
    key = key_of(place)
    one = f"{ALL}/{key}"
    assert "being sent" in shown(ada, one).text
    assert "Nobody is skipped" in done(ada, f"{one}/pause", one).text
    until(lambda: "are being sent here" not in shown(ada, ALL).text)
    taken = len(server.taken)
    assert taken < len(PEOPLE)
    assert "State: paused by ada" in shown(ada, one).text
    assert "paused" in shown(ada, ALL).text
    assert len(server.taken) == taken
    hurry(server)
    assert "It continues." in done(ada, f"{one}/resume", one).text
    until(lambda: "State: finished" in shown(ada, one).text)
    assert sorted(server.recipients) == PEOPLE
    assert f"{len(PEOPLE)} of {len(PEOPLE)}" in shown(ada, ALL).text
    assert "would be sent now" not in shown(ada, ALL).text


def test_a_person_decides_on_those_in_doubt(ada: Visitor, place: Path, server: SmtpServer, run: Run) -> None:
    hurry(server)
    assert run("-C", place, "send", "--letters", "--yes", "--at", NOW).code == 0
    key = key_of(place)
    one = f"{ALL}/{key}"
    with store_of(place) as store, store.transaction():
        store.connection.execute(
            "UPDATE deliveries SET state = 'in_doubt', reply = 'no answer' WHERE issue = ? AND subscriber <= 3", (key,)
        )
    assert "3 in doubt" in shown(ada, ALL).text
    page = shown(ada, one)
    assert all(address in page.text for address in PEOPLE[:3])
    assert "nobody was chosen" in done(ada, f"{one}/settle", one, do="received").text
    assert "does not know" in done(ada, f"{one}/settle", one, do="explode", all="yes").text
    assert "is not in doubt" in done(ada, f"{one}/settle", one, do="received", who=PEOPLE[7]).text
    assert "one recipient counted as received" in done(ada, f"{one}/settle", one, do="received", who=PEOPLE[0]).text
    told = done(ada, f"{one}/settle", one, do="not_received", all="yes").text
    assert "sent again to 2 recipients" in told
    until(lambda: len(server.taken) == len(PEOPLE) + 2)
    until(lambda: "in doubt" not in shown(ada, ALL).text)
    assert sorted(server.recipients) == sorted([*PEOPLE, *PEOPLE[1:3]])


@pytest.mark.parametrize("key", ["2026-W22", "letters-", "letters-1", "x", "%00", "letters-<script>"])
def test_what_is_no_round_is_told(ada: Visitor, key: str) -> None:
    assert ada.ask("GET", f"{ALL}/{key}").status == 400
    csrf = ada.ask("GET", "/desk/subscribers").csrf
    for act in ("pause", "resume", "settle"):
        form = {"csrf": csrf, "do": "received", "all": "yes"}
        assert ada.ask("POST", f"{ALL}/{key}/{act}", form).status == 303
        told = ada.ask("GET", ALL).text
        assert "<script>" not in told
        assert 'role="status"' in told


def test_a_desk_that_is_killed_while_it_sends_letters_sends_none_twice(
    place: Path, server: SmtpServer, forks: Forks, run: Run
) -> None:
    ours, theirs = os.pipe()
    process = forks.start(["-C", place, "desk", "--port", 0, "--by", "ada", "--at", NOW], stdout=theirs)
    os.close(theirs)
    with open(ours) as out:  # noqa: PTH123
        ada = entered(out.readline().strip())
    done(ada, f"{ALL}/send", ALL)
    until(lambda: len(server.taken) >= 7)
    process.send_signal(signal.SIGKILL)
    process.wait()
    hurry(server)
    run("-C", place, "send", "--letters", "--yes", "--at", NOW)
    with store_of(place) as store:
        counts = store.ledger.mailing(key_of(place), "mail").counts()
    assert counts["accepted"] + counts["in_doubt"] == len(PEOPLE)
    assert counts["in_doubt"] <= 1
    assert len(set(server.recipients)) == len(server.recipients)
