"""The catalogue of a workspace's archive, brought up to date where the archive changed. Needs no feeds.yaml."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.model import Workspace
from digest.storage.db import MEMORY, open_store
from digest.storage.db.catalogue import Catalogue
from digest.storage.files.archive_stamps import stamps


@contextmanager
def catalogued(place: Workspace) -> Iterator[Catalogue]:
    """What the archive holds now. The parts that read issues are loaded only where something changed."""
    with open_store(_database(place)) as store:
        if stamps(place.archive) != store.catalogue.stamps():
            from digest.services.archive_index import catch_up
            from digest.storage.archive import Archive

            catch_up(Archive(place.archive), store)
        yield store.catalogue


def latest(place: Workspace) -> str:
    """The key of the closed issue of the latest slot, else of the latest draft.

    Raises:
        NotFoundError: the archive is empty.
    """
    from digest.services.archive_index import newest

    with catalogued(place) as catalogue:
        return newest(catalogue, place.archive)


def _database(place: Workspace) -> Path:
    """The store's file; memory where there is no archive, or where nothing may be written beside it."""
    here = place.state if place.state.exists() else place.root
    usable = place.archive.exists() and os.access(here, os.W_OK)
    return place.database if usable or place.database.exists() else MEMORY
