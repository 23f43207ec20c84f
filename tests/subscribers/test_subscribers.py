"""Who gets the mail: lists in and out, the suppression list, delivery reports, forgetting."""

import csv
import io
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.subscribers import csv_io, inbound
from digest.subscribers.csv_io import Person, Refused
from digest.subscribers.tokens import SECRET, Tokens
from support.forked import Forks
from support.mailing import KEY, NOW, outbox, post, store_of, subscribe
from support.running import Run

TRENDS = {"agents", "reasoning"}


@pytest.fixture
def place(tmp_path: Path, run: Run) -> Path:
    run("init", "--sample", tmp_path / "w")
    return tmp_path / "w"


def lines(content: bytes) -> list[Person | Refused]:
    return list(csv_io.read(content, csv_io.Known(trends=TRENDS)))


def people(content: bytes) -> list[tuple[str, str]]:
    read = lines(content)
    assert all(isinstance(one, Person) for one in read), read
    return [(one.address.text, one.name) for one in read if isinstance(one, Person)]


@pytest.mark.parametrize(
    "content",
    [
        "Email;Name\r\nada@example.org;Ada Ö\r\n".encode("utf-8-sig"),
        "sep=;\r\nE-Mail;Name\r\nada@example.org;Ada Ö\r\n".encode(),
        "email\tname\nada@example.org\tAda Ö".encode("utf-16"),
        '"Name","Address"\r"Ada Ö","ada@example.org"\r'.encode(),
        'ada@example.org,"Ada Ö"\n'.encode(),
        "# friends\n\nAda Ö <ada@example.org>\n".encode(),
    ],
)
def test_a_list_is_read_however_a_spreadsheet_wrote_it(content: bytes) -> None:
    assert people(content) == [("ada@example.org", "Ada Ö")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nobody", "cannot be mailed"),
        (b'bob@example.org,"Bob', "is not valid CSV"),
        (b"bob@example.org,B\xf6b", "is not UTF-8"),
        (b"bob@example.org,B\x1b[2Job", "control characters"),
        ("bob@example.org,B\u202eob".encode(), "control characters"),
        (b"bob@example.org\x00,Bob", "cannot be mailed"),
        (b"bob@example.org,Bob,,nope,", "no such trend"),
        (b"bob@example.org,Bob,boss,,", "is not a status"),
        (b"bob@example.org,Bob,,,,,,,", "cells instead of at most"),
        (b"bob@example.org," + b"x" * 10_000_000, "longer than"),
        (b'"bob@example.org\\nBcc: eve@example.org",', "cannot be mailed"),
    ],
)
def test_a_line_that_cannot_be_taken_spoils_only_itself(line: bytes, reason: str) -> None:
    read = lines(b"address,name,status,trends,consent\nada@example.org,Ada\n" + line + b"\neve@example.org,Eve\n")
    assert [type(one) for one in read] == [Person, Refused, Person]
    refused = read[1]
    assert isinstance(refused, Refused)
    assert refused.line == 3
    assert reason in refused.reason
    assert (refused.text + refused.reason).isprintable()


@given(st.text(max_size=40))
def test_a_guarded_cell_is_no_formula_and_comes_back(value: str) -> None:
    guarded = csv_io.guarded(value)
    assert csv_io.unguarded(guarded) == value
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.binary(max_size=300))
def test_no_file_is_too_strange_to_be_read(content: bytes) -> None:
    for one in lines(content):
        assert isinstance(one, Person) or one.reason


def test_what_is_exported_comes_back_the_same(run: Run, place: Path, tmp_path: Path) -> None:
    for argv in (
        ("Ada@Example.org", "--name", '=HYPERLINK("http://evil.example","x")', "--trends", "agents, reasoning"),
        ("+x@example.org", "--name", 'Ünïcode, “quoted” "x"'),
        ("o'hara@example.org", "--consent", "signed a paper, 2026-01-02"),
    ):
        assert run("-C", place, "subscribers", "add", *argv).code == 0
    run("-C", place, "subscribers", "remove", "+x@example.org")
    out = tmp_path / "list.csv"
    assert run("-C", place, "subscribers", "export", out).code == 0
    assert out.stat().st_mode & 0o077 == 0
    cells = [cell for row in csv.reader(io.StringIO(out.read_text())) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    run("init", "--sample", tmp_path / "other")
    told = run("-C", tmp_path / "other", "subscribers", "import", out, "--json")
    assert told.json["enrolled"] == {"added": 3, "inactive": 1, "known": 0, "stopped": 0, "refused": [], "fates": []}
    first, second = (run("-C", w, "subscribers", "list", "--json").json for w in (place, tmp_path / "other"))
    assert [{**one, "added": ""} for one in first] == [{**one, "added": ""} for one in second]


def test_spellings_of_one_address_are_one_person(run: Run, place: Path, tmp_path: Path) -> None:
    spellings = [
        "ada@münchen.example",
        "ADA@MÜNCHEN.example",
        "ada@xn--mnchen-3ya.example",
        "Ada@xn--MNCHEN-3ya.EXAMPLE",
    ]
    (tmp_path / "list").write_text("\n".join(spellings))
    told = run("-C", place, "subscribers", "import", tmp_path / "list", "--json")
    assert (told.json["enrolled"]["added"], told.json["enrolled"]["known"]) == (1, 3)


def test_no_import_brings_back_who_opted_out_or_was_forgotten(run: Run, place: Path, tmp_path: Path) -> None:
    subscribe(place, "out@example.org", "gone@example.org")
    run("-C", place, "subscribers", "remove", "out@example.org")
    run("-C", place, "subscribers", "forget", "GONE@example.org")
    (tmp_path / "list").write_text("Out@example.org\ngone@example.org,Gone\nnew@example.org\n")
    told = run("-C", place, "subscribers", "import", tmp_path / "list", "--json")
    assert told.code == 1
    assert (told.json["enrolled"]["added"], told.json["enrolled"]["known"]) == (1, 1)
    assert [one["text"] for one in told.json["enrolled"]["refused"]] == ["gone@example.org"]
    assert "readmit" in told.json["enrolled"]["refused"][0]["reason"]
    assert run("-C", place, "subscribers", "readmit", "out@example.org").code == 2
    for address in ("out@example.org", "gone@example.org"):
        assert run("-C", place, "subscribers", "readmit", address, "--consent", "asked by phone").code == 0
    assert run("-C", place, "subscribers").out == "3 active\n"


def test_a_list_of_opt_outs_stops_who_is_known(run: Run, place: Path, tmp_path: Path) -> None:
    subscribe(place, "ada@example.org", "bob@example.org")
    (tmp_path / "list").write_text("address,status\nada@example.org,unsubscribed\neve@example.org,unsubscribed\n")
    told = run("-C", place, "subscribers", "import", tmp_path / "list", "--json")
    assert told.json["enrolled"] == {"added": 1, "inactive": 1, "known": 0, "stopped": 1, "refused": [], "fates": []}
    assert run("-C", place, "subscribers").out.startswith("1 active, 2 unsubscribed")


def test_a_dry_run_changes_nothing(run: Run, place: Path, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("ada@example.org\nnope\n")
    told = run("-C", place, "subscribers", "import", "--dry-run", tmp_path / "list")
    assert (told.code, told.out) == (1, "dry run: 1 added, 0 already known, one line refused\n")
    assert told.err.splitlines()[0] == "line 1: ada@example.org would be added, active"
    assert "line 2" in told.err
    assert run("-C", place, "subscribers", "list", "--json").json == []


def test_a_killed_import_leaves_nothing_and_is_run_again(run: Run, place: Path, tmp_path: Path, forks: Forks) -> None:
    (tmp_path / "list").write_text("\n".join(f"p{n}@example.org" for n in range(3000)))
    run("-C", place, "subscribers")
    wal = place / ".digest/digest.sqlite3-wal"
    process = forks.start(["-C", place, "subscribers", "import", tmp_path / "list"])
    end = time.monotonic() + 20
    while not wal.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(0.1)
    process.kill()
    assert run("-C", place, "subscribers", "list", "--json").json in ([], *_whole(run, place))
    assert run("-C", place, "subscribers", "import", tmp_path / "list").code == 0
    assert run("-C", place, "subscribers").out == "3000 active\n"


def _whole(run: Run, place: Path) -> list[object]:
    """The list as it is, if all of it is there."""
    found = run("-C", place, "subscribers", "list", "--json").json
    return [found] if len(found) == 3000 else []


@pytest.mark.of_sqlite("the disk that is full is the workspace's")
def test_a_full_disk_is_one_message_and_half_imports_nothing(
    run: Run, place: Path, tmp_path: Path, forks: Forks
) -> None:
    (tmp_path / "list").write_text("\n".join(f"p{n}@example.org" for n in range(3000)))
    run("-C", place, "subscribers")
    done = forks.run(["-C", place, "subscribers", "import", tmp_path / "list"], check=False, disk=200_000)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert run("-C", place, "subscribers", "list", "--json").json == []
    assert run("-C", place, "subscribers", "import", tmp_path / "list").code == 0


def test_two_imports_at_once_add_everyone_once(run: Run, place: Path, tmp_path: Path, forks: Forks) -> None:
    (tmp_path / "one").write_text("\n".join(f"p{n}@example.org" for n in range(300)))
    (tmp_path / "two").write_text("\n".join(f"p{n}@example.org" for n in range(150, 450)))
    run("-C", place, "subscribers")
    both = [forks.start(["-C", place, "subscribers", "import", tmp_path / name]) for name in ("one", "two")]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert run("-C", place, "subscribers").out == "450 active\n"


DSN = """\
From: MAILER-DAEMON@mx.example.org
To: bounces@example.org
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{id}@mx.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

List-Unsubscribe: <mailto:digest@example.org?subject=unsubscribe%20{token}>

--b--
"""


def report(
    address: str, day: int, *, token: str = "", action: str = "failed", status: str = "5.1.1", serial: str = ""
) -> str:
    date = f"{(NOW + timedelta(days=day)):%a, %d %b %Y %H:%M:%S} +0000"
    id_ = f"{address}.{day}.{action}{serial}"
    return DSN.format(address=address, date=date, id=id_, action=action, status=status, token=token)


def test_repeated_hard_bounces_suspend_and_each_report_counts_once(run: Run, place: Path, tmp_path: Path) -> None:
    subscribe(place, "ada@example.org", "bob@example.org")
    ada = _token(place, "ada@example.org")
    box = post(tmp_path / "box", *(report("ada@example.org", day, token=ada) for day in (0, 7)))
    post(box, *(report("bob@example.org", day, action="delayed", status="4.4.1") for day in range(9)))
    post(box, report("stranger@example.org", 1), "From: x@example.org\n\nHello!\n")
    command = ("-C", place, "subscribers", "bounces", box, "--at", "2026-08-01T00:00", "--json")
    first = run(*command)
    assert first.json == {
        "reports": 12, "repeated": 0, "unreadable": 1, "hard": 3, "soft": 9, "strangers": 1, "unproven": 0, "suspended": [],
        "opted_out": [], "unsigned": [], "taught": [],
    }  # fmt: skip
    again = run(*command)
    assert (again.json["reports"], again.json["repeated"], again.json["suspended"]) == (0, 12, [])
    post(box, report("Ada@Example.org", 14, token=ada))
    assert run(*command).json["suspended"] == ["ada@example.org"]
    assert run("-C", place, "subscribers").out.startswith("1 active, 1 suspended")


def test_many_bounces_of_one_day_are_one(run: Run, place: Path, tmp_path: Path) -> None:
    subscribe(place, "ada@example.org")
    file = tmp_path / "mbox"
    token = _token(place, "ada@example.org")
    mails = (report("ada@example.org", 0, serial=str(n), token=token) for n in range(5))
    file.write_text("".join(f"From x\n{mail}\n" for mail in mails))
    told = run("-C", place, "subscribers", "bounces", file, "--at", "2026-08-01T00:00", "--json")
    assert (told.json["hard"], told.json["suspended"]) == (5, [])


@given(st.binary(max_size=400))
def test_no_message_is_too_strange_to_be_looked_at(content: bytes) -> None:
    inbound.parse(content)
    inbound.parse(DSN.encode()[:400] + content)
    inbound.parse(b"Subject: unsubscribe " + content)


def test_a_forgotten_person_is_nowhere_and_the_sums_stay_right(run: Run, sample: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "Zaphod <zaphod@example.org>", "ada@example.org", "eve@example.org")
    assert run("-C", place, "send", "--limit", "2").code == 1
    assert run("-C", place, "subscribers", "forget", "zaphod@example.org").code == 0
    assert run("-C", place, "subscribers", "forget", "eve@example.org").code == 0
    sent = run("-C", place, "send", "--json")
    route = sent.json["routes"][0]
    assert (sum(route["counts"].values()), route["candidates"]) == (3, 3)
    assert set(outbox(place)) == {"ada@example.org"}
    held = [path for path in place.rglob("*") if path.is_file() and b"zaphod" in path.read_bytes().lower()]
    assert held == []
    with store_of(place) as store:
        assert store.ledger.mailing(KEY, "outbox").row() is not None
        assert store.subscribers.suppressions() == {"forgotten": 2}


def test_a_person_is_changed_by_hand_or_only_as_if(run: Run, place: Path) -> None:
    """A dry run says what would become of them, and changes nothing."""
    subscribe(place, "ada@example.org")
    base = ("-C", place, "subscribers")
    asked = ("--consent", "asked by phone")

    def changed(*argv: str) -> tuple[str, str]:
        told = run(*base, *argv, "--json").json
        return told["changed"]["was"], told["changed"]["status"]

    for argv, became in (
        (("remove", "Ada@example.org"), ("active", "unsubscribed")),
        (("readmit", "ada@example.org", *asked), ("unsubscribed", "active")),
        (("forget", "ada@example.org"), ("active", "")),
    ):
        before = run(*base, "--json").json
        assert changed(*argv, "--dry-run") == became
        assert "dry run: " in run(*base, *argv, "--dry-run").out
        assert run(*base, "--json").json == before
        assert changed(*argv) == became
    assert run(*base, "--json").json == {"subscribers": {}, "suppressed": {"forgotten": 1}}


def test_an_unknown_address_is_named(run: Run, place: Path) -> None:
    told = run("-C", place, "subscribers", "remove", "nobody@example.org")
    assert told.code == 3
    assert told.err.startswith("digest: nobody@example.org: no subscriber has this address")
    assert run("-C", place, "subscribers", "bounces", place / "nothing").code == 2
    assert run("-C", place, "subscribers", "import", place / "nothing").code == 2


def test_reading_waits_for_no_writer(run: Run, place: Path) -> None:
    with store_of(place) as store, store.transaction():
        store.subscribers.add("ada@example.org", key="ada@example.org", at=NOW)
        done: list[int] = []
        reader = threading.Thread(target=lambda: done.append(run("-C", place, "subscribers").code))
        reader.start()
        reader.join(10)
        assert done == [0]


def _leave(program_place: Path, token: str, run: Run, tmp_path: Path) -> str:
    """Opt out by mail with a token; what the command says."""
    box = tmp_path / f"box-{len(list(tmp_path.iterdir()))}"
    post(
        box,
        f"From: x@example.org\nTo: digest@example.org\nMessage-ID: <{box.name}@x>\nSubject: unsubscribe {token}\n\n",
    )
    return run("-C", program_place, "subscribers", "bounces", box).out


def _token(place: Path, address: str) -> str:
    with store_of(place) as store:
        person = store.subscribers.find(address)
        assert person is not None
        return Tokens(store.subscribers.secret(SECRET)).make("unsubscribe", person.link)


def _statuses(place: Path) -> dict[str, str]:
    with store_of(place) as store:
        return {one.address: one.status for one in store.subscribers.all()}


def test_a_link_never_means_somebody_else_after_a_restore(run: Run, sample: Path, tmp_path: Path) -> None:
    """Whoever came after the backup had a number that the next one gets."""
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "ada@example.org")
    early = _token(place, "ada@example.org")
    run("-C", place, "backup", tmp_path / "b")
    subscribe(place, "late@example.org")
    late = _token(place, "late@example.org")
    new = tmp_path / "new"
    run("-C", new, "restore", tmp_path / "b")
    subscribe(new, "eve@example.org")
    _leave(new, late, run, tmp_path)
    assert _statuses(new) == {"ada@example.org": "active", "eve@example.org": "active"}
    _leave(new, early, run, tmp_path)
    assert _statuses(new) == {"ada@example.org": "unsubscribed", "eve@example.org": "active"}


def test_a_link_by_number_means_only_who_had_it_then(run: Run, sample: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "old@example.org", "new@example.org")
    with store_of(place) as store:
        store.connection.execute("UPDATE subscribers SET numbered = 1 WHERE address = 'old@example.org'")
        old, new = (store.subscribers.find(f"{name}@example.org") for name in ("old", "new"))
        assert old is not None
        assert new is not None
        tokens = [Tokens(store.subscribers.secret(SECRET)).make("unsubscribe", one.id) for one in (old, new)]
    for token in tokens:
        _leave(place, token, run, tmp_path)
    assert _statuses(place) == {"old@example.org": "unsubscribed", "new@example.org": "active"}


def test_no_link_says_how_many_people_there_are(sample: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, *(f"r{n}@example.org" for n in range(50)))
    with store_of(place) as store:
        links = [one.link for one in store.subscribers.all()]
    assert len(set(links)) == 50
    assert all(len(link) == 16 and set(link) <= set("0123456789abcdef") for link in links)
