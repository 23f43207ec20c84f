"""A run that dies at any moment leaves the old state or the new one, and the next run goes on."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.cases import slow_but
from support.forked import SLOT, Forks
from support.running import Run


def _killed_build(forks: Forks, place: Path, after: float) -> None:
    """Start a build and kill it, with its workers, after so many seconds."""
    process = forks.start(["-C", place, "build", "--at", SLOT])
    if process.wait_for(after) is None:
        process.kill()


def _check(place: Path, run: Run) -> None:
    for folder in (place / "archive").glob("2*"):
        assert {path.name for path in folder.iterdir()} >= {
            "issue.json",
            "email.html",
            "email.txt",
            "email.eml",
            "cover.png",
            "issue.md",
            "index.html",
        }
    built = run("-C", place, "build", "--at", SLOT, "--json")
    assert built.code == 0, built.err
    # Killed after it closed: then this made the next period's draft.
    issues = [json.loads(path.read_text()) for path in (place / "archive").glob("*/issue.json")]
    (closed,) = [issue for issue in issues if issue["state"] == "closed"]
    assert closed["key"] == "2026-W27"
    assert sum(closed["receipt"].values()) == 144
    assert not list((place / "archive").glob(".*"))


def _kill_runs(tmp_path: Path, run: Run, forks: Forks, count: int) -> None:
    dice = random.Random(count)
    for n in range(count):
        place = tmp_path / str(n)
        run("init", "--sample", place)
        for _ in range(dice.randint(1, 3)):
            _killed_build(forks, place, dice.uniform(0, 0.8))
        _check(place, run)


@pytest.mark.parametrize("count", slow_but([1, 4], 1))
def test_killed_builds(tmp_path: Path, run: Run, forks: Forks, count: int) -> None:
    _kill_runs(tmp_path, run, forks, count)


@pytest.mark.soak
def test_many_killed_builds(tmp_path: Path, run: Run, forks: Forks) -> None:
    _kill_runs(tmp_path, run, forks, 25)


def test_several_at_once(tmp_path: Path, run: Run, forks: Forks) -> None:
    run("init", "--sample", tmp_path / "w")
    command = ["-C", tmp_path / "w", "build", "--at", SLOT, "--json"]
    with ThreadPoolExecutor(3) as pool:
        several = list(pool.map(forks.run, [command] * 3))
    states = sorted(json.loads(done.stdout)["state"] for done in several)
    assert states == ["closed", "draft", "draft"]
    issues = [json.loads(path.read_text()) for path in (tmp_path / "w/archive").glob("*/issue.json")]
    (closed,) = [issue for issue in issues if issue["state"] == "closed"]
    assert sum(closed["receipt"].values()) == 144
