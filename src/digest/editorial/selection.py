"""Reduce an issue to the trends that a subscriber chose."""

from dataclasses import replace

from digest.editorial.highlights import MOVED_PLACE, RELEASES_PLACE
from digest.model import Issue


def select(issue: Issue, trends: frozenset[str]) -> Issue | None:
    """The issue with only the sections of `trends`; None if it has none of them.

    Items without a trend (also noted) are left out. The three lines and the reading list keep the entries that are still in the issue.
    """
    sections = tuple(section for section in issue.trends if section.id in trends)
    if not sections:
        return None
    items = {item.id for section in sections for item in section.items}
    held = items | {item.id for section in sections for item in section.folded}
    chosen = tuple(id_ for id_ in (issue.lead, *issue.read_first) if id_ in items)
    releases = tuple(one for one in issue.releases if one.id in held)
    moved = tuple(one for one in issue.moved if not held.isdisjoint(one.items))
    targets = items | {section.id for section in sections}
    targets |= {MOVED_PLACE} if moved else set()
    targets |= {RELEASES_PLACE} if releases and releases == issue.releases else set()
    return replace(
        issue,
        trends=sections,
        lines=tuple(line for line in issue.lines if line.target in targets),
        lead=chosen[0] if chosen else "",
        read_first=chosen[1:],
        releases=releases,
        moved=moved,
        mentions=None,
        names=tuple(name for name in issue.names if not held.isdisjoint(name.items)),
        also_noted=(),
        off_topic=(),
        quiet=tuple(id_ for id_ in issue.quiet if id_ in trends),
    )
