"""How often names and phrases are said to have moved where nothing did, and how often where something did: real texts, dealt at random.

    python benchmarks/moved.py ../shared/data 20

The papers of arXiv's weeks of June 2026 that name language models are dealt to twelve past weeks and this one, so that no term moves but
by chance. Then a name that no text has is planted in some papers of this week, and of the past ones as often as is expected.
"""

import gzip
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from digest.editorial.moved import PastWindow, Work, mentions, moved, terms_of
from digest.storage.files.resources import ordinary_words

MODELS = re.compile(r"language model|\bLLM|\bagent|transformer|reasoning", re.IGNORECASE)
WEEKS, ITEMS = 13, 400
PLANTED, KEY = "Zyxw Q7", "zyxwq7"
CASES = ((0, 3), (0, 4), (0, 5), (0, 6), (1, 5), (1, 8), (1, 12), (4, 8), (4, 12), (4, 16), (10, 20), (10, 30))
ORDINARY = ordinary_words()


def papers(data: Path) -> list[Work]:
    return list(_papers(data))


def _papers(data: Path) -> Iterator[Work]:
    for path in sorted(data.glob("replay/arxiv-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                if MODELS.search(row["abstract"]):
                    yield Work(id=row["id"], title=row["title"], text=row["abstract"], authors=(row["id"],))


def dealt(works: Sequence[Work], rng: random.Random) -> list[list[Work]]:
    drawn = rng.sample(works, WEEKS * ITEMS)
    return [drawn[week * ITEMS : (week + 1) * ITEMS] for week in range(WEEKS)]


def planted(works: Sequence[Work], count: int) -> list[Work]:
    """The items, so many of them with the name."""
    return [
        replace(work, text=f"{work.text} We use {PLANTED}.") if place < count else work
        for place, work in enumerate(works)
    ]


def with_name(window: PastWindow, count: int) -> PastWindow:
    assert window.names is not None
    return replace(window, names=replace(window.names, counts={**window.names.counts, KEY: count}))


def windows(weeks: Sequence[Sequence[Work]]) -> list[PastWindow]:
    return [
        PastWindow(titles=tuple(work.title for work in week), names=mentions(terms_of(week, ORDINARY)))
        for week in weeks
    ]


def main() -> None:
    data, number = Path(sys.argv[1]), int(sys.argv[2])
    works = papers(data)
    rng = random.Random(404)
    flagged = 0
    for _ in range(number):
        *past, now = dealt(works, rng)
        flagged += bool(moved(terms_of(now, ORDINARY), windows(past), ORDINARY))
    print(f"nothing moves: {flagged} of {number} windows with a term")
    *past, now = dealt(works, rng)
    before = windows(past)
    for expected, count in CASES:
        found = 0
        for _ in range(number):
            counts = (sum(rng.random() < expected / ITEMS for _ in range(ITEMS)) for _ in before)
            named = [with_name(window, held) for window, held in zip(before, counts, strict=True)]
            found += any(one.name == PLANTED for one in moved(terms_of(planted(now, count), ORDINARY), named, ORDINARY))
        print(f"expected {expected:>2}, {count:>2} items: found in {found / number:.2f}")


if __name__ == "__main__":
    main()
