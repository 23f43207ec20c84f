"""The desk on a large draft: how long a change takes, and a page to open and to drag in.

    python benchmarks/desk.py ../shared/data/replay [ITEMS]

Makes a workspace with a held issue of so many real papers (2,000 by default). Prints the seconds of one change of each kind, of the
page of the draft and of the preview, in one process as the desk runs them; then what Chromium measures.
"""

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from digest.cli import main as digest
from digest.config import trend_files
from digest.model import Workspace
from digest.services.context import Program, program_at, read_config
from digest.services.memory import Memory
from digest.storage.files import resources
from digest.web.desk import changes, pages
from digest.web.desk.changes import Asked
from digest.web.desk.sessions import Session

SLOT = datetime(2026, 6, 29, 6, tzinfo=UTC)
PARTS, PAST = 4, 4  # feeds, and published issues before the draft
FEEDS = """digest:
  title: A large week
  timezone: UTC
  schedule: "mon 06:00"
  review: required
feeds:
""" + "".join(f"  - {{name: Part {part}, url: part{part}.xml, kind: papers}}\n" for part in range(PARTS))


def papers(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Id, title and abstract of real papers."""
    for path in sorted(folder.glob("arxiv-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from ((row["id"], row["title"], row["abstract"]) for row in map(json.loads, file))


def make(place: Path, rows: list[tuple[str, str, str]]) -> None:
    """A workspace with a held issue of the last of these papers, and an equally large published one of each week before."""
    place.mkdir()
    size = len(rows) // (PAST + 1)
    for week in range(PAST + 1):
        slot = SLOT - timedelta(weeks=PAST - week)
        (place / "feeds.yaml").write_text(FEEDS if week == PAST else FEEDS.replace("  review: required\n", ""))
        for part in range(PARTS):
            write_feed(
                place / f"part{part}.xml", rows[week * size : (week + 1) * size][part::PARTS], slot - timedelta(days=2)
            )
        for arguments in (["collect", "--at", at(slot - timedelta(days=1))], ["build", "--at", at(slot)]):
            digest(["-C", str(place), *arguments])


def at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M}"


def write_feed(path: Path, rows: list[tuple[str, str, str]], day: datetime) -> None:
    listed = "".join(
        f"<item><title>{escape(title)}</title><link>https://arxiv.org/abs/{id_}</link><guid>https://arxiv.org/abs/{id_}</guid>"
        f"<pubDate>{day:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{escape(abstract)}</description></item>"
        for id_, title, abstract in rows
    )
    path.write_text(f'<?xml version="1.0"?><rss version="2.0"><channel><title>Papers</title>{listed}</channel></rss>')


class Opened:
    """The workspace, opened for each request as the desk does it."""

    def __init__(self, place: Path) -> None:
        self.place = Workspace(root=place)
        self.memory = Memory()

    def __call__(self, ask: Callable[[Program], object]) -> object:
        known = trend_files.load(resources.trend_texts(self.place))
        settings = read_config(self.place, known)
        with program_at(SLOT, self.place, settings, known, writes=True, waiting=lambda _: None) as program:
            return ask(replace(program, memory=self.memory))


def timed(do: Callable[[], object], times: int = 3) -> str:
    """The median seconds of some runs."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        do()
        took.append(time.process_time() - begun)
    return f"{statistics.median(took):.2f} s"


def measured(place: Path) -> None:
    opened = Opened(place)
    key = str(opened(pages.current))
    session = Session(who="ada", csrf="x")
    issue = opened(lambda program: program.archive.read(key))
    best = list(issue.best)  # type: ignore[attr-defined]
    orders = [[best[1], best[0], *best[2:]], best]

    def do(**asked: object) -> None:
        opened(lambda program: changes.change(program, key, Asked(seen="", **asked), "ada"))  # type: ignore[arg-type]

    for n in range(3):
        do(do="words", note=f"Warm {n}.")
    print("draft page      ", timed(lambda: opened(lambda p: pages.draft(p, key, session, pages.Look(), ""))))
    print(
        "search          ",
        timed(lambda: opened(lambda p: pages.draft(p, key, session, pages.Look(q="a", asked=True), ""))),
    )
    turn = iter(orders * 9)
    print("reorder         ", timed(lambda: do(do="order", place="read_first", items=tuple(next(turn)))))
    notes = iter(f"Note {n}." for n in range(9))
    print("note            ", timed(lambda: do(do="words", note=next(notes))))
    drops = iter(best[3:])
    print("drop            ", timed(lambda: do(do=f"drop {next(drops)}"), 2))
    print("undo            ", timed(lambda: do(do="undo_last"), 2))
    print("preview         ", timed(lambda: opened(lambda p: pages.files(p, key)["email.html"])))


FRAMES = """() => { window.gaps = []; let last = performance.now();
  const step = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(step) }; requestAnimationFrame(step) }"""
LOADED = "() => { const one = performance.getEntriesByType('navigation')[0]; return one.loadEventEnd - one.startTime }"


def browsed(place: Path) -> None:
    """What an editor waits for in a browser: the page, and a drag of the third of the first list to its top."""
    from playwright.sync_api import sync_playwright

    argv = [sys.executable, "-m", "digest", "-C", str(place), "desk", "--port", "0", "--at", at(SLOT)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as desk, sync_playwright() as playwright:
        assert desk.stdout
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(desk.stdout.readline().strip())
        times = []
        for _ in range(5):
            page.reload(wait_until="load")
            times.append(page.evaluate(LOADED))
        print(f"page loaded      {statistics.median(times) / 1000:.2f} s")
        for _ in range(3):
            drag(page)
        browser.close()
        desk.terminate()


def drag(page: Any) -> None:
    rows = page.locator("ol.rows").first.locator("li")
    rows.first.evaluate("one => one.scrollIntoView({block: 'center'})")
    start, end = rows.nth(2).locator(".grip").bounding_box(), rows.first.bounding_box()
    seen = page.locator("input[name=seen]").first.get_attribute("value")
    page.evaluate(FRAMES)
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 3, steps=60)
    gaps = sorted(page.evaluate("window.gaps"))
    page.mouse.up()
    begun = time.perf_counter()
    page.wait_for_function(
        "seen => document.querySelector('input[name=seen]').value !== seen", arg=seen, timeout=60_000
    )
    shown = time.perf_counter() - begun
    print(
        f"drag             {gaps[len(gaps) // 2]:.0f} ms between frames, {gaps[-1]:.0f} at most; shown after {shown:.2f} s"
    )


def run(folder: Path, number: int) -> None:
    rows = list(islice(papers(folder), (PAST + 1) * number))
    with tempfile.TemporaryDirectory() as made:
        place = Path(made) / "w"
        make(place, rows)
        print(f"{len(rows) // (PAST + 1)} items")
        measured(place)
        browsed(place)


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2_000)
