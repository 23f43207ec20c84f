"""Processes, the server and the network are killed at moments of collecting, composing and sending: nothing lost, nobody twice.

The long run takes some fifteen minutes on a quiet machine. With DIGEST_TALLY=FILE, each round that has passed is a line there and counts, so
that a run that was interrupted goes on where it was.
"""

import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support.moments import VICTIMS, Round, begun

pytestmark = pytest.mark.slow
MOST = {
    "collect": 12,
    "compose": 12,
    "send": 40,
}  # moments of one round; the rest of a step passes in peace, so that it can end
PATIENCE = 900.0  # seconds for a round


@pytest.mark.parametrize(
    ("moments", "people", "pause"),
    [(6, 100, 0.05), pytest.param(300, 2500, 0.1, marks=pytest.mark.soak)],
    ids=["some", "many"],
)
def test_kills_at_any_moment_lose_nothing_and_mail_nobody_twice(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, moments: int, people: int, pause: float
) -> None:
    pytest.importorskip("procrastinate", reason="procrastinate is not installed")
    monkeypatch.setenv("DIGEST_STORE", "")  # a round sets it
    names = ("postgres", "forks", "sample", "tmp_path")
    postgres, forks, sample, folder = map(request.getfixturevalue, names)
    tally = Path(os.environ.get("DIGEST_TALLY") or folder / "tally") if people > 100 else folder / "tally"
    while (left := moments - total(tally).total()) > 0:
        seed, began = len(lines(tally)), time.monotonic()
        place = folder / f"round-{seed}"
        with begun(place, forks, postgres.programs, sample, people=people, pause=pause, seed=seed) as one:
            harm_until_done(one, left)
            one.end()
            found = one.check()
        line = {**found, "seconds": round(time.monotonic() - began), "moments": one.moments}
        assert "Traceback" not in (place / "log").read_text()
        with tally.open("a") as file:
            file.write(f"{json.dumps(line)}\n")
        print(line, flush=True)
    print(table(tally))
    victims = {moment.partition(",")[0] for moment in total(tally)}
    assert victims == set(VICTIMS) if moments > 100 else victims  # a few moments need not be of all kinds


def harm_until_done(one: Round, moments: int) -> None:
    """Let moments come until everybody has theirs."""
    until = time.monotonic() + PATIENCE
    while not one.done():
        assert time.monotonic() < until, (one.moments, one.at_work())
        time.sleep(one.dice.uniform(0.2, 1.6 if one.at_work() == "send" else 4.0))
        doing = one.at_work()
        had = sum(count for moment, count in one.moments.items() if moment.endswith(f", {doing}"))
        if one.moments.total() < moments and had < MOST.get(doing, 0):
            one.harm(doing)


def lines(tally: Path) -> list[Any]:
    return [json.loads(line) for line in tally.read_text().splitlines()] if tally.exists() else []


def total(tally: Path) -> Counter[str]:
    """How many moments there were of each kind."""
    found = Counter[str]()
    for line in lines(tally):
        found.update(line["moments"])
    return found


def table(tally: Path) -> str:
    """The moments by what was killed and what was being done, in Markdown."""
    found, rounds = total(tally), lines(tally)
    stages = ("collect", "compose", "send")
    rows = [[victim, *(str(found[f"{victim}, {stage}"]) for stage in stages)] for victim in VICTIMS]
    text = "\n".join(f"| {' | '.join(row)} |" for row in [["killed", *stages], ["---", "--:", "--:", "--:"], *rows])
    sums = {name: sum(line[name] for line in rounds) for name in ("readers", "doubts", "allowed", "seconds")}
    told = ", ".join(f"{count} {name}" for name, count in sums.items())
    return f"\n{text}\n\n{found.total()} moments in {len(rounds)} rounds: {told}"
