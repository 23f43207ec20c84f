"""Update the store's index of the archive with the issues that changed."""

from pathlib import Path

from digest.errors import NotFoundError
from digest.model import Workspace
from digest.storage.archive import Archive, summary_of
from digest.storage.db import Store
from digest.storage.db.catalogue import Catalogue
from digest.storage.files.archive_stamps import misplaced, stamps


def catch_up(archive: Archive, catalogue: Catalogue, *, rebuild: bool = False) -> frozenset[str]:
    """Bring the index up to date with the issues and drafts, and return the keys of those that changed.

    A draft that an earlier version kept in the archive is moved out of it.

    Args:
        archive: the archive.
        catalogue: its index.
        rebuild: forget the catalogue first.

    Raises:
        WorkspaceError: an issue.json is invalid; the index is not changed.
    """
    place = Workspace(root=archive.root.parent)
    for key in misplaced(place, catalogue.drafts()):
        archive.set_aside(key)
    there, known = stamps(place), catalogue.stamps()
    if rebuild:
        known = {}
    changed = {key for key, stamp in there.items() if known.get(key) != stamp}
    gone = known.keys() - there.keys()
    if not (changed or gone or rebuild):
        return frozenset()
    with catalogue.transaction():
        if rebuild:
            catalogue.clear()
        for key in sorted(gone):
            catalogue.forget(key)
        for key in sorted(changed):
            issue = archive.read(key)
            if issue.state == "draft":
                archive.set_aside(key)
            catalogue.put(issue, summary_of(issue), stamp_=there[key])
    return frozenset(changed | gone)


def catalogue_of(store: Store, archive: Archive) -> Catalogue:
    """The up-to-date index of the archive. Opens only issues that changed."""
    catch_up(archive, store.catalogue)
    return store.catalogue


def latest(store: Store, archive: Archive) -> str:
    """The key of the latest closed issue, by slot; of the latest draft if no issue is closed.

    Raises:
        NotFoundError: the archive is empty.
    """
    return newest(catalogue_of(store, archive), archive.root)


def newest(catalogue: Catalogue, root: Path) -> str:
    """The same, for an up-to-date index of the archive at `root`."""
    key = catalogue.latest()
    if key is None:
        raise NotFoundError(str(root), "contains no issue", "build the first one with `digest build`")
    return key
