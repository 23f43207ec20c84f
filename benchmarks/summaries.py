"""How good summaries are beside a text's first two sentences: a seeded draw of real items, judged blind by a person.

    python benchmarks/summaries.py draw ../shared/data 2026 > sheet.txt    the pairs, A and B shuffled, with the text
    python benchmarks/summaries.py seal ../shared/data 2026 marks.txt > tests/summaries.csv
    python benchmarks/summaries.py tests/summaries.csv                     the figures

A mark's line is `number AAAA BBBB`: four digits each, 1 where the side says what was done or found; gives a main figure or result
of the text, or the text has none; holds no sentence of background, of filler or of navigation alone; reads alone and whole. Half of
the draw are papers of days after 14 June 2026, half posts and release notes of the feeds; 40 others (`develop`) served to write the rules.
"""

import csv
import gzip
import hashlib
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from digest.editorial.summary import FULL, summarise
from digest.errors import FeedError
from digest.feeds.parsing import parse
from digest.text.sentences import shorten, split

CRITERIA = ("done", "figure", "telling", "alone")
SHORT = 40  # words; a text that has fewer is its own summary
SHARES = {"papers": 0.5, "posts": 0.36, "releases": 0.14}
RELEASES = re.compile(r"^(?:gh-|claude-code|anthropic-status)")
LISTS = re.compile(
    r"^(?:arxiv|biorxiv|cn-chat|hf-|mibuhand-huggingface|youtube|qwen-blog-zh)"
)  # of papers; not English
MODELS = re.compile(r"language model|\bLLM|\bagent|transformer|reasoning", re.IGNORECASE)


def items(data: Path, *, develop: bool) -> dict[str, dict[str, list[tuple[str, str, str]]]]:
    """Kind -> feed -> (id, title, text), of the part that serves to write the rules or of the other one."""
    found: dict[str, dict[str, list[tuple[str, str, str]]]] = {kind: defaultdict(list) for kind in SHARES}
    for path in sorted(data.glob("replay/arxiv-*.jsonl.gz")):
        if (path.name < "arxiv-2026-06-15") is develop:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for row in map(json.loads, file):
                    if MODELS.search(row["abstract"]):
                        found["papers"]["arxiv"].append((f"arxiv:{row['id']}", row["title"], row["abstract"]))
    for feed, id_, title, text in _entries(data):
        if (int(hashlib.sha256(id_.encode()).hexdigest()[0], 16) < 6) is develop:
            found["releases" if RELEASES.match(feed) else "posts"][feed].append((id_, title, text))
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
            if len(entry.summary.split()) > SHORT and id_ not in seen:
                seen.add(id_)
                yield feed, id_, entry.title, entry.summary


def draw(data: Path, seed: int, number: int = 100, *, develop: bool = False) -> list[tuple[str, str, str]]:
    """So many items: of each kind its share, and by turns from its feeds."""
    rng = random.Random(seed)
    drawn: list[tuple[str, str, str]] = []
    for kind, feeds in items(data, develop=develop).items():
        queues = [rng.sample(rows, len(rows)) for rows in feeds.values()]
        rng.shuffle(queues)
        turns = [queue[place] for place in range(max(map(len, queues))) for queue in queues if place < len(queue)]
        drawn += turns[: round(number * SHARES[kind])]
    return drawn


def pairs(rows: Sequence[tuple[str, str, str]], seed: int) -> Iterator[tuple[bool, str, str]]:
    """Whether ours stands first; A; B."""
    rng = random.Random(seed + 1)
    for _, _, text in rows:
        ours, first = summarise(text), shorten(" ".join(split(text)[:2]), FULL)
        swapped = rng.random() < 0.5
        yield (swapped, ours, first) if swapped else (swapped, first, ours)


def seal(rows: Sequence[tuple[str, str, str]], seed: int, marks: Path) -> None:
    """Unblind the marks: ids and scores alone."""
    told = dict(line.split(maxsplit=1) for line in marks.read_text().splitlines() if line.strip())
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["id", *(f"ours_{one}" for one in CRITERIA), *(f"first_{one}" for one in CRITERIA)])
    for number, ((id_, _, _), (swapped, _, _)) in enumerate(zip(rows, pairs(rows, seed), strict=True), start=1):
        one, other = told[str(number)].split()
        writer.writerow([id_, *one, *other] if swapped else [id_, *other, *one])


def figures(path: Path) -> None:
    """Each criterion's share on both sides, and the difference with its interval over resampled items."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rng = random.Random(1)
    samples = [rng.choices(rows, k=len(rows)) for _ in range(4000)]

    def mean(side: str, names: Sequence[str], of: Sequence[dict[str, str]]) -> float:
        return sum(int(row[f"{side}_{name}"]) for row in of for name in names) / len(of)

    print(f"{len(rows)} items\n{'':10} {'ours':>6} {'first two':>10} {'difference':>11}  95 %")
    for title, names in (*((one, (one,)) for one in CRITERIA), ("of four", CRITERIA)):
        apart = sorted(mean("ours", names, sample) - mean("first", names, sample) for sample in samples)
        ours, first = mean("ours", names, rows), mean("first", names, rows)
        print(f"{title:10} {ours:6.2f} {first:10.2f} {ours - first:+11.2f}  {apart[100]:+.2f} to {apart[3899]:+.2f}")
    better = sum(mean("ours", CRITERIA, [row]) > mean("first", CRITERIA, [row]) for row in rows)
    worse = sum(mean("ours", CRITERIA, [row]) < mean("first", CRITERIA, [row]) for row in rows)
    print(f"better in {better}, worse in {worse}, equal in {len(rows) - better - worse}")


def main() -> None:
    if len(sys.argv) == 2:
        figures(Path(sys.argv[1]))
        return
    command, folder, seed, *rest = sys.argv[1:]
    rows = draw(Path(folder), int(seed), *([40] if command == "develop" else []), develop=command == "develop")
    if command == "seal":
        seal(rows, int(seed), Path(rest[0]))
        return
    for number, ((_, title, text), (_, one, other)) in enumerate(zip(rows, pairs(rows, int(seed)), strict=True), 1):
        print(f"{number}. {title}\n  A: {one}\n  B: {other}\n  [{text[:1400]}]\n")


if __name__ == "__main__":
    main()
