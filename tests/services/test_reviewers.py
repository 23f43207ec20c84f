"""Who reviews gets a notice with a link of their own, reminders around the slot, and word of what became of the issue."""

import re
import time
from pathlib import Path

import pytest

from digest.services.collect import collect
from digest.services.desk_accounts import add, disable, issue_of
from digest.services.effects import effects
from digest.services.publish import approve, publish, waiting
from digest.storage.db import located
from digest.text.addresses import parse
from digest.web.desk.sessions import Sessions
from support.mailing import parsed, store_of, subscribe
from support.publishing import Paper, utc

ADA, BOB = "ada@example.org", "bob@example.org"
BASE = "https://desk.example.org"
KEY = "2026-W24"
REVIEW, SLOT = "2026-06-07T16:00", "2026-06-08T06:00"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A weekly that is reviewed from Sunday, 16:00 UTC, up to its slot on Monday, 06:00 UTC; with two accounts and one reader."""
    paper = Paper(tmp_path / "w")
    configured(paper)
    paper.write("one")
    with paper.at("2026-06-06T12:00") as program:
        collect(program)
        add(program.store, program.now, parse(ADA), "owner")
        add(program.store, program.now, parse(BOB), "editor")
    subscribe(paper.place.root, "reader@example.org")
    return paper


def configured(paper: Paper, more: str = "") -> None:
    paper.configure(more=f'review: required;review_at: "sun 18:00";{more}')
    with paper.place.config.open("a") as file:
        file.write(f"delivery: {{from: d@example.org, base_url: '{BASE}'}}\nserve: {{desk: true}}\n")


def mails(paper: Paper) -> list[tuple[str, str, str]]:
    """Address, subject and text of each mail that is new in the outbox."""
    found = []
    for path in sorted((paper.place.outbox / "new").glob("*")):
        mail = parsed(path.read_bytes())
        body = mail.get_body(("plain",))
        assert body
        found.append((mail["To"].addresses[0].addr_spec, mail["Subject"], body.get_content()))
        path.unlink()
    return sorted(found)


def run_at(paper: Paper, when: str) -> list[tuple[str, str, str]]:
    with paper.at(when) as program:
        publish(program, effects(time))
    return mails(paper)


def token_in(text: str) -> str:
    (token,) = re.findall(rf"{BASE}/desk/enter/(\S+)", text)
    return str(token)


def test_the_notice_has_the_issue_and_a_link_of_ones_own(paper: Paper) -> None:
    told = run_at(paper, REVIEW)
    assert [(to, subject.rpartition(": ")[2]) for to, subject, _ in told] == [
        (ADA, f"{KEY} held"),
        (BOB, f"{KEY} held"),
    ]
    text = told[1][2]
    assert text.startswith(
        f"issue {KEY} held: waits for review.\n\nReview it, and let it go out to one person at its slot"
    )
    assert "Subject: LLM Trends Weekly 2026-W24: A large language model reasons about one" in text
    assert re.search(r"1 shown in sections, up to 2026-06-07 16:00 UTC. The mail has \d+ kB.", text)
    assert "digest -C" not in text
    assert token_in(told[0][2]) != token_in(text)
    token = token_in(text)
    with store_of(paper.place.root) as store:
        assert issue_of(store, token) == KEY
    late = Sessions(database=located(paper.place), clock=lambda: utc("2026-06-08T16:01"))
    assert late.enter(token_in(told[0][2])) is None
    sessions = Sessions(database=located(paper.place), clock=lambda: utc("2026-06-08T05:00"))
    entered = sessions.enter(token)
    assert entered is not None
    assert entered.who == BOB
    assert sessions.enter(token) is None
    session = sessions.find(entered.cookie)
    assert session is not None
    assert session.role == "editor"
    assert run_at(paper, "2026-06-07T16:05") == []


def test_reminders_come_before_and_after_the_slot_and_end_with_the_approval(paper: Paper) -> None:
    run_at(paper, REVIEW)
    with store_of(paper.place.root) as store:
        account = store.desk_accounts.find(BOB)
        assert account is not None
        disable(store, utc(REVIEW), parse(BOB))
    with paper.at("2026-06-07T17:00") as program:
        assert waiting(program) == utc("2026-06-08T03:00")
    assert run_at(paper, "2026-06-08T02:59") == []
    ((to, _, text),) = run_at(paper, "2026-06-08T03:00")
    assert (to, text.splitlines()[0]) == (
        ADA,
        f"issue {KEY} is still held (waits for review). Its slot is in 3 h 00 min.",
    )
    assert token_in(text)
    assert run_at(paper, "2026-06-08T03:01") == []
    ((_, _, text),) = run_at(paper, "2026-06-08T05:30")
    assert "Its slot is in 30 min." in text
    ((_, _, text),) = run_at(paper, "2026-06-08T06:00")
    assert "its slot has passed. It goes out when somebody approves it." in text
    with paper.at("2026-06-08T07:00") as program:
        assert waiting(program) == utc("2026-06-09T06:00")
        approve(program, effects(time), KEY, by=ADA)
    (outcome, reader) = mails(paper)
    assert outcome[:2] == (ADA, f"LLM Trends Weekly: {KEY} published")
    assert outcome[2] == (
        f"issue {KEY} published: approved.\n\noutbox: 1 accepted.\n\n"
        "One thing needs you: nothing has been collected since Sun 2026-06-07 18:00; see to it with `digest run`\n"
    )
    assert reader[0] == "reader@example.org"
    with paper.at("2026-06-08T08:00") as program:
        assert waiting(program) == utc("2026-06-14T16:00")


def test_after_a_long_sleep_one_reminder_stands_for_all(paper: Paper) -> None:
    run_at(paper, REVIEW)
    told = run_at(paper, "2026-06-08T06:10")
    assert [(to, "and its slot has passed." in text) for to, _, text in told] == [(ADA, True), (BOB, True)]
    assert run_at(paper, "2026-06-08T06:20") == []
    paper.write("two")
    told = run_at(paper, "2026-06-14T16:00")
    assert [(to, subject.rpartition(": ")[2]) for to, subject, _ in told] == [
        (ADA, "2026-W25 held"),
        (BOB, "2026-W25 held"),
    ]
    assert f"Nobody approved {KEY} in time; its items and the decisions on them are in this issue." in told[0][2]


def test_an_approved_issue_is_not_reminded_of(paper: Paper) -> None:
    run_at(paper, REVIEW)
    with paper.at("2026-06-07T17:00") as program:
        approve(program, effects(time), KEY, by=BOB)
    assert run_at(paper, "2026-06-08T05:30") == []
    told = run_at(paper, "2026-06-08T06:00")
    assert [(to, text.splitlines()[0]) for to, _, text in told if to != "reader@example.org"] == [
        (one, f"issue {KEY} published: approved.") for one in (ADA, BOB)
    ]


def test_the_operator_is_told_too_but_not_twice(paper: Paper) -> None:
    for notify, expected in (("op@example.org", [ADA, BOB, "op@example.org"]), (f"{ADA.upper()}", [ADA, BOB])):
        configured(paper, f"notify: {notify}")
        with store_of(paper.place.root) as store, store.transaction():
            store.connection.execute("UPDATE publications SET told = 0")
        told = run_at(paper, REVIEW)
        assert [to for to, _, _ in told] == expected
    assert all("/desk/enter/" in text for to, _, text in told)


def test_a_mail_that_is_refused_costs_a_warning(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    text = paper.place.config.read_text()
    paper.place.config.write_text(text.replace("from: d@example.org", "from: d@example.org, sendmail: /bin/false"))
    assert run_at(paper, REVIEW) == []
    assert caplog.text.count("desk: a notice was not sent: ") == 2
