"""Weeks of papers with an editor's picks -> the weights of `digest.editorial.interest`, printed for its table. Changes no file.

Use it as `python -m training.interest FOLDER`, with files `week-DATE.jsonl.gz` of rows `{"title", "summary", "pick"}` there.
"""

import gzip
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from digest.editorial.interest import SIGNALS, features

PENALTY = 0.001  # inverse strength, on standardised features: some sixty picks carry no more


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """One week's candidates, in the file's order."""

    name: str
    titles: tuple[str, ...]
    summaries: tuple[str, ...]
    published: tuple[str, ...]
    picked: NDArray[np.bool_]

    def matrix(self) -> NDArray[np.float64]:
        """Candidates by features."""
        return np.array([features(*pair) for pair in zip(self.titles, self.summaries, strict=True)])


def weeks(folder: Path) -> tuple[Week, ...]:
    """Every week of a folder, oldest first."""
    return tuple(_week(path) for path in sorted(folder.glob("week-*.jsonl.gz")))


def fit(matrices: Sequence[NDArray[np.float64]], picked: Sequence[NDArray[np.bool_]]) -> NDArray[np.float64]:
    """Weights in the features' own units, by logistic regression with both classes weighed alike."""
    told = np.vstack(matrices)
    mean, spread = told.mean(axis=0), told.std(axis=0) + 1e-9
    model = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=2_000)
    model.fit((told - mean) / spread, np.concatenate(picked))
    return np.asarray(model.coef_[0] / spread, dtype=np.float64)


def _week(path: Path) -> Week:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return Week(
        name=path.name.removesuffix(".jsonl.gz"),
        titles=tuple(row["title"] for row in rows),
        summaries=tuple(row["summary"] or "" for row in rows),
        published=tuple(row["published"] for row in rows),
        picked=np.array([bool(row.get("pick")) for row in rows]),
    )


def main() -> None:
    """Print the weights of every week together."""
    found = weeks(Path(sys.argv[1]))
    weights = fit([week.matrix() for week in found], [week.picked for week in found])
    names = [*(signal.name for signal in SIGNALS), "PER_TITLE_WORD", "PER_SUMMARY_WORD"]
    for name, weight in zip(names, weights, strict=True):
        print(f"{weight:8.4f}  {name}")


if __name__ == "__main__":
    main()
