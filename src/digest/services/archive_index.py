"""The archive -> the store's catalogue of it, as far as the archive changed since. Renders nothing."""

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
