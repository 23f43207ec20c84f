"""An issue's sections, names and best story -> "this week in three lines". Every figure in a line stands in the issue."""

from collections.abc import Sequence

from digest.model import IssueItem, Line, NewName, Section

NAMES = 3  # that a line tells
NAMES_PLACE = "names"  # where an issue lists them


def lines(
    sections: Sequence[Section], names: Sequence[NewName], shown: int, first: IssueItem | None
) -> tuple[Line, ...]:
    """Three sentences: what moved most or that nothing did; what else moved, is new or bears on a claim; the story to begin with.

    Args:
        sections: those with items.
        names: what is named for the first time.
        shown: how many items have room of their own.
        first: the best story.
    """
    if not sections:
        return (Line(text="Nothing new fell into any of the trends."),)
    moved = sorted((one for one in sections if one.pulse.verdict in ("more", "less")), key=_surest_first)
    told = [_moved(section) for section in moved[:2]] or [_still(sections, shown)]
    if len(told) < 2:
        told.append(_names(names) or _claim(sections) or _largest(sections, moved))
    return (*told, _story(sections, first)) if first else tuple(told)


def _moved(section: Section) -> Line:
    """`LLM agents brought more than usual: 31 items; 14 expected.`"""
    return Line(
        text=f"{section.name} brought {section.pulse.verdict} than usual: {_counted(section)}.", target=section.id
    )


def _surest_first(section: Section) -> tuple[float, int]:
    return section.pulse.q if section.pulse.q is not None else 1.0, -section.pulse.count


def _still(sections: Sequence[Section], shown: int) -> Line:
    filed = _count(sum(len(section.items) + len(section.folded) for section in sections), "new item")
    trends = _count(len(sections), "trend")
    if any(section.pulse.verdict == "as_usual" for section in sections):
        return Line(text=f"No trend moved beyond its own past: {filed} in {trends}.")
    return Line(text=f"{filed} in {trends}; the {shown} most useful are shown.")


def _names(names: Sequence[NewName]) -> Line | None:
    if not names:
        return None
    return Line(text=f"Named for the first time: {', '.join(one.name for one in names[:NAMES])}.", target=NAMES_PLACE)


def _claim(sections: Sequence[Section]) -> Line | None:
    """The baseline's claim that most items bear on, if several do. A pointer: what they say of it is for the reader to see."""
    told = [(claim, section) for section in sections if section.own for claim in section.claims if len(claim.items) > 1]
    if not told:
        return None
    claim, section = max(told, key=lambda one: len(one[0].items))
    year = claim.date[:4]
    return Line(
        text=f"{section.name}: {len(claim.items)} items touch a claim of {year}, “{claim.text.rstrip('.')}”.",
        target=section.id,
    )


def _largest(sections: Sequence[Section], moved: Sequence[Section]) -> Line:
    """The largest trend of those that were not told of."""
    largest = max([one for one in sections if one not in moved] or sections, key=_size)
    others = "Of the others, " if _size(largest) < max(map(_size, sections)) else ""
    return Line(text=f"{others}{largest.name} brought the most: {_counted(largest)}.", target=largest.id)


def _size(section: Section) -> int:
    return section.pulse.count


def _counted(section: Section) -> str:
    """`31 items; 14 expected`, as far as something is."""
    count, expected = _count(section.pulse.count, "item"), section.pulse.expected
    if expected is None:
        return count
    return f"{count}; {(round(expected) if expected >= 10 else round(expected, 1)) or 'none'} expected"


def _story(sections: Sequence[Section], first: IssueItem) -> Line:
    """What most feeds carry; where each has its own, the best."""
    widest = max([first, *(item for section in sections for item in section.items)], key=_feeds)
    if _feeds(widest) > 1:
        return Line(text=f"Most widely carried, by {_feeds(widest)} feeds: {widest.title}.", target=widest.id)
    return Line(text=f"To start with: {first.title}.", target=first.id)


def _feeds(item: IssueItem) -> int:
    return len({source.feed for source in item.sources})


def _count(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"
