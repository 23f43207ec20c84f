"""Measure what letters cost: fixing who gets which, and making them, for many readers in few profiles.

    python benchmarks/letters.py [--readers 100000] [--profiles 200] [--items 300]

Prints one line per step, with the peak memory of the process. Making grows with profiles: run it with other numbers to compare.
"""

import argparse
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
CONFIG = """digest: {timezone: Europe/Berlin, schedule: mon 08:00, lookback: 5000d, max_age: 5000d}
feeds:
  - {name: Papers, url: https://a.example/feed, kind: papers}
"""


def told(name: str, begun: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {time.perf_counter() - begun:.1f} s, {peak:.0f} MB at most", flush=True)


def fill(program: Program, *, readers: int, profiles: int, items: int) -> None:
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
            weights = {f"trend:{trends[number % profiles % len(trends)]}": 0.01 * (number % profiles)}
            choice = Preferences(frequency="daily", hour=7, minutes=(3, 5, 10, 20)[number % 4], weights=weights)
            prefer(program.store, program.config.digest, number + 1, choice, NOW - timedelta(hours=12))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--profiles", type=int, default=200)
    parser.add_argument("--items", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Workspace(root=Path(folder))
        place.config.write_text(CONFIG)
        known = trend_files.load(resources.trend_texts(place))
        settings = read_config(place, known)
        with program_at(NOW - timedelta(hours=12), place, settings, known, writes=True, waiting=print) as program:
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


if __name__ == "__main__":
    main()
