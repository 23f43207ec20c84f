"""Opting out by mail: the token in the subject says who, and nobody else's mail can be stopped."""

import base64
import re
import shutil
import time
from pathlib import Path
from urllib.parse import unquote

import pytest

from digest.subscribers import inbound
from support.mailing import outbox, post, subscribe
from support.running import Run


def wish(subject: str, serial: int = 0, sender: str = "Ada <ada@example.org>", kind: str = "text/plain") -> str:
    return (
        f"From: {sender}\nTo: d@example.org\nSubject: {subject}\nMessage-ID: <{serial}.{len(subject)}@example.org>\n"
        f"Content-Type: {kind}\n\nplease\n"
    )


def wanted_by_mail(place: Path) -> str:
    """The subject that the `mailto:` of Ada's own mail asks for, as a mail program reads it."""
    header = str(outbox(place)["ada@example.org"]["List-Unsubscribe"])
    return unquote(header.partition("?subject=")[2].partition(">")[0])


def test_a_mail_of_the_kind_that_list_unsubscribe_names_stops_the_mail(run: Run, sample: Path, tmp_path: Path) -> None:
    """From whatever address, replied to or folded; once, so that a mail that is read again undoes no later consent."""
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "ada@example.org", "bob@example.org")
    run("-C", place, "send")
    subject = wanted_by_mail(place)
    assert subject.startswith("unsubscribe ")
    box = post(tmp_path / "box", wish(f"Re: {subject.replace(' ', chr(10) + ' ')}", sender="a@elsewhere.example"))
    told = run("-C", place, "subscribers", "bounces", box)
    assert (told.code, told.out.splitlines()[-1]) == (0, "unsubscribed by mail: ada@example.org")
    assert run("-C", place, "subscribers").out.startswith("1 active, 1 unsubscribed")
    run("-C", place, "subscribers", "readmit", "ada@example.org", "--consent", "asked by phone")
    assert run("-C", place, "subscribers", "bounces", box, "--json").json["repeated"] == 1
    assert run("-C", place, "subscribers").out.startswith("2 active")


def test_a_forged_wish_stops_nobody_and_is_named(run: Run, sample: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "ada@example.org", "bob@example.org")
    run("-C", place, "send")
    verb, token = wanted_by_mail(place).split(" ")
    other = str(outbox(place)["bob@example.org"]["List-Unsubscribe"]).partition("%20")[2].strip(">")
    payload, signature = token.split(".")
    preferences = outbox(place)["ada@example.org"].get_body(("plain",))
    assert preferences is not None
    (wrong_purpose,) = re.findall(r"subject=preferences%20(\S+)", preferences.get_content())
    forged = [
        "",
        payload,
        f"{payload}.",
        f"{other.partition('.')[0]}.{signature}",
        f"{token}x",
        wrong_purpose,
        "1",
        "\u2026",
    ]
    subjects = [f"{verb} {one}".strip() for one in forged]
    box = post(tmp_path / "box", *(wish(subject, n) for n, subject in enumerate(subjects)))
    post(box, wish(f"{verb} {token}", 91, kind="multipart/report"))
    told = run("-C", place, "subscribers", "bounces", box, "--json")
    assert (told.code, told.json["opted_out"], told.json["unsigned"]) == (1, [], ["Ada <ada@example.org>"])
    assert told.json["unreadable"] == 1
    assert run("-C", place, "subscribers").out.startswith("2 active")
    post(tmp_path / "later", wish("unsubscribe", 99, sender="\x1b]0;x\x07Eve <eve@example.org>"))
    shown = run("-C", place, "subscribers", "bounces", tmp_path / "later").out
    assert "claimed sender: ]0;x Eve <eve@example.org>" in shown
    assert "\x1b" not in shown


BACK = """\
From: MAILER-DAEMON@mx.far.example
To: digest@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@mx.far.example>
Date: Mon, {day:02} Jul 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="BB"

--BB
Content-Type: text/plain

It could not be delivered.

--BB
Content-Type: {kind}

Reporting-MTA: dns; mx.far.example

{fields}

--BB
Content-Type: message/rfc822

From: digest@example.org
To: {to}
Message-ID: <{mid}>
{mark}
Subject: LLM Trends Weekly

body
--BB--
"""


def returned(
    number: int,
    fields: str,
    *,
    mark: str = "X: y",
    mid: str = "x@y",
    kind: str = "message/delivery-status",
    to: str = "a@b.org",
) -> str:
    return BACK.format(number=number, day=number % 27 + 1, fields=fields, mark=mark, mid=mid, kind=kind, to=to)


def suspended_by(run: Run, place: Path, tmp_path: Path, *mails: str) -> bool:
    box = post(tmp_path / f"box{len(list(tmp_path.iterdir()))}", *mails)
    told = run("-C", place, "subscribers", "bounces", box, "--at", "2026-09-01T00:00", "--json")
    assert told.code == 0
    return "ada@example.org" in told.json["suspended"]


@pytest.fixture
def mailed(run: Run, sample: Path, tmp_path: Path) -> Path:
    """A workspace that has mailed Ada its issue."""
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "ada@example.org", "bob@example.org")
    run("-C", place, "send")
    return place


FAILED = "Final-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown"


def test_a_report_without_anything_of_ours_suspends_nobody(run: Run, mailed: Path, tmp_path: Path) -> None:
    forged = [returned(n, FAILED.format("ada@example.org"), to="ada@example.org") for n in range(9)]
    box = post(tmp_path / "box", *forged)
    told = run("-C", mailed, "subscribers", "bounces", box, "--at", "2026-09-01T00:00", "--json")
    assert (told.json["unproven"], told.json["suspended"]) == (9, [])


@pytest.mark.parametrize("by", ["token", "message id"])
def test_a_report_counts_by_our_token_or_message_id_wherever_the_mail_was_forwarded(
    run: Run, mailed: Path, tmp_path: Path, by: str
) -> None:
    message = outbox(mailed)["ada@example.org"]
    marks = (
        {"mark": f"List-Unsubscribe: {message['List-Unsubscribe']}"}
        if by == "token"
        else {"mid": message["Message-ID"].strip("<>")}
    )
    mails = [returned(n, FAILED.format("ada.private@elsewhere.example"), **marks) for n in range(3)]
    assert suspended_by(run, mailed, tmp_path, *mails)


def test_what_a_server_says_of_us_in_a_report_is_booked_on_nobody(run: Run, mailed: Path, tmp_path: Path) -> None:
    mark = f"List-Unsubscribe: {outbox(mailed)['ada@example.org']['List-Unsubscribe']}"
    words = (
        "550 5.7.1 Message rejected as spam",
        "550 5.4.5 Daily sending quota exceeded",
        "554 5.7.1 blocked using zen.spamhaus.org",
    )
    fields = [
        f"Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; {one}"
        for one in words
    ]
    assert not suspended_by(run, mailed, tmp_path, *(returned(n, one, mark=mark) for n, one in enumerate(fields)))


@pytest.mark.parametrize(
    "fields",
    [
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.1 no",
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 hourly quota exceeded",
        "Status: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 message rejected: reputation",
        "Status: 5.0.0\nDiagnostic-Code: smtp; 550 no",
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 4.7.1 user unknown",
    ],
)
def test_codes_of_an_unknown_mailbox_in_front_of_other_words_suspend_nobody(
    run: Run, mailed: Path, tmp_path: Path, fields: str
) -> None:
    mark = f"List-Unsubscribe: {outbox(mailed)['ada@example.org']['List-Unsubscribe']}"
    whole = f"Final-Recipient: rfc822; ada@example.org\nAction: failed\n{fields}"
    assert not suspended_by(run, mailed, tmp_path, *(returned(n, whole, mark=mark) for n in range(4)))


@pytest.mark.parametrize(
    ("words", "suspends"),
    [("The mailbox does not exist.", True), ("It was rejected: our filter takes it for spam.", False)],
)
def test_a_report_in_words_alone_is_read_by_them(
    run: Run, mailed: Path, tmp_path: Path, words: str, *, suspends: bool
) -> None:
    """The form is one of qmail's, which names no code."""
    token = outbox(mailed)["ada@example.org"]["List-Unsubscribe"]
    mails = [
        f"From: MAILER-DAEMON@mx.example\nSubject: failure notice\nMessage-ID: <{n}@mx>\nDate: Mon, {n + 1:02} Jul 2026 10:00:00 +0000\n\n"
        f"Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
        f"This is a permanent error; I've given up. Sorry it didn't work out.\n\n<ada@example.org>:\n{words}\n\n"
        f"--- Below this line is a copy of the message.\n\nList-Unsubscribe: {token}\n"
        for n in range(4)
    ]
    assert suspended_by(run, mailed, tmp_path, *mails) is suspends


def test_an_international_report_is_read(run: Run, mailed: Path, tmp_path: Path) -> None:
    """RFC 6533."""
    mark = f"List-Unsubscribe: {outbox(mailed)['ada@example.org']['List-Unsubscribe']}"
    fields = "Final-Recipient: utf-8; ada@ex\u00e4mple.org\nAction: failed\nStatus: 5.1.1"
    mails = [returned(n, fields, mark=mark, kind="message/global-delivery-status") for n in range(3)]
    assert suspended_by(run, mailed, tmp_path, *mails)


@pytest.mark.parametrize(
    "subject",
    [
        "[EXTERNAL] {}", "***SPAM*** {}", "[digest] Re: {}", "Antwort: {}", "Re : {}", '"{}"', "AW: WG: {}", "R\u00e9f. : {}", "=?utf-8?B?{b64}?=",
        "{percent}", "{plus}", "Re: LLM Trends", "{}.", "{folded}", "[EXT] {folded}",
        "{under}", "=?x-unknown?Q?{under}?=", "{soft}", "{twice}", "{}_", "_{}_", "*{}*", "(was: {})", "{split}", "\u202a{}\u202c", "{hidden}",
    ],
)  # fmt: skip
def test_a_wish_is_heeded_whatever_became_of_its_subject(run: Run, mailed: Path, tmp_path: Path, subject: str) -> None:
    wanted = wanted_by_mail(mailed)
    made = subject.format(
        wanted,
        b64=base64.b64encode(wanted.encode()).decode(),
        percent=wanted.replace(" ", "%20"),
        plus=wanted.replace(" ", "+"),
        under=wanted.replace(" ", "_"),
        soft=wanted.replace(" ", "=20"),
        twice=wanted.replace(" ", "%2520"),
        split="=?utf-8?Q?"
        + wanted[:30].replace("_", "=5F").replace(" ", "_")
        + "?=\n =?utf-8?Q?"
        + wanted[30:].replace("_", "=5F")
        + "?=",
        hidden=f"{wanted[:20]}\u200b{wanted[20:50]}\u00ad{wanted[50:]}",
        folded=f"{wanted[:40]}\n {wanted[40:]}",
    )
    body = "Unsubscribe\n\n> " + wanted if subject == "Re: LLM Trends" else "please"
    box = post(tmp_path / "box", wish(made).replace("please", body))
    assert run("-C", mailed, "subscribers", "bounces", box, "--json").json["opted_out"] == ["ada@example.org"]


@pytest.mark.parametrize(
    "words",
    [
        "please unsubscribe me",
        "Bitte abmelden",
        "수신거부 부탁드립니다",
        "구독 취소",
        "S'il vous plaît, désabonnez-moi",
    ],
)
def test_a_polite_answer_above_the_quotation_is_a_wish(run: Run, mailed: Path, tmp_path: Path, words: str) -> None:
    answer = f"Subject: Re: LLM Trends\nIn-Reply-To: {outbox(mailed)['ada@example.org']['Message-ID']}"
    box = post(tmp_path / "box", wish("x").replace("Subject: x", answer).replace("please", f"{words}\n\n> LLM Trends"))
    assert run("-C", mailed, "subscribers", "bounces", box, "--json").json["opted_out"] == ["ada@example.org"]


def test_a_wish_in_answer_to_a_message_is_its_readers(run: Run, mailed: Path, tmp_path: Path) -> None:
    answer = f"Subject: Abmelden\nIn-Reply-To: {outbox(mailed)['ada@example.org']['Message-ID']}"
    box = post(tmp_path / "box", wish("x").replace("Subject: x", answer))
    assert run("-C", mailed, "subscribers", "bounces", box, "--json").json["opted_out"] == ["ada@example.org"]


@pytest.mark.parametrize(
    "mail",
    [
        "Subject: Automatic reply: LLM Trends\nAuto-Submitted: auto-replied\n\nUnsubscribe me from work until Monday.\n> {}\n",
        "Subject: Out of office\n\nI am away.\n> {}\n",
        "Subject: Urlaub\n\nStop.\n> {}\n",
        "Subject: Re: LLM Trends\nPrecedence: auto_reply\n\nUnsubscribe\n> {}\n",
        "Subject: Re: LLM Trends\nAuto-Submitted: auto-generated\n\nUnsubscribe\n> {}\n",
        "Subject: Re: LLM Trends\nX-Auto-Reply: yes\n\nUnsubscribe\n> {}\n",
        "Subject: 自動返信 unsubscribe\n\nUnsubscribe\n> later {}\n",
        "Subject: Re: LLM Trends\n\nWhat a good issue! How do I change my address?\n> {}\n",
        "Subject: LLM Trends 2026-W27\nList-Unsubscribe: <mailto:x@y>\n\nUnsubscribe\n{}\n",
    ],
)
def test_mail_of_other_kinds_unsubscribes_nobody(run: Run, mailed: Path, tmp_path: Path, mail: str) -> None:
    box = post(tmp_path / "box", "From: ada@example.org\nMessage-ID: <1@x>\n" + mail.format(wanted_by_mail(mailed)))
    told = run("-C", mailed, "subscribers", "bounces", box, "--json").json
    assert (told["opted_out"], told["unsigned"]) == ([], [])


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: " + b"a" * 1_000_000 + b"\n\nx",
        b"Subject: x\n" + b" folded\n" * 100_000 + b"\n",
        b"".join(b"X-%d: y\n" % n for n in range(50_000)) + b"\n",
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n\n" * 40_000,
        b"Content-Type: message/rfc822\n\n" * 5_000,
        b"From x\n" * 300_000,
        b"From x\n\n" * 100_000,
        b"a." * 400_000,
        b"Subject: =?utf-8?B?" + b"A" * 200_000 + b"?=\n\n",
        b"Subject: Undelivered\n\n" + b"\n" * 290_000,
        b"Subject: Undelivered\n\n" + b"<a@b.c>: 550 no\n" * 18_000,
        pytest.param(b"From \n" * 3_000_000, marks=pytest.mark.slow),
    ],
)
def test_hostile_mail_takes_no_time(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    begun = time.process_time()
    assert not [one for one in inbound.read(tmp_path / "m") if isinstance(one, inbound.Report)]
    assert time.process_time() - begun < 3
