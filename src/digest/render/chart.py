"""Draw a trend's points as a bar chart in inline SVG, with a caption that also explains the colours, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from digest.model import Point
from digest.text import formatting
from digest.text.words import gettext

HEIGHT = 100


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
