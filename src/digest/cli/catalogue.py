"""The catalogue of a workspace's archive, brought up to date where the archive changed. Needs no feeds.yaml."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.model import Workspace
from digest.stamps import stamps
from digest.store import open_store
from digest.store.catalogue import Catalogue


@contextmanager
def catalogued(place: Workspace) -> Iterator[Catalogue]:
    """What the archive holds now. The parts that read issues are loaded only where something changed."""
    with open_store(_database(place)) as store:
        if stamps(place.archive) != store.catalogue.stamps():
            from digest.archive import Archive
            from digest.pipeline.catalogue import catch_up

            catch_up(Archive(place.archive), store)
        yield store.catalogue


def latest(place: Workspace) -> str:
    """The key of the closed issue of the latest slot, else of the latest draft.

    Raises:
        NotFoundError: the archive is empty.
    """
    from digest.pipeline.catalogue import newest

    with catalogued(place) as catalogue:
        return newest(catalogue, place.archive)


def _database(place: Workspace) -> Path:
    """The store's file; memory where there is no archive, or where nothing may be written beside it."""
    here = place.state if place.state.exists() else place.root
    usable = place.archive.exists() and os.access(here, os.W_OK)
    return place.database if usable or place.database.exists() else Path(":memory:")
