"""Opting out by mail: the token in the subject says who, and nobody else's mail can be stopped."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

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
    post(box, wish(f"please {verb} {token}", 90), wish(f"{verb} {token}", 91, kind="multipart/report"))
    told = run("-C", place, "subscribers", "bounces", box, "--json")
    assert (told.code, told.json["opted_out"], told.json["unsigned"]) == (1, [], ["Ada <ada@example.org>"])
    assert told.json["unreadable"] == 2
    assert run("-C", place, "subscribers").out.startswith("2 active")
    post(tmp_path / "later", wish("unsubscribe", 99, sender="\x1b]0;x\x07Eve <eve@example.org>"))
    shown = run("-C", place, "subscribers", "bounces", tmp_path / "later").out
    assert "claimed sender: ]0;x Eve <eve@example.org>" in shown
    assert "\x1b" not in shown
