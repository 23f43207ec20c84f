"""An issue and the trends that somebody chose -> the issue of those sections, or nothing. Makes no new content."""

from dataclasses import replace

from digest.model import Issue


def select(issue: Issue, trends: frozenset[str]) -> Issue | None:
    """The issue with only the sections of `trends`; None where it has none of them.

    What belongs to no trend (also noted) is left out; the three lines and the reading list keep what points into what is left.
    """
    sections = tuple(section for section in issue.trends if section.id in trends)
    if not sections:
        return None
    items = {item.id for section in sections for item in section.items}
    held = items | {item.id for section in sections for item in section.folded}
    targets = items | {section.id for section in sections}
    return replace(
        issue,
        trends=sections,
        lines=tuple(line for line in issue.lines if line.target in targets),
        read_first=tuple(id_ for id_ in issue.read_first if id_ in items),
        names=tuple(name for name in issue.names if not held.isdisjoint(name.items)),
        also_noted=(),
        quiet=tuple(id_ for id_ in issue.quiet if id_ in trends),
    )
