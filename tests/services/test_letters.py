"""Letters: each reader gets everything of their trends once, in their own rhythm, with a receipt that adds up."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model import Preferences
from digest.services.collect import collect
from digest.services.effects import effects
from digest.services.preferences import prefer
from digest.services.publish import publish
from digest.storage.archive import from_json
from support.mailing import outbox
from support.publishing import Paper

DAILY = Preferences(frequency="daily", hour=7)
Letters = Callable[[str], list[str]]


class Press:
    """A weekly with real mail into the outbox."""

    def __init__(self, root: Path, more: str = "") -> None:
        self.paper = Paper(root, more=more)

    def subscribe(self, name: str, *trends: str, at: str = "2026-06-01T12:00") -> None:
        with self.paper.at(at) as program, program.store.transaction():
            program.store.subscribers.add(f"{name}@x.example", key=f"{name}@x.example", at=program.now, trends=trends)

    def prefer(self, name: str, preferences: Preferences, at: str = "2026-06-01T12:00") -> None:
        with self.paper.at(at) as program, program.store.transaction():
            person = program.store.subscribers.find(f"{name}@x.example")
            assert person is not None
            prefer(program.store, program.config.digest, person.id, preferences, program.now)

    def collect(self, when: str, *names: str) -> None:
        self.paper.write(*names)
        with self.paper.at(when) as program:
            collect(program)

    def publish(self, when: str) -> tuple[str, ...]:
        with self.paper.at(when) as program:
            return publish(program, effects(time)).rounds

    def got(self, name: str) -> list[tuple[str, list[str]]]:
        """The letters and issues of a reader, in order: the name and the items of each."""
        with self.paper.at("2026-06-01") as program:
            store = program.store
            rows = store.connection.execute(
                "SELECT issue, letter FROM deliveries JOIN subscribers ON id = subscriber"
                " WHERE key = ? AND state = 'accepted' ORDER BY at, issue",
                (f"{name}@x.example",),
            ).fetchall()
            told = []
            for key, letter in rows:
                if not letter:
                    told.append((key, self.paper_ids(program.archive.read(key))))
                    continue
                row, texts = store.letters.get(letter), store.letters.texts(letter)
                assert row is not None
                assert texts is not None
                issue = from_json(texts.issue.encode())
                assert [one.id for one in row.items] == [item.id for item in issue.items()]
                told.append((row.name, self.paper_ids(issue)))
        return told

    @staticmethod
    def paper_ids(issue: object) -> list[str]:
        return sorted(item.id.rpartition("/")[2] for item in issue.items())  # type: ignore[attr-defined]


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
    assert "2 entries: 2 items for you, 2 shown, 0 on the web." in " ".join(message.get_content().split())
