"""The references of an issue and its items, for the files beside its page and for the buttons of reference managers."""

from collections.abc import Sequence

from digest.citations import FILES, FORMATS, Reference, coins, of_card, of_issue
from digest.model import Issue, cards
from digest.render.links import Links


def references(issue: Issue, web: Links) -> tuple[Reference, ...]:
    """The issue itself, then its items. `web` are the links to the archive's address."""
    return (of_issue(issue, url=web.issue(issue.key)), *map(of_card, cards(issue)))


def reference_files(cited: Sequence[Reference]) -> dict[str, str]:
    """The same references in each format, by the names of files."""
    return {FILES[name]: write(cited) for name, write in FORMATS.items()}


def spans(issue: Issue, web: Links) -> tuple[str, ...]:
    """The titles of the spans by which a button takes the issue or any of its items."""
    return tuple(map(coins, references(issue, web)))
