"""How much CPU an issue of sixty items takes in every format, styles inlined by premailer, and its lint. Prints a table."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from digest.lint import check
from digest.model import Issue, Line
from digest.render import items
from digest.text import clean
from support import specimens

ITEMS, RUNS = 60, 15
TRENDS = (
    "agents",
    "efficiency",
    "reasoning",
    "multimodal",
    "low-resource",
    "robustness",
    "open-source",
    "domain-specific",
)


def issue() -> Issue:
    """Sixty items in eight trends, each with twenty folded ones."""
    sections = []
    for number, trend in enumerate(TRENDS):
        numbers = range(number, ITEMS, len(TRENDS))
        items = tuple(specimens.item(1000 + place, f"Work number {place} on {trend}") for place in numbers)
        folded = tuple(specimens.folded(5000 + 100 * number + place, f"Folded work {place}") for place in range(20))
        sections.append(specimens.section(trend, specimens.trends_of()[trend].name, items, folded=folded))
    assert sum(len(section.items) for section in sections) == ITEMS
    first = tuple(section.items[0].id for section in sections[:5])
    lines = (Line(text=f"The lead: {sections[0].items[0].title}.", target=first[0]),)
    return replace(specimens.issue(), trends=tuple(sections), read_first=first, lead=first[0], lines=lines)


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of this process's CPU."""
    for remembered in (clean.web_url, clean.readable, clean.anchor, items._authors_line):  # noqa: SLF001
        remembered.cache_clear()
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def main() -> None:
    sixty = issue()
    files = specimens.files()  # the imports
    works: dict[str, Callable[[], object]] = {
        "render, all formats": lambda: files.update(specimens.files(sixty)),
        "digest check": lambda: check(files, specimens.BASE_URL),
    }
    print(f"{'':24}{'min':>8}{'median':>8}{'max':>8}  ms CPU, {RUNS} runs")
    for name, work in works.items():
        times = [spent(work) for _ in range(RUNS)]
        print(f"{name:24}{min(times):8.0f}{statistics.median(times):8.0f}{max(times):8.0f}")
    for name, text in files.items():
        print(f"{name:24}{len(text.encode()):8} bytes")


if __name__ == "__main__":
    main()
