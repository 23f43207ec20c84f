"""What a reader may ask for more or less of: the names that an item of their mail stands for, or its section."""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from digest.config import Config
from digest.editorial.terms import phrases
from digest.errors import DigestError
from digest.model import Issue, IssueItem
from digest.services.context import Program
from digest.storage.archive import Archive, from_json
from digest.storage.db import Store
from digest.storage.files import resources
from digest.subscribers import choices
from digest.text.clean import anchor, clean

AUTHORS, TERMS = 3, 3
COMMON, FEW = 0.01, 2  # the share, and the least number, of titles with a phrase from which on it is common


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What stands behind a link of a mail: its title, and the names of the weights that it may change; those of `first` are meant first."""

    title: str
    names: tuple[str, ...]
    first: frozenset[str]


def behind(store: Store, archive: Archive, number: int, key: str, place: str) -> tuple[IssueItem, Issue] | None:
    """The item at an anchor of an issue, or of a reader's own letter of that name, and where it is; None if neither is known any more."""
    issues = _issues(store, archive, number, key)
    found = ((item, issue) for issue in issues for item in issue.items())
    return next((one for one in found if anchor(one[0].id) == place), None)


def _issues(store: Store, archive: Archive, number: int, key: str) -> list[Issue]:
    issues = []
    if key in store.issues.closed_keys():
        with suppress(DigestError):  # it was taken out of the archive
            issues.append(archive.read(key))
    texts = (store.letters.texts(row.key) for row in store.letters.of_reader(number) if row.name == key)
    return [*issues, *(from_json(one.issue.encode()) for one in texts if one is not None)]


def lesson_of(item: IssueItem, config: Config, titles: Iterable[str]) -> Lesson:
    """What an item stands for: its trends, its first and last authors, phrases of its title, its source, and itself.

    Args:
        item: the item.
        config: names the feeds.
        titles: of the works beside it. A phrase that many of them have says nothing about a taste.
    """
    trends = [f"trend:{label.id}" for label in item.trends[:2]]
    authors = item.authors if len(item.authors) <= AUTHORS else (*item.authors[: AUTHORS - 1], item.authors[-1])
    terms = [f"term:{words}" for words in _terms(item.title, titles)]
    feeds = {feed.name for feed in config.feeds}
    sources = [f"feed:{one.feed}" for one in item.sources if one.feed in feeds][:1]
    names = (*trends, *terms, *(f"author:{clean(name)}" for name in authors), *sources, f"work:{item.id}")
    kept = tuple(dict.fromkeys(filter(choices.is_name, names)))
    return Lesson(title=clean(item.title), names=kept, first=frozenset((*trends[:1], *terms)))


def meant(words: str, program: Program, messages: Iterable[str]) -> str:
    """The name of the weight that a reader means by the words of an answer to a mail.

    A trend, by its id or name; an arXiv paper; a feed; an author of the issue that the mail answers; otherwise words.
    """
    said = clean(words).strip("\"'“”.").strip()
    low = said.casefold()
    trend = next((id_ for id_, one in program.trends.items() if low in (id_.casefold(), one.name.casefold())), "")
    if trend:
        return f"trend:{trend}"
    if paper := re.fullmatch(r"(?:arxiv[:\s]\s*)?(\d{4}\.\d{4,5})", low):
        return f"work:arxiv:{paper[1]}"
    feed = next((one.name for one in program.config.feeds if one.name.casefold() == low), "")
    if feed:
        return f"feed:{feed}"
    keys = {id_.rpartition(".")[0] for id_ in messages} & program.store.issues.closed_keys()
    authors = (name for key in keys for item in program.archive.read(key).items() for name in item.authors)
    author = next((clean(name) for name in authors if name.casefold() == low), "")
    named = f"author:{author}" if author else f"term:{said[: choices.NAME_CHARS]}"
    return named.replace(";", " ").replace("=", " ")


def _terms(title: str, titles: Iterable[str]) -> list[str]:
    """The longest phrases of a title, in its order, without those that are common."""
    ordinary = resources.ordinary_words()
    beside = [phrases(one, ordinary) for one in titles]
    counts = Counter(key for found in beside for key in found)
    most = max(FEW, COMMON * len(beside))
    found = {key: text for key, text in phrases(title, ordinary).items() if counts[key] <= most}
    longest = [key for key in found if not any(key != other and f" {key} " in f" {other} " for other in found)]
    return [found[key] for key in longest[:TERMS]]
