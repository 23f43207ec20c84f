"""Choose items of closed issues, the same for the command line, the JSON API, agents and exports."""

from dataclasses import dataclass
from datetime import datetime

from digest.errors import NotFoundError, UsageError, did_you_mean
from digest.feeds.identity import ids_of
from digest.model import Card, Hit
from digest.storage.db.catalogue import WATCHED, Catalogue
from digest.storage.db.search import Query


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What is asked for: items by name, one issue, a search, a trend, or what matched the watchlist; without any of them, all items.

    `since` and `limit` apply to searches, trends and the watchlist.
    """

    items: tuple[str, ...] = ()
    issue: str = ""
    search: str = ""
    trend: str = ""
    watched: bool = False
    since: datetime | None = None
    limit: int | None = None


def chosen(catalogue: Catalogue, choice: Choice) -> tuple[Card, ...]:
    """The items of closed issues, each once: a search's best first, others in the order of the issues, latest issue first.

    Raises:
        NotFoundError: there is no such item, issue or trend.
        UsageError: the search contains no word.
    """
    if choice.items:
        return tuple(item(catalogue, name) for name in choice.items)
    if choice.issue:
        return issue_cards(catalogue, choice.issue)
    if choice.trend:
        known_trend(catalogue, choice.trend)
    if choice.search:
        return tuple(hit.card for hit in searched(catalogue, choice))
    summaries = catalogue.summaries(closed=True)
    keys = [one.key for one in reversed(summaries) if choice.since is None or one.slot >= choice.since]
    if choice.trend:
        found = catalogue.trend_cards(choice.trend, keys)
    elif choice.watched:
        found = tuple(card for card in catalogue.latest_cards(WATCHED) if card.key in set(keys))
    else:
        found = tuple(card for key in reversed(keys) for card in catalogue.issue_cards(key))
    return tuple({card.id: card for card in reversed(found)}.values())[::-1][: choice.limit]


def item(catalogue: Catalogue, name: str) -> Card:
    """The item of a closed issue with this id, URL or arXiv id.

    Raises:
        NotFoundError: no closed issue has it.
    """
    card = catalogue.found(ids_of(name))
    if card is None:
        remedy = "name it by its URL, its arXiv id, or an id of `digest show --format json`"
        raise NotFoundError(f"item {name}", "no published issue has such an item", remedy)
    return card


def issue_cards(catalogue: Catalogue, key: str) -> tuple[Card, ...]:
    """The items of a closed issue.

    Raises:
        NotFoundError: there is no closed issue with this key.
    """
    closed = catalogue.closed()
    if key not in closed:
        cause = "is a draft" if key in catalogue.drafts() else "not found in the archive"
        raise NotFoundError(f"issue {key}", cause, did_you_mean(key, closed, "`digest list` lists the issues"))
    return catalogue.issue_cards(key)


def known_trend(catalogue: Catalogue, trend: str) -> None:
    """Refuse a trend that no closed issue has.

    Raises:
        NotFoundError: no closed issue has it.
    """
    if trend not in (known := catalogue.trends()):
        remedy = did_you_mean(trend, known, f"choose from: {', '.join(known)}")
        raise NotFoundError(f"trend {trend}", "no archived issue has it", remedy)


RESULTS = 20  # of a search, unless more are asked for


def searched(catalogue: Catalogue, choice: Choice) -> tuple[Hit, ...]:
    """The results of a search, the same as `digest search` prints.

    Raises:
        UsageError: the search contains no word.
    """
    if not any(char.isalnum() for char in choice.search):
        raise UsageError(f"the search {choice.search}", "contains no word", "give at least one word to search for")
    query = Query(text=choice.search, trend=choice.trend, since=choice.since, limit=choice.limit or RESULTS)
    return catalogue.search(query)[0]
