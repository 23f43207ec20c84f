"""How much CPU one `digest search` takes over 100,000 archived items, start-up included. Prints a table.

The texts are words of a Zipf distribution with "language model" in two of five; beside it, what an empty Python takes. No
known rival searches a digest's archive, so grep over the same texts stands in for one.
"""

import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from digest.model import Issue, Label, Workspace
from digest.storage.archive import summary_of
from digest.storage.db import open_store
from digest.storage.files.archive_stamps import stamps
from support.issues import ISSUE, ITEM

ISSUES, ITEMS, ROUNDS = 520, 100_000, 7
VOCABULARY = [f"word{number}" for number in range(30_000)]
WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))
TRENDS = ("agents", "efficiency", "reasoning", "multimodal", "robustness")
QUERIES = {"a rare word": ["zirconium"], '"language model"': ["language model"], "language": ["language"]}


def issues(chance: random.Random) -> Iterator[Issue]:
    """The issues, oldest first; one item in 20,000 has the rare word."""
    each = ITEMS // ISSUES + 1
    for number in range(ISSUES):
        slot = datetime(2017, 1, 2, 7, tzinfo=UTC) + timedelta(weeks=number)
        items = []
        for place in range(min(each, ITEMS - number * each)):
            words = chance.choices(VOCABULARY, cum_weights=WEIGHTS, k=70)
            at = number * each + place
            if at % 5 < 2:
                words[20:22] = ["language", "model"]
            if at % 20_000 == 7:
                words[3] = "zirconium"
            trend = Label(id=chance.choice(TRENDS), score=1.0)
            title, summary = " ".join(words[:10]), " ".join(words[10:])
            items.append(replace(ITEM, id=f"x:{at}", title=title, summary=summary, trends=(trend,)))
        section = replace(ISSUE.trends[0], items=tuple(items), folded=())
        key = f"{slot.isocalendar().year}-W{slot.isocalendar().week:02}"
        yield replace(ISSUE, key=key, slot=slot, state="closed", trends=(section,), also_noted=())


def fill(place: Workspace) -> None:
    """A catalogue of all items, and an archive's folders, which every search looks at."""
    made = list(issues(random.Random(1)))
    for issue in made:
        folder = place.archive / issue.key
        folder.mkdir(parents=True)
        (folder / "issue.json").write_text("\n".join(f"{one.title} {one.summary}" for one in issue.trends[0].items))
    known = stamps(place)
    with open_store(place.database) as store, store.transaction():
        for issue in made:
            store.catalogue.put(issue, summary_of(issue), stamp_=known[issue.key])


def spent(command: list[str]) -> float:
    """Milliseconds of CPU, user and system, of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Workspace(root=Path(folder))
        fill(place)
        digest = [sys.executable, "-m", "digest", "-C", folder, "search"]
        commands = {name: [*digest, *words] for name, words in QUERIES.items()}
        commands['"language model", a trend'] = [*digest, "language model", "--trend", "agents"]
        commands["python, nothing"] = [sys.executable, "-c", "pass"]
        commands['grep "language model"'] = ["grep", "-r", "-i", "language model", str(place.archive)]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(spent(command))
        size = place.database.stat().st_size / 1e6
        print(f"{ITEMS} items in {ISSUES} issues, store {size:.0f} MB; ms CPU, {ROUNDS} rounds")
        print(f"{'':28}{'min':>8}{'median':>8}{'max':>8}")
        for name, all_ in times.items():
            print(f"{name:28}{min(all_):8.0f}{statistics.median(all_):8.0f}{max(all_):8.0f}")


if __name__ == "__main__":
    main()
