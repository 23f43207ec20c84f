"""Plan a workspace from what a person has: a reference list (its papers, its frequent authors, its trends) or a list of feeds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest import config
from digest.classify import Text, load
from digest.config import Config, Feed
from digest.editorial import references
from digest.editorial.references import Work
from digest.errors import UsageError
from digest.feeds.subscriptions import opml, yaml_edit
from digest.feeds.subscriptions.opml import Outlines, Refused
from digest.model import Trend
from digest.services.feed_list import free_name
from digest.storage.files import resources

WORKS = 3  # of an author, to be watched
SHARE, LEAST = 0.1, 3  # of a list's works, for a trend that its owner follows
SCHEDULES = {"daily": "08:00", "weekly": "mon 08:00", "monthly": "1 08:00"}  # where only the cadence is given
NUMBERS = ("minutes",)  # settings that YAML must not read as texts
WEIGHT = 1.5  # of feeds that usually write about such a trend


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """A trend that a reference list is about: its number of works, and the feeds that count for more because of it."""

    trend: str
    works: int
    feeds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """The text of a feeds.yaml, and what was taken into it and why."""

    text: str
    works: int = 0
    authors: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()
    followed: tuple[Followed, ...] = ()
    feeds: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()


def started(sources: Mapping[str, bytes], settings: Mapping[str, str], trends: Mapping[str, Trend]) -> Start:
    """The plan.

    Args:
        sources: the files that it comes from, by name.
        settings: values for `digest:`, by key, as a person writes them.
        trends: the packaged trends.

    Raises:
        UsageError: a file is neither a reference list nor a list of feeds.
        ConfigError: a setting is invalid.
    """
    works: list[Work] = []
    lists: list[Outlines] = []
    for name, body in sources.items():
        if _is_list_of_feeds(body):
            lists.append(_outlines(name, body))
        else:
            works += references.read(body, name=name)
    follows = {"schedule": SCHEDULES[cadence]} if (cadence := settings.get("cadence")) in SCHEDULES else {}
    text = with_settings(resources.starter_config(), {**follows, **settings})
    feeds = _feeds(lists)
    if feeds:
        text = yaml_edit.add(text[: text.index("\nfeeds:")] + "\nfeeds: []\n", feeds, file="feeds.yaml")
    authors = references.frequent(tuple(works), WORKS)
    arxiv = tuple(dict.fromkeys(work.arxiv for work in works if work.arxiv))
    text = yaml_edit.watch(text, {"authors": authors, "arxiv": arxiv}, file="feeds.yaml")
    followed = _followed(works, trends, config.parse(text, file="feeds.yaml", trends=trends))
    text = yaml_edit.weigh(text, {name: WEIGHT for one in followed for name in one.feeds}, file="feeds.yaml")
    config.parse(text, file="feeds.yaml", trends=trends)
    return Start(
        text=text,
        works=len(works),
        authors=authors,
        arxiv=arxiv,
        followed=followed,
        feeds=tuple(feed.name for feed in feeds),
        refused=tuple(refused for one in lists for refused in one.refused),
    )


def with_settings(text: str, settings: Mapping[str, str]) -> str:
    """The text with these values in its block `digest`; the comments beside them stay."""
    lines = text.split("\n")
    place = lines.index("digest:")
    for key, value in settings.items():
        written = f"  {key}: {value if key in NUMBERS else yaml_edit.scalar(value)}"
        number = next((n for n, line in enumerate(lines) if line.startswith(f"  {key}:")), None)
        if number is None:
            lines.insert(place + 1, written)
            continue
        _, hash_, comment = lines[number].partition("  #")
        lines[number] = f"{written:<32}{' #' if hash_ else ''}{comment}".rstrip()
    return "\n".join(lines)


def _followed(works: Sequence[Work], trends: Mapping[str, Trend], settings: Config) -> tuple[Followed, ...]:
    """The trends that the works are about, most works first."""
    if not works:
        return ()
    classifier = load(trends, resources.model_bytes())
    texts = [Text(id=str(number), title=work.title, summary="") for number, work in enumerate(works)]
    counts = Counter(verdict.labels[0].id for verdict in classifier.classify(texts) if verdict.labels)
    found = [(id_, number) for id_, number in counts.most_common() if number >= max(LEAST, SHARE * len(works))]
    return tuple(
        Followed(
            trend=trends[id_].name,
            works=number,
            feeds=tuple(feed.name for feed in settings.feeds if id_ in feed.trends and feed.weight == 1.0),
        )
        for id_, number in found
    )


def _feeds(lists: Sequence[Outlines]) -> tuple[Feed, ...]:
    """The feeds of all lists, each once, under names of their own."""
    taken: dict[str, Feed] = {}
    for outline in (outline for one in lists for outline in one.feeds):
        if outline.url not in {feed.url for feed in taken.values()}:
            name = free_name(list(taken), outline.name, outline.url)
            taken[name] = Feed(name=name, url=outline.url, kind=outline.kind)
    return tuple(taken.values())


def _outlines(name: str, body: bytes) -> Outlines:
    found = opml.read(body)
    if not found.feeds:
        raise UsageError(name, "contains no feeds", "name an OPML file, as feed readers export it")
    return found


def _is_list_of_feeds(body: bytes) -> bool:
    return b"<opml" in body[:2_000].lower()
