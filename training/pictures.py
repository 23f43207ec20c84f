"""Figures -> SVG pictures for the card. The same figures give the same bytes."""

import io
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from training.measure import Figure

mpl.rcParams.update({"svg.hashsalt": "digest", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9})
BLUE, ORANGE, GREY = "#1f5a94", "#b4560c", "#8a8a8a"


def coverage(curves: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]) -> str:
    canvas, axes = _plot("share of labels shown, surest first", "share of them wrong")
    for (name, (shown, wrong)), colour in zip(curves.items(), (BLUE, ORANGE), strict=True):
        axes.plot(shown, wrong, color=colour, label=name)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, None)
    axes.legend(frameon=False)
    return _svg(canvas)


def calibration(points: Sequence[tuple[float, Figure]]) -> str:
    canvas, axes = _plot("score", "share right, with 95 % interval")
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    for score, figure in points:
        axes.plot([score, score], [figure.low, figure.high], color=BLUE)
        axes.plot([score], [figure.value], "o", color=BLUE)
    return _svg(canvas)


def deletion(shares: Sequence[float]) -> str:
    canvas, axes = _plot("words of evidence deleted, at most", "share of labels that changed")
    axes.plot(range(1, len(shares) + 1), shares, "o-", color=BLUE)
    axes.set_ylim(0, 1)
    return _svg(canvas)


def confusion(table: NDArray[np.int64], names: Sequence[str]) -> str:
    canvas = Canvas(figsize=(8, 7.4), layout="constrained")
    axes = canvas.subplots()
    axes.imshow(np.log1p(table), cmap="Blues")
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("first trend given")
    axes.set_ylabel("what a careful reader says it is mainly about")
    for (row, column), count in np.ndenumerate(table):
        if count:
            colour = "white" if count > table.max() / 4 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=8)
    return _svg(canvas)


def _plot(x: str, y: str) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=(5.2, 3.4), layout="constrained")
    axes = canvas.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return canvas, axes


def _svg(canvas: Canvas) -> str:
    buffer = io.StringIO()
    canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"
