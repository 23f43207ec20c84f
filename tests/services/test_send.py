"""`digest send`: everyone once, into the outbox unless a server is named; what a stranger types wrong sends nothing."""

import json
import re
import shutil
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from digest import render
from digest.render import render_mail
from support.forked import SLOT
from support.mailing import KEY, NOW, configure, lose_store, outbox, store_of, subscribe
from support.running import Run
from support.smtpserver import Fault, serving


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    """A workspace of the test's own with a closed issue and nobody subscribed."""
    return Path(shutil.copytree(sample, tmp_path / "w"))


def test_everyone_gets_it_once(run: Run, place: Path) -> None:
    subscribe(place, "Ada Byron <ada@example.org>", "bob@example.org")
    first = run("-C", place, "send", "--json")
    assert first.code == 0, first.err
    assert first.json["key"] == KEY
    (route,) = first.json["routes"]
    assert route["counts"]["accepted"] == route["candidates"] == 2
    assert set(outbox(place)) == {"ada@example.org", "bob@example.org"}
    again = run("-C", place, "send", KEY, "--json")
    assert again.code == 0
    assert again.json["routes"][0]["moved"] == {}
    assert set(outbox(place)) == {"ada@example.org", "bob@example.org"}


def test_who_subscribes_later_waits_for_the_next_issue(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    run("-C", place, "send")
    subscribe(place, "late@example.org")
    run("-C", place, "send")
    assert set(outbox(place)) == {"ada@example.org"}


def test_the_archive_notes_counts_only(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    run("-C", place, "send")
    text = (place / "archive" / KEY / "sent.json").read_text()
    note = json.loads(text)["outbox"]
    assert (note["runs"], note["candidates"], note["counts"]["accepted"]) == (1, 1, 1)
    assert "ada" not in text


def test_a_lost_store_mails_nobody_anew(run: Run, place: Path) -> None:
    """With `.digest` gone and the same people subscribed again, all of them are in doubt until a person decides."""
    subscribe(place, "ada@example.org")
    run("-C", place, "send")
    lose_store(place)
    subscribe(place, "ada@example.org")
    told = run("-C", place, "send", "--json")
    assert told.code == 1
    assert told.json["routes"][0]["counts"]["in_doubt"] == 1
    assert not (place / ".digest/outbox/new").exists()
    decided = run("-C", place, "send", "--in-doubt", "--json")
    assert decided.code == 0
    assert set(outbox(place)) == {"ada@example.org"}


def test_who_opted_out_is_left_out(run: Run, place: Path) -> None:
    """Also between the freezing of the list and the sending."""
    subscribe(place, "ada@example.org", "bob@example.org", "eve@example.org")
    run("-C", place, "send", "--limit", "1")
    with store_of(place) as store:
        person = store.subscribers.find("bob@example.org")
        assert person is not None
        store.subscribers.opt_out(person.id, person.added, reason="unsubscribed")
    told = run("-C", place, "send", "--json")
    counts = told.json["routes"][0]["counts"]
    assert (counts["accepted"], counts["suppressed"]) == (2, 1)
    assert set(outbox(place)) == {"ada@example.org", "eve@example.org"}


def test_limit_sends_to_so_many(run: Run, place: Path) -> None:
    subscribe(place, *(f"p{n}@example.org" for n in range(5)))
    told = run("-C", place, "send", "--limit", "2", "--json")
    assert told.code == 1
    assert (told.json["routes"][0]["counts"]["accepted"], told.json["routes"][0]["counts"]["pending"]) == (2, 3)
    assert len(outbox(place)) == 2
    assert run("-C", place, "send").code == 0
    assert len(outbox(place)) == 5


def test_dry_run_changes_nothing(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    told = run("-C", place, "send", "--dry-run", "--json")
    assert told.code == 0
    assert (told.json[0]["candidates"], told.json[0]["due"]) == (1, 1)
    assert not (place / ".digest/outbox").exists()
    assert not (place / "archive" / KEY / "sent.json").exists()
    with store_of(place) as store:
        assert store.ledger.mailing(KEY, "outbox").row() is None


def test_a_test_copy_is_outside_the_ledger(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    told = run("-C", place, "send", "--to", "Ada@example.org", "--json")
    assert told.code == 0, told.err
    assert told.json["state"] == "accepted"
    copy = outbox(place)["Ada@example.org"]
    with store_of(place) as store:
        assert store.ledger.mailing(KEY, "outbox").row() is None
    shutil.rmtree(place / ".digest/outbox")
    run("-C", place, "send")
    assert outbox(place)["ada@example.org"]["Message-ID"] != copy["Message-ID"]


def test_a_subscribers_trends_make_their_issue(run: Run, place: Path) -> None:
    subscribe(place, "all@example.org")
    subscribe(place, "some@example.org", "others@example.org", trends=("agents", "reasoning"))
    subscribe(place, "none@example.org", trends=("no-such-trend",))
    told = run("-C", place, "send", "--json")
    assert told.json["routes"][0]["counts"] == {
        "pending": 0, "offered": 0, "accepted": 3, "refused": 0, "in_doubt": 0, "suppressed": 1, "expired": 0,
    }  # fmt: skip
    sent = outbox(place)
    blocks = {"lead", "lines", "first", "moved", "releases"}
    chosen = [_sections(sent[who]) - blocks for who in ("some@example.org", "others@example.org")]
    assert chosen == [{"agents", "reasoning"}] * 2
    assert _sections(sent["all@example.org"]) > {"agents", "reasoning", "multimodal"}
    issue = json.loads((place / "archive" / KEY / "issue.json").read_text())
    of_no_trend = next(item["url"] for item in issue["also_noted"] if item["kind"] == "news")
    of_theirs = {item["id"]: item["url"] for trend in issue["trends"][:1] for item in trend["folded"]}
    listed = next(of_theirs[id_] for id_ in issue["noted_papers"] if id_ in of_theirs)
    assert issue["trends"][0]["id"] == "agents"
    assert all(url in _html(sent["all@example.org"]) for url in (of_no_trend, listed))
    assert of_no_trend not in _html(sent["some@example.org"])
    assert listed in _html(sent["some@example.org"])


def test_a_selection_s_mail_is_made_once_however_many_chose_it(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Placing styles takes longer than sending a hundred mails; of the whole issue that was done when it was archived."""
    made: list[object] = []

    def counted(*args: Any, **kwargs: Any) -> tuple[str, str]:
        made.append(args[0])
        return render_mail(*args, **kwargs)

    monkeypatch.setattr(render, "render_mail", counted)
    subscribe(place, *(f"all{n}@example.org" for n in range(3)))
    subscribe(place, *(f"two{n}@example.org" for n in range(3)), trends=("agents", "reasoning"))
    subscribe(place, "order@example.org", trends=("reasoning", "agents"))
    subscribe(place, "one@example.org", trends=("agents",))
    assert run("-C", place, "send", "--json").json["routes"][0]["moved"] == {"accepted": 8}
    assert len(made) == 2


def _html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _sections(message: EmailMessage) -> set[str]:
    return set(re.findall(r'id="([a-z-]+)"', _html(message)))


def test_a_draft_is_closed_when_it_is_named(run: Run, tmp_path: Path) -> None:
    place, early = tmp_path / "w", "2026-06-28T12:00"
    run("init", "--sample", place)
    assert run("-C", place, "build", "--at", early, "--json").json["state"] == "draft"
    nobody = run("-C", place, "send", KEY, "--at", early)
    assert (nobody.code, "digest subscribers add" in nobody.err) == (3, True)
    subscribe(place, "ada@example.org")
    unnamed = run("-C", place, "send", "--at", early)
    assert (unnamed.code, "contains no closed issue" in unnamed.err) == (3, True)
    asked = run("-C", place, "send", KEY, "--at", early)
    assert (asked.code, "add --early" in asked.err) == (2, True)
    told = run("-C", place, "send", KEY, "--early", "--json", "--at", early)
    assert told.code == 0, told.err
    assert json.loads((place / "archive" / KEY / "issue.json").read_text())["state"] == "closed"
    assert "draft" not in (place / "archive" / KEY / "email.txt").read_text().splitlines()[1]
    assert run("-C", place, "build", "--offline", "--at", SLOT).code == 3, "the slot's key is closed already"


@pytest.mark.parametrize(
    ("argv", "code", "word"),
    [
        (("2026-W01",), 3, "2026-W01"),
        (("../..",), 3, "not found in"),
        (("--to", "a@example.org\nBcc: b@example.org"), 2, "cannot be mailed"),
        (("--to", "nonsense"), 2, "cannot be mailed"),
        (("--to", "a@example.org", "--limit", "3"), 2, "--to"),
        (("--limit", "0"), 2, "--limit"),
    ],
)
def test_wrong_usage_sends_nothing(run: Run, place: Path, argv: tuple[str, ...], code: int, word: str) -> None:
    subscribe(place, "ada@example.org")
    told = run("-C", place, "send", *argv)
    assert told.code == code
    assert word in told.err
    assert len(told.err.strip().splitlines()) == 1 or code == 2
    assert not (place / ".digest/outbox").exists()


def test_nobody_subscribed(run: Run, place: Path) -> None:
    told = run("-C", place, "send")
    assert told.code == 3
    assert "digest subscribers add" in told.err
    subscribe(place, "ada@example.org")
    assert run("-C", place, "send").code == 0
    assert set(outbox(place)) == {"ada@example.org"}


def test_a_stored_address_with_a_newline_is_refused_alone(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    with store_of(place) as store:
        store.subscribers.add("b@example.org\nBcc: c@example.org", key="b", at=NOW, name="B\r\nBcc: d@x.org")
    told = run("-C", place, "send", "--json")
    assert told.code == 1
    assert (told.json["routes"][0]["counts"]["accepted"], told.json["routes"][0]["counts"]["refused"]) == (1, 1)
    assert set(outbox(place)) == {"ada@example.org"}


def test_a_damaged_mail_is_named(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    (place / "archive" / KEY / "email.html").unlink()
    told = run("-C", place, "send")
    assert told.code == 3
    assert f"digest render {KEY}" in told.err
    run("-C", place, "render", KEY)
    assert run("-C", place, "send").code == 0


def test_an_issue_that_fails_the_check_is_sent_to_nobody(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    path = place / "archive" / KEY / "email.html"
    path.write_text(path.read_text().replace("</body>", "<script>1</script></body>"))
    told = run("-C", place, "send")
    assert told.code == 3
    assert f"digest check {KEY}" in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not (place / ".digest/outbox").exists()


def test_who_is_refused_for_good_on_three_days_gets_no_more_mail(run: Run, place: Path, tmp_path: Path) -> None:
    """At RCPT, or by a report afterwards: either is a hard bounce. A refusal that is not about the address is none."""
    subscribe(place, "gone@example.org", "spam@example.org", "bob@example.org")
    with store_of(place) as store, store.transaction():
        for address in ("gone@example.org", "spam@example.org"):
            for day in (2, 9):
                store.subscribers.bounced(address, NOW + timedelta(days=day))
    faults = [Fault("rcpt", "550 5.1.1 no such user", of="gone@"), Fault("rcpt", "550 5.7.1 policy", of="spam@")]
    with serving(faults=faults) as server:
        smtp = f"{{host: 127.0.0.1, port: {server.port}, security: none, connections: 1}}"
        configure(place, f"{{from: d@example.org, smtp: {smtp}}}")
        told = run("-C", place, "send", "--at", "2026-07-20T08:00", "--json")
        assert server.recipients == ["bob@example.org"]
    (route,) = told.json["routes"]
    assert (told.code, route["counts"]["refused"], route["suspended"]) == (1, 1, ["gone@example.org"])
    assert route["counts"]["pending"] == 1
    people = run("-C", place, "subscribers", "list", "--json").json
    assert [one["status"] for one in people] == ["suspended", "active", "active"]
    assert "550 5.1.1 no such user" in run("-C", place, "status").out
    again = run("-C", place, "subscribers", "add", "gone@example.org")
    assert (again.code, again.err.partition(";")[0]) == (2, "digest: gone@example.org: is already known, and suspended")


def test_a_server_that_offers_no_starttls_gets_nothing_and_status_tells_why(run: Run, place: Path) -> None:
    subscribe(place, "ada@example.org")
    with serving() as server:
        configure(place, f"{{from: d@example.org, smtp: {{host: 127.0.0.1, port: {server.port}, security: starttls}}}}")
        told = run("-C", place, "send")
        assert (told.code, server.taken) == (3, [])
    why = "offers no STARTTLS, and mail must not be sent unencrypted"
    assert told.err.startswith(f"digest: 127.0.0.1:{server.port}: {why}: nothing was sent;")
    assert f"{KEY} pending: ada@example.org ({why})" in run("-C", place, "status").out


def test_a_new_address_on_the_web_wants_the_issue_rendered_anew(run: Run, place: Path) -> None:
    """Its mail would lead to the old one; the error names the command that mends it."""
    subscribe(place, "ada@example.org")
    configure(place, '{base_url: "https://new.example.org", from: d@example.org}')
    told = run("-C", place, "send")
    assert told.code == 3
    assert f"`digest render {KEY}`" in told.err
    assert run("-C", place, "render", KEY).code == 0
    assert run("-C", place, "send").code == 0
    assert "https://new.example.org/unsubscribe/" in str(outbox(place)["ada@example.org"]["List-Unsubscribe"])


def test_an_archived_issue_is_sent_though_the_store_was_lost(run: Run, sample: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "lost"))
    lose_store(place)
    subscribe(place, "ada@example.org")
    assert run("-C", place, "send").code == 0
    assert set(outbox(place)) == {"ada@example.org"}
