"""Letters: each reader gets everything of their trends once, in their own rhythm, with a receipt that adds up."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model import Preferences
from digest.services.send_letters import make_round
from digest.storage.db import located, open_store
from digest.storage.db.snapshot import put_in_place
from support.mailing import outbox
from support.postgres import Cluster
from support.press import DAILY, Press
from support.running import Run


@pytest.fixture
def press(tmp_path: Path) -> Press:
    made = Press(tmp_path / "w")
    made.collect("2026-06-01T12:00", "one")
    return made


def test_a_daily_letter_holds_what_came_since_the_last_one(press: Press) -> None:
    press.subscribe("ada")
    press.subscribe("bob")
    press.prefer("ada", DAILY)
    assert len(press.publish("2026-06-02T05:00")) == 1
    press.collect("2026-06-02T12:00", "two", "three")
    press.publish("2026-06-02T13:00")
    press.publish("2026-06-03T05:00")
    press.publish("2026-06-04T05:00")
    assert press.got("ada") == [("2026-06-02", ["one"]), ("2026-06-03", ["three", "two"])]
    press.publish("2026-06-08T06:00")
    assert press.got("bob") == [("2026-W24", ["one", "three", "two"])]


def test_a_change_back_to_the_issue_brings_the_rest_of_it(press: Press) -> None:
    press.subscribe("ada")
    press.prefer("ada", DAILY)
    press.publish("2026-06-02T05:00")
    press.collect("2026-06-02T12:00", "two")
    press.prefer("ada", Preferences(), at="2026-06-02T13:00")
    press.publish("2026-06-08T06:00")
    press.collect("2026-06-09T12:00", "three")
    press.publish("2026-06-15T06:00")
    assert press.got("ada") == [("2026-06-02", ["one"]), ("2026-W24", ["two"]), ("2026-W25", ["three"])]


def test_the_letter_says_what_became_of_everything(press: Press) -> None:
    press.collect("2026-06-01T13:00", "two")
    press.subscribe("ada")
    press.prefer("ada", replace(DAILY, plain=True))
    press.publish("2026-06-02T05:00")
    message = outbox(press.paper.place.root)["ada@x.example"]
    assert message.get_content_type() == "text/plain"
    assert "2 entries: 2 items for you, shown here." in " ".join(message.get_content().split())


def test_why_says_what_became_of_an_item_for_a_reader(press: Press, run: Run) -> None:
    press.subscribe("ada")
    press.subscribe("bob")
    press.prefer("ada", replace(DAILY, weights={"term:benchmark": 1.5, "author:Nobody": 1.0}))
    press.publish("2026-06-02T05:00")
    press.collect("2026-06-02T12:00", "two")
    place = press.paper.place.root
    told = run("-C", place, "why", "https://example.org/one", "--for", "ada@x.example").out
    assert "For ada@x.example: in letter 2026-06-02" in told
    assert "term:benchmark +1.50" in told
    assert "Nobody" not in told
    late = run("-C", place, "why", "https://example.org/two", "--for", "ada@x.example").out
    assert "in no letter yet. Their next one is due 2026-06-03 07:00." in late
    assert "they get the issue" in run("-C", place, "why", "https://example.org/one", "--for", "bob@x.example").out


def test_weights_change_the_order(press: Press) -> None:
    press.collect("2026-06-01T13:00", "two", "zebra")
    press.subscribe("ada")
    press.prefer("ada", replace(DAILY, weights={"term:zebra": 3.0}))
    press.publish("2026-06-02T05:00")
    message = outbox(press.paper.place.root)["ada@x.example"]
    assert "zebra" in message["Subject"]


def test_a_round_is_sent_by_hand_and_whoever_is_in_doubt_once_more(press: Press, run: Run) -> None:
    press.subscribe("ada")
    press.prefer("ada", DAILY)
    place = press.paper.place.root
    at = ("--at", "2026-06-02T07:30", "--yes")
    assert run("-C", place, "send", "--letters", "--dry-run", *at).out == "one letter would be sent\n"
    assert run("-C", place, "send", "--letters", *at).code == 0
    assert run("-C", place, "send", "--letters", *at).out == "No letter is due.\n"
    with press.paper.at("2026-06-02T08:00") as program, program.store.transaction():
        (key,) = {key for (key,) in program.store.connection.execute("SELECT issue FROM deliveries")}
        program.store.ledger.mailing(key, "outbox").move("accepted", "in_doubt", program.now, reply="no answer")
    (first,) = (place / ".digest/outbox/new").iterdir()
    first.unlink()
    assert run("-C", place, "send", key, "--in-doubt", "--yes").code == 0
    assert list((place / ".digest/outbox/new").iterdir()) == [first]  # its name is the Message-ID


@pytest.fixture
def press_of_each_store(each_store: None, tmp_path: Path) -> Press:
    made = Press(tmp_path / "each")
    made.collect("2026-06-01T12:00", "one")
    return made


def test_letters_that_another_store_may_have_sent_are_in_doubt(press_of_each_store: Press) -> None:
    press = press_of_each_store
    press.subscribe("ada")
    press.prefer("ada", DAILY)
    state = press.paper.place.state
    with press.paper.at("2026-06-01T20:00") as program:
        program.store.connection.copy_to(state / "backup")
    press.publish("2026-06-02T05:00")
    with open_store(state / "backup") as older:
        put_in_place(older.connection, located(press.paper.place), waiting=print)
    press.publish("2026-06-02T06:00")
    press.collect("2026-06-02T12:00", "two")
    press.publish("2026-06-02T13:00")
    press.collect("2026-06-02T20:00", "three")
    press.publish("2026-06-03T05:00")
    with press.paper.at("2026-06-03T06:00") as program:
        rows = program.store.connection.execute(
            "SELECT deliveries.state, items FROM deliveries JOIN letters ON key = letter ORDER BY at"
        )
        told = [(state, sorted(one["id"][-3:] for one in json.loads(items))) for state, items in rows]
    assert [state for state, _ in told] == ["in_doubt", "accepted"]
    assert told[1][1] == ["ree"]


@pytest.mark.slow
@pytest.mark.parametrize("told", [False, True], ids=["restored only", "and told"])
def test_a_dump_from_before_letters_mails_nobody_anew(
    run: Run, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    """Whether or not somebody tells the store of the time that it lost, as the guide asks."""
    database = postgres.database()
    monkeypatch.setenv("DIGEST_STORE", database)
    name, dump = database.partition("@/")[2].partition("?")[0], f"{postgres.folder}/{tmp_path.name}"
    press = Press(tmp_path / "w")
    press.collect("2026-06-01T12:00", "one")
    for person in ("ada", "bob"):
        press.subscribe(person)
        press.prefer(person, DAILY)
    postgres.run("pg_dump", "-Fc", "-f", dump, name)
    press.publish("2026-06-02T05:00")
    box = press.paper.place.outbox / "new"
    sent = sorted(box.iterdir())
    assert len(sent) == 2
    postgres.run("pg_restore", "--clean", "-d", name, dump)
    if told:
        assert run("-C", press.paper.place.root, "backup", tmp_path / "b").code == 0
        assert run(
            "-C", press.paper.place.root, "restore", tmp_path / "b", "--force", "--at", "2026-06-02T05:30"
        ).code in (0, 1)
    press.publish("2026-06-02T06:00")
    press.collect("2026-06-02T12:00", "two")
    press.publish("2026-06-02T13:00")
    assert sorted(box.iterdir()) == sent
    press.collect("2026-06-02T20:00", "three")
    press.publish("2026-06-03T05:00")
    with press.paper.at("2026-06-03T06:00") as program:
        states = program.store.connection.execute("SELECT state FROM deliveries ORDER BY at").fetchall()
    assert [state for (state,) in states] == ["in_doubt"] * 2 + ["accepted"] * 2
    assert len(list(box.iterdir())) == 4


def test_more_minutes_than_the_issue_has_show_more_of_each_trend(tmp_path: Path) -> None:
    """The limit of feeds.yaml is meant for the issue's minutes."""
    press = Press(tmp_path / "w", more="minutes: 10;max_sections: 1;max_items_per_trend: 2")
    press.collect("2026-06-01T12:00", *(f"number-{n}" for n in range(12)))
    for name, minutes in {"ada": 10, "bob": 20}.items():
        press.subscribe(name)
        press.prefer(name, replace(DAILY, minutes=minutes))
    press.publish("2026-06-02T05:00")
    with press.paper.at("2026-06-02T06:00") as program:
        letters = program.store.letters
        (rows,) = zip(*map(letters.of_reader, (1, 2)), strict=True)
        shown = {row.choice.minutes: sum(one.shown for one in row.items if one.section) for row in rows}
    assert shown == {10: 2, 20: 4}


def test_forgetting_a_reader_erases_what_only_their_letters_held(press_of_each_store: Press, run: Run) -> None:
    press = press_of_each_store
    private = replace(DAILY, weights={"term:a private matter": 1.0})
    for name, choice in {"ada": private, "bob": DAILY, "cyd": DAILY}.items():
        press.subscribe(name)
        press.prefer(name, choice)
    press.publish("2026-06-02T05:00")
    place = press.paper.place.root
    for name in ("ada", "bob"):
        assert run("-C", place, "subscribers", "forget", f"{name}@x.example").code == 0
    with press.paper.at("2026-06-02T06:00") as program:
        rows = program.store.connection.execute("SELECT choice, text IS NULL FROM letters").fetchall()
    assert not any("private matter" in choice for choice, _ in rows)
    assert sorted(bool(gone) for _, gone in rows) == [False, True]  # cyd, who got the same as bob, still has hers


@pytest.mark.parametrize("left", ["pending", "accepted"])
def test_texts_of_a_month_ago_go_without_a_daemon_unless_somebody_waits_for_them(press: Press, left: str) -> None:
    press.subscribe("ada")
    press.prefer("ada", DAILY)
    press.publish("2026-06-02T05:00")
    with press.paper.at("2026-06-02T06:00") as program, program.store.transaction():
        program.store.connection.execute("UPDATE deliveries SET state = ?", (left,))
    press.subscribe("bob", at="2026-07-05T09:00")
    press.prefer("bob", DAILY, at="2026-07-05T09:00")
    press.collect("2026-07-06T03:00", "two")
    with press.paper.at("2026-07-06T05:00") as program:
        make_round(program)
        rows = program.store.connection.execute("SELECT text IS NULL FROM letters ORDER BY cutoff").fetchall()
    assert [bool(gone) for (gone,) in rows] == [left == "accepted", False, *([False] * (len(rows) - 2))]
