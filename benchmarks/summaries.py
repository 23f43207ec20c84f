"""How good summaries are as they are mailed: a seeded draw of real items that no rule was written beside, marked by a person.

    python benchmarks/summaries.py draw ../shared/data 7 > sheet.txt       title, summary and text of a hundred items
    python benchmarks/summaries.py tests/editorial/summaries.csv           the figures

Items are split by the first hexadecimal digit of their id's SHA-256: 0 to 7 may be read while rules are written, the others are only
counted. Of these, a draw leaves out what an earlier one had, listed in tests/editorial/summaries_read.txt: add what you read. A mark is 1
where the summary tells what was made or found; where it has the headline figure (nothing where the text has none, or where it was marked
together with the contribution); where it reads alone and whole. `best_` says the same of the best forty words that a reader could take
from the text, and `_before` of the summary by earlier rules, read in random order beside the other.
"""

import csv
import gzip
import hashlib
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from digest.editorial.summary import BRIEF, summarise
from digest.errors import FeedError
from digest.feeds.parsing import parse

SHARES = {"papers": 64, "posts": 36}
LISTS = re.compile(r"^(?:arxiv|biorxiv|cn-chat|hf-|youtube|qwen-blog-zh)")  # of papers; not English
READ = Path(__file__).parents[1] / "tests" / "editorial" / "summaries_read.txt"
MODELS = re.compile(r"language model|\bLLM|\bagent|transformer|reasoning", re.IGNORECASE)

Row = dict[str, str]


def may_be_read(id_: str) -> bool:
    return int(hashlib.sha256(id_.encode()).hexdigest()[0], 16) < 8


def items(data: Path, *, read: bool) -> dict[str, dict[str, list[tuple[str, str, str]]]]:
    """Kind -> feed -> (id, title, text), of the half that may be read or of the other one."""
    found: dict[str, dict[str, list[tuple[str, str, str]]]] = {kind: defaultdict(list) for kind in SHARES}
    for path in sorted(data.glob("replay/arxiv-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                id_ = f"arxiv:{row['id']}"
                if MODELS.search(row["abstract"]) and may_be_read(id_) is read:
                    found["papers"]["arxiv"].append((id_, row["title"], row["abstract"]))
    for feed, id_, title, text in _entries(data):
        if may_be_read(id_) is read:
            found["posts"][feed].append((id_, title, text))
    return found


def _entries(data: Path) -> Iterator[tuple[str, str, str, str]]:
    seen = set()
    for path in sorted([*data.glob("feeds/real/*.xml"), *data.glob("feeds/history/*/*.xml")]):
        feed = path.stem if path.parent.name == "real" else path.parent.name
        if LISTS.match(feed):
            continue
        try:
            document = parse(path.read_bytes(), url=f"https://{feed}.example/", content_type="application/xml")
        except FeedError:
            continue
        for entry in document.entries:
            id_ = entry.link or entry.guid or entry.title
            if len(entry.summary.split()) > BRIEF and id_ not in seen:
                seen.add(id_)
                yield feed, id_, entry.title, entry.summary


def draw(data: Path, seed: int) -> list[tuple[str, str, str]]:
    """A hundred items that are only counted: of each kind its share, and by turns from its feeds."""
    rng = random.Random(seed)
    known = set(READ.read_text(encoding="utf-8").splitlines())
    drawn: list[tuple[str, str, str]] = []
    for kind, feeds in items(data, read=False).items():
        queues = [rng.sample(rows, len(rows)) for rows in feeds.values()]
        rng.shuffle(queues)
        turns = [queue[place] for place in range(max(map(len, queues))) for queue in queues if place < len(queue)]
        drawn += [one for one in turns if one[0] not in known][: SHARES[kind]]
    return drawn


def told(row: Row, prefix: str = "", suffix: str = "") -> bool:
    """Whether the contribution is told and, where the text has one, the headline figure."""
    return row[f"{prefix}contribution{suffix}"] == "1" and row[f"{prefix}number{suffix}"] != "0"


def shares(rows: Sequence[Row], suffix: str = "") -> tuple[float, float]:
    """Of what the best extracts tell, how much the summaries do; and how many read alone."""
    best = sum(told(row, "best_") for row in rows)
    alone = sum(row[f"alone{suffix}"] == "1" for row in rows)
    return sum(told(row, suffix=suffix) for row in rows) / best, alone / len(rows)


def figures(rows: Sequence[Row]) -> Iterator[str]:
    kinds: dict[str, Callable[[Row], bool]] = {
        "all": lambda _: True,
        "papers": lambda row: row["kind"] == "paper",
        "posts": lambda row: row["kind"] == "post",
    }
    for name, of in kinds.items():
        some = [row for row in rows if of(row)]
        for rules, suffix in (("these", ""), ("before", "_before")):
            if marked := [row for row in some if row[f"contribution{suffix}"]]:
                contents, alone = shares(marked, suffix)
                yield f"{name:7} {rules:7} contribution and figure {contents:.2f} of the best, reads alone {alone:.2f}"


def main() -> None:
    if len(sys.argv) == 2:
        with Path(sys.argv[1]).open(encoding="utf-8") as file:
            print("\n".join(figures(list(csv.DictReader(file)))))
        return
    _, folder, seed = sys.argv[1:]
    for number, (_, title, text) in enumerate(draw(Path(folder), int(seed)), 1):
        print(f"{number}. {title}\n  {summarise(text, title=title)}\n  [{text[:1400]}]\n")


if __name__ == "__main__":
    main()
