"""Draw charts in inline SVG, each with a caption that also explains the colours, and a table for readers who cannot see them.

A trend's points as bars, and how a digest did over its life as lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from digest.model import Point, Record
from digest.text import formatting
from digest.text.words import gettext

HEIGHT = 100
STEP = 10
TABLE = 52  # the last issues that the table lists


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    key: str
    count: int
    expected: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Counts, oldest first; `rows` latest first."""

    points: tuple[Point, ...]

    @property
    def latest(self) -> int:
        return self.points[-1].count if self.points else 0

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(
            Row(
                key=each.key,
                count=each.count,
                expected="" if each.expected is None else formatting.number(each.expected),
            )
            for each in reversed(self.points)
        )

    @property
    def caption(self) -> str:
        """What the bars show, for readers who cannot see them."""
        most = max(self.points, key=lambda point: point.count)
        peak = f"{most.key}: {formatting.count(most.count, 'item')}"
        if len(self.points) > 1:
            first, last = self.points[0].key, self.points[-1].key
            peak = gettext("%(first)s to %(last)s; most in %(peak)s", first=first, last=last, peak=peak)
        if _moved(self.points):
            return gettext("%(bars)s. Darker bars are more than was expected.", bars=peak)
        return f"{peak}."

    def svg(self, kind: str) -> Markup:
        """The bars. The SVG contains only numbers, so that nothing needs escaping."""
        most = max((point.count for point in self.points), default=0) or 1
        bars = "".join(
            f'<rect class="{"over" if point.verdict == "more" else "usual"}" x="{place * 10}" width="8"'
            f' y="{HEIGHT - tall:g}" height="{tall:g}"/>'
            for place, point in enumerate(self.points)
            for tall in (round(HEIGHT * point.count / most, 1),)
        )
        box = f"0 0 {max(10 * len(self.points), 120)} {HEIGHT}"
        svg = f'<svg class="{kind}" viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>'
        return Markup(svg)  # noqa: S704  (numbers, and names of classes)


def _moved(points: Sequence[Point]) -> bool:
    return any(point.verdict == "more" for point in points)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordRow:
    """The figures of one issue in words; empty where there is none."""

    key: str
    recall: str
    corrected: str
    used: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordChart:
    """The records of all closed issues, oldest first."""

    records: tuple[Record, ...]

    @property
    def rows(self) -> tuple[RecordRow, ...]:
        """The last issues, latest first."""
        return tuple(
            RecordRow(
                key=one.key,
                recall=gettext("%(shown)s of %(works)s", shown=one.shown, works=one.taken_up) if one.taken_up else "",
                corrected=gettext("%(shown)s of %(works)s", shown=one.corrected, works=one.checked)
                if one.checked
                else "",
                used=_percent(one.used),
            )
            for one in reversed(self.records[-TABLE:])
        )

    @property
    def caption(self) -> str:
        """What the lines show, with the sums."""
        shown, taken = (sum(getattr(one, name) for one in self.records) for name in ("shown", "taken_up"))
        parts = [
            gettext("%(first)s to %(last)s.", first=self.records[0].key, last=self.records[-1].key),
            gettext(
                "Solid line: works shown, of those that the field took up and a feed here had shown in time (%(shown)s of %(works)s).",
                shown=shown,
                works=taken,
            ),
            gettext("Dashed line: labels corrected, of those that the editor checked within half a year."),
            gettext("Dotted line: the part of the reading time that the mail used."),
        ]
        return " ".join(parts)

    @property
    def svg(self) -> Markup:
        """The lines. The SVG contains only numbers, so that nothing needs escaping."""
        lines = (
            _line(self.records, "recall", lambda one: one.shown / one.taken_up if one.taken_up else None),
            _line(self.records, "corrected", lambda one: one.corrected / one.checked if one.checked else None),
            _line(self.records, "used", lambda one: one.used),
        )
        box = f"0 0 {max(STEP * (len(self.records) - 1), 120)} {HEIGHT}"
        svg = f'<svg class="chart record" viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">{"".join(lines)}</svg>'
        return Markup(svg)  # noqa: S704  (numbers, and names of classes)


def _line(records: Sequence[Record], kind: str, share: Callable[[Record], float | None]) -> str:
    """One line through the issues that have the figure; a mark where there is only one."""
    points = [
        (STEP * place, round(HEIGHT * (1 - min(1.0, value)), 1))
        for place, one in enumerate(records)
        if (value := share(one)) is not None
    ]
    if len(points) == 1:
        points.append((points[0][0] + STEP // 2, points[0][1]))
    told = " ".join(f"{x},{y:g}" for x, y in points)
    return f'<polyline class="{kind}" points="{told}" vector-effect="non-scaling-stroke"/>' if points else ""


def _percent(share: float | None) -> str:
    return "" if share is None else f"{round(100 * share)} %"
