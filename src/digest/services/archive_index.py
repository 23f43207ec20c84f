"""The archive -> the store's catalogue of it, as far as the archive changed since. Renders nothing."""

from dataclasses import dataclass
from pathlib import Path

from digest.errors import NotFoundError
from digest.services.context import Program
from digest.storage.archive import Archive, summary_of
from digest.storage.db import Store
from digest.storage.db.catalogue import Catalogue
from digest.storage.files.archive_stamps import stamps


def catch_up(archive: Archive, store: Store, *, anew: bool = False) -> frozenset[str]:
    """Enter what the catalogue lacks and take out what the archive lacks; the keys that changed.

    Args:
        archive: what is right.
        store: whose catalogue follows it.
        anew: forget the catalogue first.

    Raises:
        WorkspaceError: an issue.json is broken; nothing is changed.
    """
    there, known = stamps(archive.root), store.catalogue.stamps()
    if anew:
        known = {}
    changed = {key for key, stamp in there.items() if known.get(key) != stamp}
    gone = known.keys() - there.keys()
    if not (changed or gone or anew):
        return frozenset()
    with store.transaction():
        if anew:
            store.catalogue.clear()
        for key in sorted(gone):
            store.catalogue.forget(key)
        for key in sorted(changed):
            issue = archive.read(key)
            store.catalogue.put(issue, summary_of(issue), stamp_=there[key])
    return frozenset(changed | gone)


def catalogue_of(program: Program) -> Catalogue:
    """What the archive holds now. Opens no issue that has not changed."""
    catch_up(program.archive, program.store)
    return program.store.catalogue


def latest(program: Program) -> str:
    """The key of the closed issue of the latest slot, else of the latest draft.

    Raises:
        NotFoundError: the archive is empty.
    """
    return newest(catalogue_of(program), program.archive.root)


def newest(catalogue: Catalogue, root: Path) -> str:
    """The same of a catalogue that follows the archive at `root`."""
    key = catalogue.latest()
    if key is None:
        raise NotFoundError(str(root), "holds no issue", "`digest build` makes the first one")
    return key


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """An item of an issue that bears on a claim, with its words that say so."""

    key: str
    id: str
    title: str
    url: str
    words: tuple[str, ...]


def touches(archive: Archive, trend: str) -> dict[str, tuple[Touched, ...]]:
    """Claim -> the items that touched it, the last key first. A draft's count too, since it is the week in hand.

    Raises:
        WorkspaceError: an issue.json is broken.
    """
    found: dict[str, list[Touched]] = {}
    for key in reversed(archive.issue_keys()):
        issue = archive.read(key)
        items = {item.id: item for section in issue.trends for item in (*section.items, *section.folded)}
        for claim in (claim for section in issue.trends if section.id == trend for claim in section.claims):
            found.setdefault(claim.text, []).extend(
                Touched(key=key, id=touch.id, title=items[touch.id].title, url=items[touch.id].url, words=touch.words)
                for touch in claim.items
                if touch.id in items
            )
    return {claim: tuple(items) for claim, items in found.items()}
