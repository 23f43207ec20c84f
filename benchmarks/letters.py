"""Measure what letters cost: fixing who gets which, making and sending them, for many readers in few profiles.

    python benchmarks/letters.py [--readers 100000] [--profiles 200] [--items 300]
    python benchmarks/letters.py --send [--runs 3] [--readers 20000] [--profiles 100]

The first prints one line per step, with the peak memory of the process. Making grows with profiles: run it with other numbers to compare.

The second sends letters and the plain issue of the same items into smtp-sink, in turn: CPU a message, and the ratio. Recipients are fixed, and
what is sent is made, before the clock starts: one message of each is sent by a run of its own. Every reader has the same minutes, so
that all messages are about as large. The two take turns in going first.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from send import CONNECTIONS, Figures, measured, sink

from digest.config import trend_files
from digest.model import Entry, Preferences, Workspace
from digest.services.context import Program, program_at, read_config
from digest.services.letter_making import make_letters
from digest.services.preferences import prefer
from digest.services.rounds import begin_round
from digest.storage.db.items import Arrival
from digest.storage.files import resources

NOW = datetime(2026, 6, 2, 5, tzinfo=UTC)
FEED = "https://a.example/feed"
SUBJECTS = (
    "agents that use tools",
    "long reasoning",
    "quantised inference",
    "retrieval",
    "safety of dialogue",
    "code generation",
)
MINUTES = 10  # of every message that is sent: 75 kB
CONFIG = """digest: {timezone: Europe/Berlin, schedule: tue 07:00, minutes: 10, max_items_per_trend: 30, lookback: 5000d, max_age: 5000d}
feeds:
  - {name: Papers, url: https://a.example/feed, kind: papers}
"""


def told(name: str, begun: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {time.perf_counter() - begun:.1f} s, {peak:.0f} MB at most", flush=True)


def fill(program: Program, *, readers: int, profiles: int, items: int, alike: bool = False) -> None:
    """The items and the readers; without profiles, they chose nothing. If they are alike, letters differ from the issue in their receipts only."""
    subjects = [f"A language model for {SUBJECTS[n % len(SUBJECTS)]}, number {n}" for n in range(items)]
    arrivals = [
        Arrival(
            entry=Entry(
                title=title,
                link=f"https://x.example/{n}",
                summary=f"We study a large language model. {title} improves by {n} %.",
            ),
            keys=(f"url:x.example/{n}",),
            fate=None,
        )
        for n, title in enumerate(subjects)
    ]
    trends = tuple(program.trends)
    with program.store.transaction():
        program.store.items.add(FEED, NOW - timedelta(hours=6), arrivals)
        for number in range(readers):
            address = f"p{number}@x.example"
            program.store.subscribers.add(address, key=address, at=program.now)
            if not profiles:
                continue
            liked = "author:Nobody" if alike else f"trend:{trends[number % profiles % len(trends)]}"
            minutes = MINUTES if alike else (3, 5, 10, 20)[number % 4]
            weights = {liked: 0.01 * (number % profiles)}
            choice = Preferences(frequency="daily", hour=7, minutes=minutes, weights=weights)
            prefer(program.store, program.config.digest, number + 1, choice, NOW - timedelta(hours=12))


def workspace(folder: Path) -> AbstractContextManager[Program]:
    folder.mkdir(exist_ok=True)
    place = Workspace(root=folder)
    place.config.write_text(CONFIG)
    known = trend_files.load(resources.trend_texts(place))
    settings = read_config(place, known)
    return program_at(NOW - timedelta(hours=12), place, settings, known, writes=True, waiting=print)


def make(asked: argparse.Namespace, folder: Path) -> None:
    with workspace(folder) as program:
        begun = time.perf_counter()
        fill(program, readers=asked.readers, profiles=asked.profiles, items=asked.items)
        told(f"{asked.readers} readers stored", begun)
        at_seven = replace(program, now=NOW)
        begun = time.perf_counter()
        key = begin_round(at_seven, "outbox")
        assert key is not None
        told("recipients fixed", begun)
        begun = time.perf_counter()
        assert make_letters(at_seven, key) == ()
        (made,) = program.store.connection.execute("SELECT count(*) FROM letters WHERE state = 'made'").fetchone()
        told(f"{made} letters made", begun)
        begun = time.perf_counter()
        assert begin_round(replace(program, now=NOW + timedelta(seconds=1)), "outbox") is None
        told("nothing due", begun)


def run(place: Path, *argv: str) -> None:
    """Its exit code is 1: nothing answers where the feed is, and all but one reader wait."""
    subprocess.run([sys.executable, "-m", "digest", "-C", place, *argv], check=False, capture_output=True)


def sent(asked: argparse.Namespace, port: int, *, profiles: int) -> Figures:
    """What the run costs that sends to all but the first reader. Workspaces are filled by processes of their own: a child begins with its parent's peak memory."""
    at = ("--at", NOW.isoformat())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        numbers = (f"--readers={asked.readers}", f"--profiles={profiles}", f"--items={asked.items}")
        subprocess.run([sys.executable, __file__, "--fill", folder, *numbers], check=True)
        smtp = f"{{host: 127.0.0.1, port: {port}, security: none, connections: {CONNECTIONS}}}"
        with (place / "feeds.yaml").open("a") as file:
            file.write(f"delivery: {{from: d@example.org, base_url: 'https://digest.example.org', smtp: {smtp}}}\n")
        run(place, *(("collect",) if profiles else ("build",)), *at)
        send = ["send", *(("--letters",) if profiles else ()), "--yes", *at]
        run(place, *send, "--limit=1")
        return measured([sys.executable, "-m", "digest", "-C", str(place), *send], asked.readers - 1)


def contest(asked: argparse.Namespace) -> None:
    ratios = []
    with sink() as port:
        for run in range(asked.runs):
            found = {
                profiles: sent(asked, port, profiles=profiles)
                for profiles in sorted((0, asked.profiles), reverse=run % 2 == 1)
            }
            plain, letters = found[0], found[asked.profiles]
            ratios.append(letters.cpu / plain.cpu)
            print(
                f"run {run + 1}: plain {plain.cpu:.0f} µs of CPU a message, {plain.rate:.0f}/s, {plain.memory:.0f} MB;"
                f" letters {letters.cpu:.0f} µs, {letters.rate:.0f}/s, {letters.memory:.0f} MB: {ratios[-1]:.2f} times the CPU",
                flush=True,
            )
    print(
        f"letters take {min(ratios):.2f} to {max(ratios):.2f} times the CPU of the plain issue, median {median(ratios):.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int)
    parser.add_argument("--profiles", type=int)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--send", action="store_true", help="measure sending")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--fill", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    readers, profiles = (20_000, 100) if asked.send else (100_000, 200)
    asked.readers = readers if asked.readers is None else asked.readers
    asked.profiles = profiles if asked.profiles is None else asked.profiles
    if asked.fill:
        with workspace(asked.fill) as program:
            fill(program, readers=asked.readers, profiles=asked.profiles, items=asked.items, alike=True)
    elif asked.send:
        contest(asked)
    else:
        with tempfile.TemporaryDirectory() as folder:
            make(asked, Path(folder))


if __name__ == "__main__":
    main()
