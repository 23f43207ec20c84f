"""What `digest teach` costs beside an archive of 260 issues, as a process of its own: seconds of CPU and of the clock.

The workspace is the sample, built once; beside it stand copies of its issue with other keys and ids, so that a lesson has hundreds of
similar items. The first round also enters the copies into the catalogue, as a build would have done; it is told apart. Python's bytecode is
kept between the rounds, as in every installation, whatever the shell says.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive import issue

from digest.storage.archive import to_json
from digest.storage.archive.issue_json import from_json

SLOT = "2026-06-29T08:00"
ISSUES = 260
ROUNDS = 5


def digest(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "digest", "-C", str(folder), *arguments]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(folder.with_name("bytecode"))
    return subprocess.run(command, check=True, capture_output=True, text=True, env=kept).stdout


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "sample"
        subprocess.run(
            [sys.executable, "-m", "digest", "init", "--sample", str(folder)], check=True, capture_output=True
        )
        digest(folder, "build", "--at", SLOT)
        (built,) = folder.glob("archive/*/issue.json")
        sample = from_json(built.read_bytes())
        for number in range(1 - ISSUES, 0):
            one = issue(sample, number)
            stand_in = folder / "archive" / one.key / "issue.json"
            stand_in.parent.mkdir()
            stand_in.write_text(to_json(one), encoding="utf-8")
        name = next(one.items[0].id for one in sample.trends if one.id != "agents" and one.items)
        cpu, clock, said = [], [], ""
        for _ in range(ROUNDS + 1):
            before, start = children(), time.perf_counter()
            said = digest(folder, "teach", name, "agents", "--dry-run", "--at", SLOT)
            cpu.append(children() - before)
            clock.append(time.perf_counter() - start)
        print(f"{ISSUES} issues of {sum(len(one.items) + len(one.folded) for one in sample.trends)} items")
        print(f"the lesson on {name} would move: {said.splitlines()[-1]}")
        print(f"first, with the catalogue: {cpu[0]:.2f} s of CPU")
        for what, seconds in (("CPU", sorted(cpu[1:])), ("clock", sorted(clock[1:]))):
            print(f"{what}: min {seconds[0]:.2f} s, median {seconds[ROUNDS // 2]:.2f} s, max {seconds[-1]:.2f} s")


if __name__ == "__main__":
    main()
