"""`python -m training.accuracy`: docs/accuracy.md and its pictures, from the shipped model and the texts that were kept for this."""

import hashlib
import sys
from collections.abc import Callable, Sequence

import numpy as np

from digest.classify import load
from training import data, measure, pictures
from training.measure import Answered, Figure
from training.student import HEADS

DOCS = data.ROOT / "docs"
EDGES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 1.01)
WORST = 30
TARGETS = "Aimed at: macro-F1 0.80, hit@1 0.90 (0.80 on titles alone), off-topic rejected 0.85 with on-topic kept 0.93, labels right 0.85."


def main() -> int:
    place = data.folder()
    if place is None:
        print("no labelled texts (set DIGEST_SHARED): docs/accuracy.md stays as it is", file=sys.stderr)
        return 0
    rows, model = data.load(place), data.MODEL.read_bytes()
    classifier = load(data.trends(), model)
    whole, alone = (measure.answer(classifier, rows.card, bare=bare) for bare in (False, True))
    gold, gold_alone = (measure.answer(classifier, rows.gold, bare=bare) for bare in (False, True))
    gone = measure.without_evidence(classifier, whole)
    _pictures(whole, alone, gold, gone)
    changed = measure.share([label[-1] for label in gone])
    page = [
        *_head(model, len(whole), len(gold)),
        *_table({"kept apart": whole, "its titles": alone, "clean labels": gold, "their titles": gold_alone}),
        *_pictured(str(changed)),
        *_by_trend([*whole, *gold]),
        *_worst([*whole, *gold]),
    ]
    (DOCS / "accuracy.md").write_text("\n".join(page) + "\n", encoding="utf-8")
    return 0


def _head(model: bytes, card: int, gold: int) -> list[str]:
    return [
        "# How often the labels are right",
        "",
        f"Model {hashlib.sha256(model).hexdigest()[:16]}, {len(model):,} bytes; measured on 2026-11-24 by `make accuracy`.",
        "",
        f"**Kept apart**: {card} texts from arXiv, a natural stream and some chosen so that rare trends occur, read by one careful reader",
        (
            "before any model had answered them, and looked at by nothing in the making of the model. **Clean labels**: "
            f"{gold} texts read by two or"
        ),
        "three readers; neither trained on nor used for a threshold, but variants of the model were compared on them. Intervals are 95 %:",
        "Wilson's for shares, the bootstrap's for macro-F1.",
        "",
        TARGETS,
        "",
    ]


def _table(sets: dict[str, Sequence[Answered]]) -> list[str]:
    figures: dict[str, Callable[[Sequence[Answered]], Figure]] = {
        "macro-F1": lambda rows: measure.bootstrap(rows, measure.macro_f1),
        "hit@1 (nothing shown is a miss)": measure.hit,
        "hit@1 of the best score, shown or not": measure.best_hit,
        "primary@1": measure.primary,
        "off-topic rejected": measure.rejected,
        "on-topic kept": measure.kept,
        "labels shown that are right": measure.shown_right,
        "the same, natural stream only": lambda rows: measure.shown_right(
            [one for one in rows if one.row.source == "natural" or one.row.either]
        ),
    }
    lines = ["| | " + " | ".join(sets) + " |", "|---" * (len(sets) + 1) + "|"]
    for name, figure in figures.items():
        lines.append(f"| {name} | " + " | ".join(str(figure(rows)) for rows in sets.values()) + " |")
    return [*lines, ""]


def _pictures(
    whole: Sequence[Answered], alone: Sequence[Answered], gold: Sequence[Answered], gone: list[list[bool]]
) -> None:
    both = [*whole, *gold]
    trends = [head for head in HEADS if head in measure.trends_of(both)]
    curves = {"with summary": measure.risk(whole), "titles alone": measure.risk(alone)}
    drawn = {
        "coverage": pictures.coverage(curves),
        "calibration": pictures.calibration(measure.reliability(both, EDGES)),
        "deletion": pictures.deletion([float(np.mean([label[count] for label in gone])) for count in range(8)]),
        "confusion": pictures.confusion(measure.confusion(both, trends), [*trends, "none", "off-topic"]),
    }
    for name, picture in drawn.items():
        (DOCS / f"accuracy-{name}.svg").write_text(picture, encoding="utf-8")


def _pictured(changed: str) -> list[str]:
    return [
        "![Share of labels wrong against share shown](accuracy-coverage.svg)",
        "![Scores against how often they are right](accuracy-calibration.svg)",
        "",
        f"Deleting the words named as evidence, at most eight, takes the label away in {changed} of the labels on the texts kept apart:",
        "",
        "![Labels that change against words deleted](accuracy-deletion.svg)",
        "",
        "![Confusion matrix of the first trend](accuracy-confusion.svg)",
        "",
    ]


def _by_trend(rows: Sequence[Answered]) -> list[str]:
    lines = [
        "## By trend",
        "",
        "Both sets together.",
        "",
        "| trend | precision | recall | F1 | texts |",
        "|---|---|---|---|---|",
    ]
    for trend in [head for head in HEADS if head in measure.trends_of(rows)]:
        shares = f"{measure.precision(rows, trend)} | {measure.recall(rows, trend)} | {measure.f1(rows, trend):.2f}"
        lines.append(f"| {trend} | {shares} | {sum(trend in one.labels for one in rows)} |")
    return [*lines, ""]


def _worst(rows: Sequence[Answered]) -> list[str]:
    """The labels that were given wrongly with the best scores, and the right ones that were missed by most."""
    wrong = sorted(
        ((label.score, one.row, label.id) for one in rows for label in one.verdict.labels if _is_wrong(one, label.id)),
        key=lambda found: (-found[0], found[1].text.id),
    )
    lines = [
        "## The worst errors",
        "",
        "Labels that no reader gave, surest first.",
        "",
        "| score | given | a reader says | text |",
        "|---|---|---|---|",
    ]
    for score, row, label in wrong[:WORST]:
        title = " ".join(row.text.title.replace("|", "/").split())
        lines.append(f"| {score:.2f} | {label} | {', '.join(row.labels or ('none',))} | {title} ({row.text.id}) |")
    return lines


def _is_wrong(one: Answered, label: str) -> bool:
    return label not in (*one.labels, *one.row.either)


if __name__ == "__main__":
    sys.exit(main())
