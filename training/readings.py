"""What two readers said of the same texts, each alone -> the labels that they share, and how far they agree. Knows no texts."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

READINGS = Path(__file__).with_name("readings.csv")
OTHER = "other"  # the label of a text that is not about language models

Labels = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The labels that each of two readers gave, the one it is mainly about first; none for a text of no trend."""

    one: Labels
    two: Labels

    @property
    def shared(self) -> Labels:
        """What both gave, the first reader's order first."""
        return tuple(label for label in self.one if label in self.two)

    @property
    def either(self) -> Labels:
        """What one of them gave; `other` where only one says that it is not about language models."""
        return tuple(label for label in (*self.one, *self.two) if (label in self.one) != (label in self.two))


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    macro_f1: float  # of one reader's labels against the other's, which is the same both ways
    first: float  # how often the first label of one is among the other's
    kappa: float  # on whether a text is about language models: J. Cohen, 1960


def readings() -> Mapping[str, Reading]:
    """By the text's id."""
    with READINGS.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: Reading(one=_labels(row["one"]), two=_labels(row["two"])) for row in csv.DictReader(lines)}


def agreement(read: Sequence[Reading]) -> Agreement:
    trends = sorted({label for one in read for label in (*one.one, *one.two)} - {OTHER})
    f1s = [
        2 * sum(trend in one.shared for one in read) / sum((trend in one.one) + (trend in one.two) for one in read)
        for trend in trends
    ]
    pairs = [(one.one, one.two) for one in read] + [(one.two, one.one) for one in read]
    firsts = [one[0] in two for one, two in pairs if one and two and OTHER not in (*one, *two)]
    off = np.array([[OTHER in one.one, OTHER in one.two] for one in read])
    shares = off.mean(axis=0)
    chance = shares.prod() + (1 - shares).prod()
    return Agreement(
        macro_f1=float(np.mean(f1s)),
        first=float(np.mean(firsts)),
        kappa=float(((off[:, 0] == off[:, 1]).mean() - chance) / (1 - chance)),
    )


def _labels(words: str) -> Labels:
    return tuple(words.split())
