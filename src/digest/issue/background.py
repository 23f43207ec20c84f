"""Past issues -> what ranking and the search for stories know from them. Reads nothing itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from digest.issue.rank import UNKNOWN, Background, title_words
from digest.issue.threads import Published
from digest.model import Issue, IssueItem, Trend


def background(past: Sequence[Issue], trends: Iterable[Trend] = ()) -> Background:
    """Each feed's yield over past issues, and the words of all their titles and of the baselines; nothing without past issues."""
    if not past:
        return UNKNOWN
    brought: Counter[str] = Counter()
    filed: Counter[str] = Counter()
    for issue in past:
        brought.update({feed.name: feed.new for feed in issue.feeds})
        for feed, counts in issue.tally.items():
            filed[feed] += sum(count for trend, count in counts.items() if trend)
    # One of two at the start, so that a feed's first few items do not settle what it is worth.
    yields = {feed: (min(filed[feed], new) + 1) / (new + 2) for feed, new in brought.items()}
    titles = " ".join(item.title for issue in past for item in _items(issue))
    return Background(yields=yields, words=title_words(" ".join([titles, *(trend.body for trend in trends)])))


def published(past: Sequence[Issue]) -> tuple[Published, ...]:
    """The items that a new one may be about, in the order of the issues."""
    return tuple(
        Published(
            key=issue.key,
            id=item.id,
            title=item.title,
            summary=item.summary,
            aliases=item.aliases,
            follows=item.follows,
        )
        for issue in past
        for item in _items(issue)
    )


def known(past: Sequence[Issue], trends: Iterable[Trend]) -> Iterator[str]:
    """The texts in which no name is new: the baselines, and what past issues held."""
    for trend in trends:
        yield " ".join((trend.summary, trend.body, *(example.name for example in trend.examples)))
    for issue in past:
        yield from (name.name for name in issue.names)
        for item in _items(issue):
            yield f"{item.title}\n{item.summary}"


def _items(issue: Issue) -> Iterator[IssueItem]:
    for section in issue.trends:
        yield from (*section.items, *section.folded)
    yield from issue.also_noted
