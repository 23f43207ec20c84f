"""Trends of an issue -> their views: how they moved in words, their baseline, the items a format shows."""

from digest.model import Pulse, Section
from digest.render import words
from digest.render.baseline import baseline_html
from digest.render.frame import Frame
from digest.render.items import item_view
from digest.render.plain import clean
from digest.render.view import PulseView, SectionView

_MARKS = {"more": "▲", "less": "▼", "as_usual": "·", "no_history": ""}
_VERDICTS = {"more": "more than usual", "less": "less than usual", "as_usual": "as usual"}


def section_views(frame: Frame) -> tuple[SectionView, ...]:
    """Every trend that has items, in the issue's order."""
    largest = max((section.pulse.count for section in frame.issue.trends), default=0)
    return tuple(_section(section, largest, frame) for section in frame.issue.trends)


def _section(section: Section, largest: int, frame: Frame) -> SectionView:
    limits = frame.limits
    shown = section.items[: limits.items if section.own else 1] if not limits.folded else section.items
    folded = section.folded if limits.folded else ()
    return SectionView(
        anchor=section.id,
        name=clean(section.name),
        pulse=pulse_view(section.pulse, largest),
        baseline=clean(section.baseline.summary),
        as_of=clean(section.baseline.as_of),
        baseline_html=_whole_baseline(section, frame),
        trend_url=frame.links.trend(section.id),
        items=tuple(item_view(item, frame) for item in shown),
        folded=tuple(item_view(item, frame) for item in folded),
        more=len(section.items) + len(section.folded) - len(shown) - len(folded),
        more_url=frame.links.place(frame.issue.key, section.id),
    )


def _whole_baseline(section: Section, frame: Frame) -> str:
    trend = frame.trends.get(section.id)
    return baseline_html(trend.body) if trend and frame.limits.folded else ""


def pulse_view(pulse: Pulse, largest: int) -> PulseView:
    """How a trend moved, in words: `14 items; 9 expected; more than usual (q = 0.02)`."""
    parts = [words.count(pulse.count, "item")]
    if pulse.expected is not None:
        parts.append(f"{words.number(_rounded(pulse.expected))} expected")
    if pulse.verdict != "no_history":
        moved = pulse.verdict != "as_usual" and pulse.q is not None
        parts.append(_VERDICTS[pulse.verdict] + (f" (q = {_q(pulse.q or 0.0)})" if moved else ""))
    return PulseView(
        count=pulse.count,
        mark=_MARKS[pulse.verdict],
        words="; ".join(parts),
        share=max(1, round(100 * pulse.count / largest)) if largest else 1,
        past=pulse.past,
    )


def _rounded(expected: float) -> float:
    """One place below ten, none above: more would claim a precision that is not there."""
    return round(expected) if expected >= 10 else round(expected, 1)


def _q(q: float) -> str:
    return "< 0.001" if q < 0.001 else f"{q:.2g}" if q < 0.01 else f"{q:.2f}"
