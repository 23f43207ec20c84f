"""What an operator sees and decides of rounds of letters: when the next ones are due, pauses, who is in doubt, and how many would get one."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from digest.editorial.compose import compose_letter
from digest.editorial.filing import Filed
from digest.editorial.setting import Reader, Setting
from digest.model import Issue, Preferences
from digest.services import letter_making
from digest.services.effects import effects
from digest.services.publish import publish
from digest.services.send_now import enter
from support.mailing import outbox
from support.press import DAILY, Press
from support.running import Run

EDITIONS = "editions: [{language: en}, {language: ko, title: LLM 트렌드}]"


@pytest.fixture
def press(tmp_path: Path) -> Press:
    made = Press(tmp_path / "w", more=EDITIONS)
    made.collect("2026-06-01T12:00", "one")
    return made


def begun(press: Press) -> str:
    """A round that is made, and not sent yet."""
    with press.paper.at("2026-06-02T05:00") as program:
        (key,) = publish(program, press.paper.notes.effects()).rounds
    return key


def test_a_round_is_paused_and_continued_as_an_issue_is(press: Press, run: Run) -> None:
    press.subscribe("ada")
    press.prefer("ada", DAILY)
    key, place = begun(press), press.paper.place.root
    assert "next letters: Wed 2026-06-03 07:00, for one reader (of 1 who get letters)" in run("-C", place, "status").out
    assert f"`digest send {key} --resume` continues it" in run("-C", place, "send", key, "--pause").out
    press.publish("2026-06-02T06:00")
    assert not (place / ".digest/outbox").exists()
    assert f"{key}: its mailing is paused" in run("-C", place, "status").out
    refused = run("-C", place, "send", key, "--yes")
    assert refused.code == 2
    assert "was paused" in refused.err
    assert run("-C", place, "send", key, "--resume", "--yes").code == 0
    assert list(outbox(place)) == ["ada@x.example"]
    unknown = run("-C", place, "send", "letters-20260101T000000000000", "--pause")
    assert (unknown.code, "does not exist" in unknown.err) == (3, True)


def test_an_editor_says_who_of_a_round_received_it(press: Press, run: Run) -> None:
    for name in ("ada", "bob"):
        press.subscribe(name)
        press.prefer(name, DAILY)
    key, place = begun(press), press.paper.place.root
    with press.paper.at("2026-06-02T06:00") as program, program.store.transaction():
        program.store.ledger.mailing(key, "outbox").move("pending", "in_doubt", program.now, reply="no answer")
    assert f"`digest send {key} --in-doubt`" in run("-C", place, "status").out
    assert "counted as received" in run("-C", place, "send", key, "--received", "ada@x.example").out
    assert run("-C", place, "send", key, "--not-received", "bob@x.example", "--yes").code == 0
    assert list(outbox(place)) == ["bob@x.example"]
    mixed = run("-C", place, "send", "--letters", "--received", "ada@x.example")
    assert (mixed.code, "name one round" in mixed.err) == (2, True)


def test_nobody_is_counted_who_would_get_nothing(press: Press, run: Run) -> None:
    """Neither those who were welcomed with the issue, nor those who get letters, nor those for whom there is nothing new."""
    press.collect("2026-06-08T05:00", "two")
    press.publish("2026-06-08T06:00")
    for name in ("ada", "bob", "cyd", "dee"):
        press.subscribe(name, at="2026-06-08T07:00")
    press.prefer("cyd", DAILY, at="2026-06-08T07:00")
    press.prefer("dee", Preferences(minutes=5), at="2026-06-08T07:00")
    with press.paper.at("2026-06-08T08:00") as program, program.store.transaction():
        ada = program.store.subscribers.find("ada@x.example")
        assert ada is not None
        assert enter(program.store, "outbox:welcome", ada.id, program.now)
    place = press.paper.place.root
    assert "2 of 2 would be sent" in run("-C", place, "send", "--dry-run", "--at", "2026-06-08T11:00").out
    assert (
        "no letters would be sent" in run("-C", place, "send", "--letters", "--dry-run", "--at", "2026-06-09T08:00").out
    )
    run("-C", place, "send", "--yes", "--at", "2026-06-08T11:00")
    assert sorted(outbox(place)) == ["ada@x.example", "bob@x.example", "dee@x.example"]


def test_equal_choices_are_composed_once_whatever_their_form_and_language(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed = list[object]()

    def compose(everything: Filed, setting: Setting, reader: Reader) -> tuple[Issue, int] | None:
        composed.append(reader)
        return compose_letter(everything, setting, reader)

    monkeypatch.setattr(letter_making, "compose_letter", compose)
    for name, choice in {
        "ada": DAILY,
        "bob": replace(DAILY, plain=True),
        "cyd": DAILY,
        "dee": replace(DAILY, minutes=3),
        "eve": replace(DAILY, hour=14, zone="Asia/Seoul"),
    }.items():
        press.subscribe(name)
        press.prefer(name, choice)
    with press.paper.at("2026-06-01T13:00") as program, program.store.transaction():
        cyd = program.store.subscribers.find("cyd@x.example")
        assert cyd is not None
        program.store.subscribers.speak(cyd.id, "ko")
    with press.paper.at("2026-06-02T05:00") as program:
        assert len(publish(program, effects(time)).rounds) == 1
    assert len(composed) == 3
    sent = outbox(press.paper.place.root)
    assert sent["bob@x.example"].get_content_type() == "text/plain"
    parts = {name: one.get_body(("plain",)) for name, one in sent.items()}
    texts = {name: str(part.get_content()) for name, part in parts.items() if part is not None}
    assert "1 item for you" in texts["ada@x.example"] or "one item for you" in texts["ada@x.example"]
    assert "항목" in texts["cyd@x.example"]
    assert texts["eve@x.example"] != texts["dee@x.example"]
