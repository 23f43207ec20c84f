"""Compute links to the parts of the archive, from a mail or from an issue's folder, and the references of an issue and its items."""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.citations import FILES, FORMATS, Reference, coins, of_card, of_issue
from digest.model import Issue, cards
from digest.text.clean import anchor

# Placeholders in archived mail for a subscriber's own links. They have the same length, so that sending replaces bytes.
UNSUBSCRIBE_URL = "https://unsubscribe.invalid/" + "0" * 64
PREFERENCES_URL = "https://preferences.invalid/" + "0" * 64

TEACH = "/more/"  # behind the link to a reader's preferences, before what they ask for more or less of

PICTURE = "cover.png"  # shown where others link to the issue


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Links to the archive at `root`. `index` is the file name that folder links need when they are read from a disk.

    The page of `own` is at `page`: a letter has a key like an issue's, but a page of its own.
    """

    root: str
    index: str = ""
    own: str = ""
    page: str = ""

    @property
    def archive(self) -> str:
        return self._to("")

    @property
    def latest(self) -> str:
        return self._to("latest/")

    @property
    def trends(self) -> str:
        return self._to("trends/")

    @property
    def sources(self) -> str:
        return self._to("sources/")

    @property
    def search(self) -> str:
        return self._to("search/")

    def picture(self, key: str) -> str:
        return self.root and f"{self.root}/{key}/{PICTURE}"

    def issue(self, key: str) -> str:
        return self.page if key == self.own else self._to(f"{key}/")

    def trend(self, id_: str) -> str:
        return self._to(f"trends/{id_}/")

    def item(self, key: str, id_: str) -> str:
        return self.place(key, anchor(id_))

    def place(self, key: str, name: str) -> str:
        """The link to an anchor of an issue's page."""
        return self.root and f"{self.issue(key)}#{name}"

    def _to(self, folder: str) -> str:
        return self.root and f"{self.root}/{folder}{self.index}"


def on_the_web(base_url: str) -> Links:
    """Links from a mail; all empty if the archive has no URL."""
    return Links(root=base_url.rstrip("/"))


def in_the_archive() -> Links:
    """Links from an issue's folder, which work from a disk and on any host."""
    return Links(root="..", index="index.html")


def beside_the_archive() -> Links:
    """Links from the folder of a draft, which work from a disk."""
    return Links(root="../../../archive", index="index.html")


def references(issue: Issue, web: Links) -> tuple[Reference, ...]:
    """The issue itself, then its items. `web` are the links to the archive's address."""
    return (of_issue(issue, url=web.issue(issue.key)), *map(of_card, cards(issue)))


def reference_files(cited: Sequence[Reference]) -> dict[str, str]:
    """The same references in each format, by the names of files."""
    return {FILES[name]: write(cited) for name, write in FORMATS.items()}


def spans(issue: Issue, web: Links) -> tuple[str, ...]:
    """The titles of the spans by which a button takes the issue or any of its items."""
    return tuple(map(coins, references(issue, web)))
