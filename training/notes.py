"""What was written by hand, and the tables of another page -> lines of the accuracy card. Measures nothing."""

import csv
from pathlib import Path

from training.data import ROOT

DOCS = ROOT / "docs" / "notebook"


def lines(name: str) -> list[str]:
    """Those of a file of this folder."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()


def gate() -> list[str]:
    """The tables of the gate's page, which `benchmarks/gate.py` measures."""
    page = (DOCS / "gate.md").read_text(encoding="utf-8")
    tables = [part for part in page.split("\n\n") if part.startswith("|")]
    return [
        "## The gate before a language model's sentences",
        "",
        "Of sentences with one planted fault, those that it refuses, by kind; and of good paraphrases. [The gate](gate.md) says how this was measured,",
        "and what falls short.",
        "",
        *"\n\n".join(tables).splitlines(),
        "",
    ]


def remarks() -> dict[tuple[str, str], str]:
    """What was found when a wrong label was read again, by the text's id and the label."""
    with Path(__file__).with_name("remarks.csv").open(encoding="utf-8", newline="") as rows:
        return {(row["id"], row["label"]): row["remark"] for row in csv.DictReader(rows)}
