"""An issue's sections and counts -> "this week in three lines". Every figure in a line stands in the issue."""

from collections.abc import Sequence

from digest.model import IssueItem, Line, Section


def lines(sections: Sequence[Section], shown: int, first: IssueItem | None) -> tuple[Line, ...]:
    """Three sentences: how much came, where most of it fell, and the story that most sources carry."""
    told: list[Line] = []
    if not sections:
        return (Line(text="Nothing new fell into any of the trends."),)
    filed = sum(len(section.items) + len(section.folded) for section in sections)
    told.append(
        Line(
            text=f"{_count(filed, 'new item')} in {_count(len(sections), 'trend')}; the {shown} most useful are below."
        )
    )
    largest = max(sections, key=lambda section: section.pulse.count)
    told.append(
        Line(text=f"{largest.name} brought the most: {_count(largest.pulse.count, 'item')}.", target=largest.id)
    )
    if first is not None and len(first.sources) > 1:
        told.append(Line(text=f"Most widely carried, by {len(first.sources)} feeds: {first.title}.", target=first.id))
    elif first is not None:
        told.append(Line(text=f"To start with: {first.title}.", target=first.id))
    return tuple(told)


def _count(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"
