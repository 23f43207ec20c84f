"""Letters that are made profile by profile, as workers do, are those that one process makes."""

import shutil
import time
from pathlib import Path

import pytest

from digest.model import Preferences
from digest.services.effects import effects
from digest.services.letter_making import make_letters, make_profile, profiles_due
from digest.services.memory import Memory
from digest.services.publish import publish
from digest.services.send_letters import make_round
from digest.services.shards import begun, make_letters_of
from digest.storage.db.letters import LetterTexts
from support.press import Press

CHOICES = [
    Preferences(frequency="daily", hour=7),
    Preferences(frequency="daily", hour=7, plain=True),
    Preferences(frequency="daily", hour=7, minutes=3),
    Preferences(frequency="daily", hour=6, weights={"trend:agents": 1.0}),
    Preferences(frequency="daily", hour=7, weights={"trend:reasoning": -1.0}),
]


@pytest.fixture
def press(tmp_path: Path) -> Press:
    press = Press(tmp_path / "w")
    press.collect("2026-06-01T12:00", *(f"item{number}" for number in range(12)))
    for number, choice in enumerate(CHOICES * 2):
        press.subscribe(f"p{number}")
        press.prefer(f"p{number}", choice)
    return press


def texts(press: Press, key: str) -> dict[str, LetterTexts | None]:
    with press.paper.at("2026-06-02T06:00") as program:
        rows = program.store.connection.execute("SELECT key, state FROM letters WHERE round = ?", (key,)).fetchall()
        assert {state for _, state in rows} == {"made"}
        return {name: program.store.letters.texts(name) for name, _ in rows}


@pytest.mark.usefixtures("each_store")
def test_profiles_make_the_letters_of_a_round(press: Press) -> None:
    memory, made = Memory(), []
    with press.paper.at("2026-06-02T06:00") as program:
        (key,) = publish(program, effects(time, in_shards=True)).rounds
        assert not begun(program, key), "it is sent before its letters are made"
        runs = program.store.ledger.runs("letters-")
        publish(program, effects(time, in_shards=True))
        assert program.store.ledger.runs("letters-") == runs, "waiting for letters is counted as a run"
    while True:
        with press.paper.at("2026-06-02T06:00") as program:
            numbers = profiles_due(program.store, key, limit=9)
            if not numbers:
                assert begun(program, key)
                break
            assert profiles_due(program.store, key, after=1, limit=9) == numbers[1:]
            program.memory._answered.update(memory._answered)
            make_profile(program, key, numbers[-1])
            make_profile(program, key, numbers[-1])
            memory = program.memory
            made.append(numbers[-1])
    assert len(made) == len(set(made)) == 4, "plain letters are of the profile of others"
    by_profiles = texts(press, key)
    assert len(by_profiles) == 5
    with press.paper.at("2026-06-02T06:00") as program:
        program.store.connection.execute("UPDATE letters SET state = 'due'")
        assert make_letters(program, key) == ()
    assert texts(press, key) == by_profiles


def test_who_makes_letters_first_gets_the_issues_that_other_machines_closed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_STORE", request.getfixturevalue("postgres").database())
    press = Press(tmp_path / "w")
    press.collect("2026-06-01T12:00", "one")
    press.subscribe("ada")
    press.prefer("ada", CHOICES[0], at="2026-06-08T07:00")
    press.publish("2026-06-08T06:00")
    press.collect("2026-06-08T12:00", "one", "two")
    shutil.rmtree(tmp_path / "w/archive/2026-W24")  # as on a machine that did not close it
    with press.paper.at("2026-06-09T06:00") as program:
        make_round(program, in_shards=True)
        (key,) = program.store.ledger.unfinished("letters-")
        (number,) = profiles_due(program.store, key, limit=2)
    with press.paper.at("2026-06-09T06:00", writes=False) as program:
        assert make_letters_of(program, key, number)
        assert program.archive.issue_keys() == ("2026-W24",)
        assert begun(program, key) is False
        assert profiles_due(program.store, key, limit=2) == ()
