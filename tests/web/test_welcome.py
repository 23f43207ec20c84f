"""Whoever confirms gets the latest issue at once, and only once, whatever fails in between."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from digest.subscribers.tokens import SECRET, Tokens
from support.forked import Forks
from support.mailing import KEY, NOW, configure, parsed, store_of, subscribe
from support.running import Run, wait_for
from support.smtpserver import Fault, SmtpServer, serving

NEW = "new@example.org"
WELCOME = "mail:welcome"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with serving() as found:
        yield found


@pytest.fixture
def place(sample: Path, tmp_path: Path, server: SmtpServer) -> Path:
    """A workspace whose issue was mailed to one subscriber."""
    found = Path(shutil.copytree(sample, tmp_path / "w"))
    smtp = f"smtp: {{host: 127.0.0.1, port: {server.port}, security: none}}"
    configure(found, f'{{base_url: "https://digest.example.org", from: "Trends <digest@example.org>", {smtp}}}')
    return found


def sent(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    assert run("-C", place, "render", "--all").code == 0
    ran = run("-C", place, "send", "--at", NOW.isoformat())
    assert ran.code == 0, ran.err


def confirm(address: str, port: int, place: Path) -> str:
    """Confirm a sign-up of now, and return the page."""
    now = datetime.now(UTC)
    with store_of(place) as store:
        tokens = Tokens(store.subscribers.secret(SECRET))
    token = tokens.make("confirm", f"{int(now.timestamp())} {address}", at=now)
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", f"/confirm/{token}")
    answer = connection.getresponse()
    assert answer.status == 200
    text = answer.read().decode()
    connection.close()
    return text


@contextmanager
def served(forks: Forks, place: Path) -> Iterator[int]:
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        yield int(address.rpartition(":")[2])


def states(place: Path) -> list[tuple[str, str]]:
    with store_of(place) as store:
        return sorted(store.connection.execute("SELECT route, state FROM deliveries").fetchall())


def test_the_latest_issue_comes_at_once_and_never_again(
    run: Run, forks: Forks, place: Path, server: SmtpServer
) -> None:
    sent(run, place)
    with served(forks, place) as port:
        for _ in range(2):  # whoever confirms again is known already
            page = confirm(NEW, port, place)
            wait_for(lambda: NEW in server.recipients)
        assert "You will get the next issue" in page
    assert states(place) == [("mail", "accepted"), (WELCOME, "accepted")]
    for _ in range(2):
        assert run("-C", place, "send", KEY).code == 0
    assert sorted(server.recipients) == ["ada@example.org", NEW]
    first, welcome = (parsed(taken.content) for taken in server.taken)
    assert "/unsubscribe/" in welcome["List-Unsubscribe"]
    assert (first["Date"].datetime, welcome["Date"].datetime > NOW) == (NOW, True), (
        "a mail of today, not of some past Monday"
    )


def test_who_joins_before_the_mailing_begins_gets_it_with_everybody(
    run: Run, forks: Forks, place: Path, server: SmtpServer
) -> None:
    with served(forks, place) as port:
        assert "You will get the next issue" in confirm(NEW, port, place)
    sent(run, place)
    assert sorted(server.recipients) == ["ada@example.org", NEW]
    assert states(place) == [("mail", "accepted"), ("mail", "accepted")]


def test_a_welcome_before_the_mailing_is_not_doubled_by_it(place: Path, server: SmtpServer, run: Run) -> None:
    """Nobody was subscribed when the issue came out. Those who are imported later get it, whoever was welcomed does not again."""
    subscribe(place, NEW)
    with store_of(place) as store, store.transaction():
        person = store.subscribers.find(NEW)
        assert person is not None
        assert store.ledger.mailing(KEY, WELCOME).join(person.id, NOW)
        assert not store.ledger.mailing(KEY, WELCOME).join(person.id, NOW)
    sent(run, place)
    assert sorted(server.recipients) == ["ada@example.org", NEW]
    assert states(place) == [("mail", "accepted"), (WELCOME, "accepted")]


def test_a_greylisted_welcome_is_tried_again(run: Run, forks: Forks, place: Path, server: SmtpServer) -> None:
    sent(run, place)
    server.faults.append(Fault("rcpt", "451 4.7.1 greylisted", times=1, of=NEW))
    with served(forks, place) as port:
        confirm(NEW, port, place)
        wait_for(lambda: (WELCOME, "pending") in states(place))
    with store_of(place) as store:
        (due,) = store.ledger.put_off_until().values()
    later = (due + timedelta(minutes=1)).isoformat()
    with forks.serving(["-C", place, "serve", "--port", 0, "--at", later]):
        wait_for(lambda: NEW in server.recipients)
    assert server.recipients.count(NEW) == 1


def test_a_welcome_whose_fate_is_unknown_waits_for_a_person(
    run: Run, forks: Forks, place: Path, server: SmtpServer
) -> None:
    sent(run, place)
    server.faults.append(Fault("dot", "reset", times=1))
    with served(forks, place) as port:
        confirm(NEW, port, place)
        wait_for(lambda: (WELCOME, "in_doubt") in states(place))
    run("-C", place, "send", KEY)
    assert server.recipients.count(NEW) <= 1
    told = run("-C", place, "status").out
    assert "one message in doubt; send again" in told
    assert run("-C", place, "send", KEY, "--in-doubt").code == 0
    assert (WELCOME, "accepted") in states(place)


def test_who_left_and_comes_back_is_not_sent_what_they_have(
    run: Run, forks: Forks, place: Path, server: SmtpServer
) -> None:
    sent(run, place)
    run("-C", place, "subscribers", "remove", "ada@example.org", "--at", NOW.isoformat())
    with served(forks, place) as port:
        confirm("ada@example.org", port, place)
    assert server.recipients == ["ada@example.org"]
    with store_of(place) as store:
        assert store.subscribers.counts() == {"active": 1}


def test_who_comes_back_gets_no_letter_of_the_time_between(
    run: Run, forks: Forks, place: Path, server: SmtpServer
) -> None:
    """Their row remembers what they chose, and the letters of that time are not theirs."""
    sent(run, place)
    prefs = ("-C", place, "subscribers", "prefs", "ada@example.org", "--frequency", "daily 07:00")
    assert run(*prefs, "--at", NOW.isoformat()).code == 0
    with store_of(place) as store, store.transaction():
        store.connection.execute("UPDATE preferences SET cutoff = '2026-01-01T00:00:00.000000+00:00'")
    run("-C", place, "subscribers", "remove", "ada@example.org", "--at", NOW.isoformat())
    with served(forks, place) as port:
        confirm("ada@example.org", port, place)
    with store_of(place) as store:
        person = store.subscribers.find("ada@example.org")
        last = store.issues.last_closed()
        assert person is not None
        assert last is not None
        assert store.preferences.served(person.id) == last.cutoff
    assert server.recipients == ["ada@example.org"]
