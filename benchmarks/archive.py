"""What one more issue costs an archive of 5 and one of 520 issues: files written, and CPU of its making. Prints a table.

Every issue is the sample's, with other keys and ids. Measured is what a build does once an issue is composed: its files, the archive,
the catalogue, the pages. `--issues 5 --issues 520 --rounds 3` are the defaults.
"""

import argparse
import json
import random
import re
import resource
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from digest import config
from digest.config import trend_files
from digest.editorial.moved import MOST
from digest.model import Issue, Moved, Window, Workspace
from digest.schedule.slots import Timetable
from digest.services.compose import binary_files, files
from digest.services.context import Program
from digest.services.site import write_overviews
from digest.storage.archive import Archive, to_json
from digest.storage.archive.issue_json import from_json
from digest.storage.db import open_store
from digest.storage.files import resources

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "archive/2026-W27/issue.json"
FEEDS = "feeds: [{name: A blog, url: https://blog.example.org/feed, kind: blog}]\n"
WEB = "delivery: {base_url: https://digest.example.org}\n"


def issue(sample: Issue, number: int) -> Issue:
    """The sample, so many weeks later; no item is that of another issue."""
    slot = sample.slot + timedelta(weeks=number)
    year, week, _ = slot.isocalendar()
    renamed = _renamed(json.loads(to_json(sample)), {item.id: f"{item.id}-{number}" for item in sample.items()})
    return replace(
        from_json(json.dumps(renamed).encode()),
        key=f"{year}-W{week:02}",
        slot=slot,
        window=Window(start=slot - timedelta(weeks=1), end=slot),
    )


def with_terms(sample: Issue) -> Issue:
    """The sample with as many names that moved as an issue has at most; it has too few past issues for any."""
    items = tuple(item.id for item in max(sample.trends, key=lambda one: len(one.items)).items[:3])
    term = Moved(name="", kind="name", items=items, count=9, expected=1.5, q=0.01, past=(1, 2))
    return replace(sample, moved=tuple(replace(term, name=f"Name {number}") for number in range(MOST)))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The JSON value with every item's id replaced."""
    match value:
        case str():
            return names.get(value, value)
        case list():
            return [_renamed(one, names) for one in value]
        case dict():
            return {key: _renamed(one, names) for key, one in value.items()}
        case _:
            return value


@contextmanager
def workspace(folder: Path, sample: Issue) -> Iterator[Program]:
    place = Workspace(root=folder)
    settings = config.parse(
        FEEDS + WEB, file="feeds.yaml", trends=(known := trend_files.load(resources.trend_texts(place)))
    )
    digest = settings.digest
    with open_store(place.database) as store:
        yield Program(
            workspace=place,
            config=settings,
            trends=known,
            store=store,
            archive=Archive(place.archive),
            timetable=Timetable(schedule=digest.schedule, cadence=digest.cadence, zone=ZoneInfo(digest.timezone)),
            now=sample.slot,
            random=random.Random(1),
            workers=1,
        )


def add(program: Program, one: Issue) -> None:
    """What a build does with an issue that is composed."""
    texts = files(program, one)
    program.archive.write(one, {**texts, **binary_files(program.config, one, texts)})
    write_overviews(program)


def stand_in(program: Program, one: Issue) -> None:
    """An issue of the past: its data, and no page."""
    folder = program.archive.folder(one.key)
    folder.mkdir(parents=True)
    (folder / "issue.json").write_text(to_json(one))


def written(before: dict[str, int], after: dict[str, int]) -> list[str]:
    return [name for name, when in after.items() if before.get(name) != when]


def state(root: Path) -> dict[str, int]:
    """Each file and its inode's change time: a file that was written anew has another."""
    return {str(path.relative_to(root)): path.stat().st_ctime_ns for path in root.rglob("*") if path.is_file()}


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, action="append")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    sample = with_terms(from_json(SAMPLE.read_bytes()))
    print(
        f"{'issues':>8}{'files':>7}{'beside search':>15}{'first CPU':>11}{'CPU min':>9}{'median':>8}{'max':>7}{'build all':>11}"
    )
    for number in given.issues or [5, 520]:
        with tempfile.TemporaryDirectory() as folder, workspace(Path(folder), sample) as program:
            report(program, sample, number, given.rounds)


def report(program: Program, sample: Issue, number: int, rounds: int) -> None:
    # The archives end in the same week, so that the years they end in are as full.
    for place in range(-number, 0):
        stand_in(program, issue(sample, place))
    start = cpu()
    write_overviews(program)
    whole = cpu() - start
    times, counts, names = [], [], []
    for round_ in range(rounds):
        before = state(program.archive.root)
        start = cpu()
        add(program, issue(sample, round_))
        times.append(cpu() - start)
        names = written(before, state(program.archive.root))
        counts.append(len([name for name in names if not re.fullmatch(r"search/\d+-q\d\.js", name)]))
    ordered = sorted(times)
    print(
        f"{number:>8}{len(names):>7}{max(counts):>15}{times[0]:>10.2f}s{ordered[0]:>8.2f}s"
        f"{ordered[len(ordered) // 2]:>7.2f}s{ordered[-1]:>6.2f}s{whole:>10.1f}s",
        flush=True,
    )


if __name__ == "__main__":
    main()
