"""worth.csv -> papers of June 2026 with how much a reader wants to know of each. Keeps no text in the repository.

`mark` is a reader's, from title and abstract: 3 for what many people who work on language models would want to know, 2 for clear news for a
good part of them, 1 for what only specialists need (one more variant, a small gain, a narrow application), 0 for what is no news or not about
language models. Papers read by two have the mean. `use` is `fitted`, or `counted` for those that no fit may look at.
"""

import csv
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import Ridge

from digest.classify import Text
from training.fit import Floats

MARKS = Path(__file__).with_name("worth.csv")
SMOOTHING = 1.0  # of the words; a text's words have length one
PARTS = 8  # in which the marks are predicted by the words of the others
CERTAIN, SCALE = 0.5, 2.5  # a mark of so much is surely no pick; and the marks from there to a sure one


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """Papers, and the mean mark of each."""

    texts: tuple[Text, ...]
    marks: Floats

    @property
    def wanted(self) -> Floats:
        """How far each paper counts as one that a reader picks, 0 to 1."""
        return np.clip((self.marks - CERTAIN) / SCALE, 0.0, 1.0)


def marked(papers: Path, use: str) -> Marked:
    """The papers of a folder of announcements that serve one use, in the order of their ids."""
    with MARKS.open(encoding="utf-8", newline="") as lines:
        marks = {row["id"]: float(row["mark"]) for row in csv.DictReader(lines) if row["use"] == use}
    found: dict[str, Text] = {}
    for path in sorted(papers.glob("arxiv-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                if row["id"] in marks:
                    found.setdefault(row["id"], Text(id=row["id"], title=row["title"], summary=row["abstract"]))
    texts = tuple(found[id_] for id_ in sorted(found))
    return Marked(texts=texts, marks=np.array([marks[text.id] for text in texts]))


def direction(rows: Floats, marks: Floats) -> tuple[Floats, Floats]:
    """What each word says of a mark, standardised; and what the words of the other parts say of each text, for a fit on top of it."""
    apart = np.zeros(len(marks))
    for part in np.array_split(np.random.default_rng(0).permutation(len(marks)), PARTS):
        others = np.setdiff1d(np.arange(len(marks)), part)
        apart[part] = _ridge(rows[others], marks[others]).predict(rows[part])
    return np.asarray(_ridge(rows, marks).coef_)[:, None], apart


def _ridge(rows: Floats, marks: Sequence[float] | Floats) -> Ridge:
    return Ridge(alpha=SMOOTHING).fit(rows, marks)
