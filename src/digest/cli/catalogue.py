"""The catalogue of a workspace's archive, brought up to date where the archive changed. Needs no feeds.yaml."""

from collections.abc import Iterator
from contextlib import contextmanager

from digest.model import Workspace
from digest.stamps import stamps
from digest.store import open_store
from digest.store.catalogue import Catalogue


@contextmanager
def catalogued(place: Workspace) -> Iterator[Catalogue]:
    """What the archive holds now. The parts that read issues are loaded only where something changed."""
    with open_store(place.database) as store:
        if stamps(place.archive) != store.catalogue.stamps():
            from digest.archive import Archive
            from digest.pipeline.catalogue import catch_up

            catch_up(Archive(place.archive), store)
        yield store.catalogue
