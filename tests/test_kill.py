"""A run that dies at any moment leaves the old state or the new one, and the next run goes on."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SLOT, Run
from forked import Forks


def _killed_build(forks: Forks, place: Path, after: float) -> None:
    """Start a build and kill it, with its workers, after so many seconds."""
    forks.start(["-C", str(place), "build", "--at", SLOT])
    if forks.wait(after) is None:
        forks.kill()


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
    assert sum(closed["receipt"].values()) == 143
    assert not list((place / "archive").glob(".*"))


def _kill_runs(tmp_path: Path, run: Run, count: int) -> None:
    dice = random.Random(count)
    with Forks(tmp_path / "errors") as forks:
        for n in range(count):
            place = tmp_path / str(n)
            run("init", "--sample", place)
            for _ in range(dice.randint(1, 3)):
                _killed_build(forks, place, dice.uniform(0, 1.2))
            _check(place, run)


def test_killed_builds(tmp_path: Path, run: Run) -> None:
    _kill_runs(tmp_path, run, 4)


@pytest.mark.soak
def test_many_killed_builds(tmp_path: Path, run: Run) -> None:
    _kill_runs(tmp_path, run, 25)


def test_two_at_once(tmp_path: Path, run: Run) -> None:
    run("init", "--sample", tmp_path / "w")
    command = [sys.executable, "-m", "digest", "-C", str(tmp_path / "w"), "build", "--at", SLOT, "--json"]
    several = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    states = sorted(json.loads(process.communicate(timeout=60)[0])["state"] for process in several)
    assert states == ["closed", "draft", "draft"]
    issues = [json.loads(path.read_text()) for path in (tmp_path / "w/archive").glob("*/issue.json")]
    (closed,) = [issue for issue in issues if issue["state"] == "closed"]
    assert sum(closed["receipt"].values()) == 143
