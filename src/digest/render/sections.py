"""Trends of an issue -> their views: how they moved in words, their baseline, the items a format shows."""

from digest.model import IssueItem, Pulse, Section
from digest.render import words
from digest.render.baseline import baseline_html
from digest.render.claims import claim_views
from digest.render.frame import Frame
from digest.render.items import item_view
from digest.render.plain import clean, sentences
from digest.render.view import PulseView, SectionView, SegmentView

_MARKS = {"more": "▲", "less": "▼", "as_usual": "·", "no_history": ""}
_VERDICTS = {"more": "more than usual", "less": "less than usual", "as_usual": "as usual"}


def section_views(frame: Frame) -> tuple[SectionView, ...]:
    """Every trend that has items, in the issue's order."""
    longest = max((max(each.pulse.count, each.pulse.expected or 0) for each in frame.issue.trends), default=0)
    items = {item.id: item for section in frame.issue.trends for item in (*section.items, *section.folded)}
    return tuple(_section(section, longest, items, frame) for section in frame.issue.trends)


def _section(section: Section, longest: float, items: dict[str, IssueItem], frame: Frame) -> SectionView:
    limits, summary = frame.limits, clean(section.baseline.summary)
    shown = frame.shown(section)
    folded = section.folded if limits.folded else ()
    return SectionView(
        anchor=section.id,
        name=clean(section.name),
        pulse=pulse_view(section.pulse, longest),
        baseline=summary if limits.baseline is None else sentences(summary, limits.baseline),
        as_of=clean(section.baseline.as_of),
        baseline_html=_whole_baseline(section, frame),
        trend_url=frame.links.trend(section.id),
        claims=claim_views(section.claims, items, frame),
        items=tuple(item_view(item, frame) for item in shown),
        folded=tuple(item_view(item, frame) for item in folded),
        more=len(section.items) + len(section.folded) - len(shown) - len(folded),
        more_url=frame.links.place(frame.issue.key, section.id),
    )


def _whole_baseline(section: Section, frame: Frame) -> str:
    trend = frame.trends.get(section.id)
    return baseline_html(trend.body) if trend and frame.limits.folded else ""


def pulse_view(pulse: Pulse, longest: float) -> PulseView:
    """How a trend moved, in words: `14 items; 9 expected; more than usual (q = 0.02)`; the last is not broken."""
    parts = [words.count(pulse.count, "item")]
    if pulse.expected is not None:
        parts.append(f"{words.number(_rounded(pulse.expected)) if pulse.expected else 'none'} expected")
    if pulse.verdict != "no_history":
        moved = pulse.verdict != "as_usual" and pulse.q is not None
        parts.append(_VERDICTS[pulse.verdict] + (f" (q\u00a0=\u00a0{_q(pulse.q or 0.0)})" if moved else ""))
    return PulseView(
        count=pulse.count,
        mark=_MARKS[pulse.verdict],
        words="; ".join(parts),
        bar=_bar(pulse, longest),
        past=pulse.past,
        columns=_columns((*pulse.past, pulse.count)),
    )


def _bar(pulse: Pulse, longest: float) -> tuple[SegmentView, ...]:
    """What is as expected, and beside it what is more or missing; all of it `over` where nothing can be expected yet."""
    expected = pulse.expected or 0.0
    parts = {
        "usual": min(pulse.count, expected),
        "over": max(0.0, pulse.count - expected),
        "missing": max(0.0, expected - pulse.count),
    }
    shares = {kind: round(100 * part / longest) if longest else 0 for kind, part in parts.items()}
    told = tuple(SegmentView(kind=kind, share=share) for kind, share in shares.items() if share)
    return told or (SegmentView(kind="over" if pulse.count else "missing", share=1),)


def _columns(counts: tuple[int, ...]) -> tuple[int, ...]:
    highest = max(counts)
    return tuple(max(2, round(100 * count / highest)) for count in counts) if highest else ()


def _rounded(expected: float) -> float:
    """One place below ten, none above: more would claim a precision that is not there."""
    return round(expected) if expected >= 10 else round(expected, 1)


def _q(q: float) -> str:
    return "< 0.001" if q < 0.001 else f"{q:.2g}" if q < 0.01 else f"{q:.2f}"
