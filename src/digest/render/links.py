"""Where the parts of the archive lie, seen from a mail or from an issue's folder. Names addresses; checks none."""

from dataclasses import dataclass

from digest.text.clean import anchor

# Archived mail holds these where a subscriber's own addresses go; they are as long, so that sending replaces bytes.
UNSUBSCRIBE_URL = "https://unsubscribe.invalid/" + "0" * 64
PREFERENCES_URL = "https://preferences.invalid/" + "0" * 64

PICTURE = "cover.png"  # of an issue, for those who link to it


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """`root` is the archive's address, `index` the file that a folder's address must name (on a disk nobody adds it)."""

    root: str
    index: str = ""

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
        return self._to(f"{key}/")

    def trend(self, id_: str) -> str:
        return self._to(f"trends/{id_}/")

    def item(self, key: str, id_: str) -> str:
        return self.place(key, anchor(id_))

    def place(self, key: str, name: str) -> str:
        """An anchor of an issue's page."""
        return self.root and f"{self.issue(key)}#{name}"

    def _to(self, folder: str) -> str:
        return self.root and f"{self.root}/{folder}{self.index}"


def on_the_web(base_url: str) -> Links:
    """Links from a mail; all empty where the archive has no address."""
    return Links(root=base_url.rstrip("/"))


def in_the_archive() -> Links:
    """Links from an issue's folder, which work from a disk and from any host."""
    return Links(root="..", index="index.html")
