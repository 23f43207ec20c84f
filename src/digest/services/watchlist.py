"""Show what matched the watchlist, and add authors, terms and papers to it in feeds.yaml."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.config import Config, Watch
from digest.feeds.subscriptions import yaml_edit
from digest.model import Trend, Workspace
from digest.services.archive_index import catalogue_of
from digest.services.compose import PAST_ISSUES
from digest.services.context import Program
from digest.services.feed_list import rewrite


@dataclass(frozen=True, kw_only=True, slots=True)
class Watching:
    """One entry of the watchlist, the number of its items in the last issues, and the latest issue with one."""

    name: str
    kind: str  # author, term or paper
    items: int
    last: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What is added to the watchlist."""

    authors: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()


def watchlist(program: Program) -> tuple[Watching, ...]:
    """All entries, in the order of feeds.yaml."""
    watch = program.config.watch
    issues = [
        program.archive.read(one.key)
        for one in catalogue_of(program.store, program.archive).summaries(limit=PAST_ISSUES + 1)
    ]
    hits = [(name, issue.key) for issue in issues for item in issue.items(folded=False) for name in item.watched]
    entries = [
        *((name, "author") for name in watch.authors),
        *((name, "term") for name in watch.terms),
        *((f"arXiv {id_}", "paper") for id_ in watch.arxiv),
    ]
    keys = {name: [key for hit, key in hits if hit == name] for name, _ in entries}
    return tuple(
        Watching(name=name, kind=kind, items=len(keys[name]), last=max(keys[name], default=""))
        for name, kind in entries
    )


def new(watch: Watch, authors: Sequence[str], arxiv: Sequence[str], terms: Sequence[str] = ()) -> Added:
    """Those that are not yet watched, without repetitions."""
    known = {name.casefold() for name in (*watch.authors, *watch.terms)}
    return Added(
        authors=tuple(author for author in dict.fromkeys(authors) if author.casefold() not in known),
        terms=tuple(term for term in dict.fromkeys(terms) if term.casefold() not in known),
        arxiv=tuple(id_ for id_ in dict.fromkeys(arxiv) if id_ not in watch.arxiv),
    )


def add(workspace: Workspace, trends: Mapping[str, Trend], added: Added, *, waiting: Callable[[str], None]) -> Added:
    """Append them to `watch:` in feeds.yaml, and return those that were new.

    Raises:
        ConfigError: feeds.yaml would not be valid.
        WorkspaceError: it cannot be written.
    """
    fresh: list[Added] = []

    def change(text: str, now: Config) -> tuple[str, Config]:
        found = new(now.watch, added.authors, added.arxiv, added.terms)
        fresh.append(found)
        watch = replace(
            now.watch,
            authors=(*now.watch.authors, *found.authors),
            terms=(*now.watch.terms, *found.terms),
            arxiv=(*now.watch.arxiv, *found.arxiv),
        )
        lists = {"authors": found.authors, "terms": found.terms, "arxiv": found.arxiv}
        return yaml_edit.watch(text, lists, file=str(workspace.config)), replace(now, watch=watch)

    rewrite(workspace, trends, change, waiting)
    return fresh[0]
