"""Sum up several closed issues for a reader who was away: the best stories, and how the trends moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from digest.model import Issue, IssueItem, Section, Window

STORIES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A story from the "read first" list of its issue."""

    key: str  # of its issue
    trend: str  # the id of its trend
    item: IssueItem


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """A trend over several issues. `expected` sums the issues with an expectation, `compared` the counts of the same issues."""

    id: str
    name: str
    count: int
    compared: int
    expected: float | None
    more: tuple[str, ...]  # keys of the issues with more than usual
    less: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recap:
    """Several issues, latest first, and their sums. `items` includes the also noted."""

    keys: tuple[str, ...]
    window: Window
    items: int
    stories: tuple[Story, ...]
    trends: tuple[Movement, ...]  # most moved first


def recap(issues: Sequence[Issue], *, stories: int = STORIES) -> Recap:
    """Sum up the issues.

    Args:
        issues: latest first, at least one.
        stories: the maximum number: each issue's first, then each issue's second, and so on.
    """
    ranked = zip_longest(*(_stories(issue) for issue in issues))
    best = [story for story in chain.from_iterable(ranked) if story is not None]
    followed = {story.item.follows.id for story in best if story.item.follows}
    return Recap(
        keys=tuple(issue.key for issue in issues),
        window=Window(start=issues[-1].window.start, end=issues[0].window.end),
        items=sum(issue.size for issue in issues),
        stories=tuple(story for story in best if story.item.id not in followed)[:stories],
        trends=_movements(issues),
    )


def _stories(issue: Issue) -> list[Story]:
    items = {item.id: (section.id, item) for section in issue.trends for item in section.items}
    found = [items[id_] for id_ in issue.read_first if id_ in items]
    return [Story(key=issue.key, trend=trend, item=item) for trend, item in found]


def _movements(issues: Sequence[Issue]) -> tuple[Movement, ...]:
    by_trend: dict[str, dict[str, Section]] = {}
    for issue in issues:
        for section in issue.trends:
            by_trend.setdefault(section.id, {})[issue.key] = section
    found = [_movement(sections) for sections in by_trend.values()]
    return tuple(sorted(found, key=lambda one: (-len(one.more) - len(one.less), -one.count, one.id)))


def _movement(sections: Mapping[str, Section]) -> Movement:
    """The movement of one trend, from its sections by issue, latest first."""
    latest = next(iter(sections.values()))
    pulses = {key: section.pulse for key, section in sections.items()}
    expected = [(pulse.count, pulse.expected) for pulse in pulses.values() if pulse.expected is not None]
    return Movement(
        id=latest.id,
        name=latest.name,
        count=sum(pulse.count for pulse in pulses.values()),
        compared=sum(count for count, _ in expected),
        expected=round(sum(mean for _, mean in expected), 1) if expected else None,
        more=tuple(key for key, pulse in pulses.items() if pulse.verdict == "more"),
        less=tuple(key for key, pulse in pulses.items() if pulse.verdict == "less"),
    )
