"""CPU and memory of composing one window: stories, interest, ranking, pulse, budget; the classifier's verdicts are given.

    python benchmarks/compose.py ../shared/data/replay [ITEMS ...]

Real titles and abstracts, repeated with a word changed where more are asked for; one item in ten is a post about a paper. Each size
runs in a process of its own; `identical` is a window of one headline from ten thousand links. Prints seconds of CPU and megabytes.
"""

import gzip
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

from digest.classify import Text
from digest.config import DigestSettings, Feed, Kind, trend_files
from digest.editorial.candidates import sift
from digest.editorial.compose import compose
from digest.editorial.interest import load
from digest.editorial.rank import background
from digest.editorial.setting import Setting
from digest.editorial.stories import gather
from digest.editorial.threads import Published
from digest.feeds.identity import address_key
from digest.model import Item, Label, Sighting, Verdict, Window, Workspace
from digest.schedule.slots import Slot
from digest.storage.files import resources

SIZES = (5_000, 10_000, 20_000, 50_000)
PAST = 24_000  # published items of twelve issues that stories may follow
END = datetime(2026, 7, 6, 6, tzinfo=UTC)
KINDS: tuple[tuple[str, Kind], ...] = (("papers", "papers"), ("hub", "papers"), ("blog", "blog"))
FEEDS = {name: Feed(name=name, url=f"https://{name}.example/feed", kind=kind) for name, kind in KINDS}


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Titles and abstracts without end: the real ones, then again under a coined word of their own."""
    rows: list[tuple[str, str]] = []
    for path in sorted(folder.glob("arxiv-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows += [(row["title"], row["abstract"]) for row in map(json.loads, file)]
    if not rows:
        raise SystemExit(f"{folder}: has no arxiv-*.jsonl.gz; name the folder of replayed days")
    yield from rows
    for turn in count(1):
        for number, (title, abstract) in enumerate(rows):
            yield f"{title} of kind K{turn}x{number}", f"Variant {turn}x{number}. {abstract}"


def window(pairs: list[tuple[str, str]]) -> list[Item]:
    """Nine papers, one in ten of them in a second feed, and one post, by turns."""
    items = []
    for number, (title, abstract) in enumerate(pairs):
        post = number % 10 == 9
        key = f"url:https://blog.example/{number}" if post else f"arxiv:2606.{number:05}"
        feeds = ["blog"] if post else ["papers", "hub"] if number % 10 == 0 else ["papers"]
        text = f"On https://arxiv.org/abs/2606.{number - 1:05}: {abstract}" if post else abstract
        seen = END - timedelta(minutes=len(pairs) - number)
        sightings = tuple(
            Sighting(
                feed=feed,
                url=f"https://{feed}.example/{number}",
                title=title,
                summary=text,
                authors=("Ann",),
                published=None,
                first_seen=max(seen, END - timedelta(days=6)),
            )
            for feed in feeds
        )
        items.append(Item(id=key, keys=(key,), sightings=sightings))
    return items


def identical(number: int) -> list[Item]:
    return [
        Item(
            id=f"url:https://blog.example/{n}",
            keys=(f"url:https://blog.example/{n}",),
            sightings=(
                Sighting(
                    feed="blog",
                    url=f"https://blog.example/{n}",
                    title="A headline that comes again and again",
                    summary=f"The same text with the number {n} in it, and many words beside it. " * 4,
                    authors=(),
                    published=None,
                    first_seen=END,
                ),
            ),
        )
        for n in range(number)
    ]


def measure(folder: Path, size: str) -> tuple[float, float, int]:
    """Seconds of CPU, megabytes beyond the window's own items, and stories."""
    packaged = trend_files.load(resources.trend_texts(Workspace(root=Path("/nowhere"))))
    pairs = list(islice(texts(folder), (0 if size == "identical" else int(size)) + PAST))
    items = identical(10_000) if size == "identical" else window(pairs[PAST:])
    past = [
        Published(key="2026-W27", id=f"arxiv:2605.{n:05}", title=title) for n, (title, _) in enumerate(pairs[:PAST])
    ]
    rng = random.Random(1)
    verdicts = {
        item.id: Verdict(
            labels=(Label(id=rng.choice(list(packaged)), score=rng.random(), evidence=("word",)),), llm=True
        )
        for item in items
    }
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    span = Window(start=END - timedelta(days=7), end=END)
    sifted = sift(items, window=span, published=frozenset(), feeds=FEEDS)
    gathered = gather(sifted.candidates, past, identify=address_key)
    read = [Text(id=one.id, title=one.title, summary=one.summary) for one in gathered]
    setting = Setting(
        slot=Slot(at=END, key="2026-W28"),
        window=span,
        state="closed",
        settings=DigestSettings(),
        trends=packaged,
        feeds=(),
        past=(),
        background=background(()),
        interest=dict(zip((text.id for text in read), load(resources.interest_bytes()).scores(read), strict=True)),
    )
    issue = compose(type(sifted)(candidates=gathered, fates=sifted.fates), verdicts, setting)
    spent = time.process_time() - began
    assert sum(issue.receipt.values()) == sum(len(item.sightings) for item in items)
    return spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1000, len(gathered)


def main() -> None:
    if not sys.argv[1:]:
        raise SystemExit(__doc__)
    folder, *sizes = sys.argv[1:]
    if len(sizes) == 2 and sizes[0] == "one":
        print(*measure(Path(folder), sizes[1]))
        return
    print(f"{'items':>10} {'CPU s':>8} {'MB more':>8} {'stories':>8}")
    for size in sizes or [*map(str, SIZES), "identical"]:
        command = [sys.executable, __file__, folder, "one", size]
        rounds = [
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            for _ in range(1 if size == "50000" else 3)
        ]
        spent, more, stories = min(rounds, key=lambda one: float(one[0]))
        print(f"{size:>10} {float(spent):8.2f} {float(more):8.0f} {stories:>8}", flush=True)


if __name__ == "__main__":
    main()
