"""How many planted faults the gate catches, and how many good paraphrases it refuses.

    python benchmarks/gate.py ../shared [PER_KIND]

Faults are planted in abstracts that nobody read while the rules were written (`tests/support/faults.py`).
"""

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from digest.grounding import judge

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.faults import KNOWN, UNKNOWN, Plant, abstracts, planted
from support.retold import retold

SEED = 1130
PARAPHRASES = Path(__file__).parents[1] / "tests/grounding"


def interval(hits: int, total: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    if not total:
        return "none"
    share, z = hits / total, 1.96
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5 / (1 + z * z / total)
    return f"{hits} of {total} | {share:.3f} ({middle - half:.3f}–{middle + half:.3f})"


def _row(kind: str, found: Iterable[bool]) -> list[bool]:
    verdicts = list(found)
    print(f"| {kind} | {interval(sum(verdicts), len(verdicts))} |")
    return verdicts


def main(shared: Path, per_kind: int) -> None:
    """Print the tables of docs/notebook/gate.md."""
    given = [abstract for abstract in abstracts(shared) if abstract.counted]
    kinds: tuple[tuple[str, dict[str, Plant]], ...] = (("known", dict(KNOWN)), ("unknown", dict(UNKNOWN)))
    for name, plants in kinds:
        print(f"\n| Kinds {name} to the rules | caught | share |\n|---|--:|--:|")
        every: list[bool] = []
        for kind in plants:
            faults = planted({kind: plants[kind]}, given, per_kind=per_kind, seed=SEED)
            every += _row(kind, (bool(judge(one.sentence, [one.source], title=one.abstract.title)) for one in faults))
        _row("all", every)
    print("\n| Good paraphrases | refused | share |\n|---|--:|--:|")
    refused: list[bool] = []
    by_kind: dict[str, list[bool]] = {}
    for one in retold(given, per_kind=per_kind // 2, seed=SEED):
        by_kind.setdefault(one.kind, []).append(bool(judge(one.sentence, [one.source], title=one.abstract.title)))
    for kind, verdicts in by_kind.items():
        refused += _row(kind, verdicts)
    _row("all", refused)
    for path in sorted(PARAPHRASES.glob("paraphrases*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            _row(path.name, (bool(judge(row["paraphrase"], [row["source"]])) for row in csv.DictReader(lines)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 150)
