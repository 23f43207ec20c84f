"""Open the index of a workspace's archive, updated first if the archive changed. Needs no feeds.yaml."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from digest.cli.common import instant
from digest.errors import WorkspaceError
from digest.model import Summary, Workspace
from digest.storage.db import MEMORY, index_of, open_index
from digest.storage.db.catalogue import Catalogue
from digest.storage.files import regular
from digest.storage.files.archive_stamps import misplaced, stamps

HEAD = 1_000  # bytes of an issue.json that hold its title and language


@contextmanager
def catalogued(place: Workspace) -> Iterator[Catalogue]:
    """The index of what the archive holds now. The modules that read issues are imported only if something changed."""
    if not any(path.exists() for path in (place.config, place.archive, place.state)):
        raise WorkspaceError(
            str(place.root.absolute()),
            "is not a workspace: it has neither feeds.yaml nor archive/",
            "make one with `digest init`, or name one with -C DIR",
        )
    with open_index(_index(place)) as catalogue:
        if stamps(place) != catalogue.stamps() or misplaced(place, catalogue.drafts()):
            from digest.services.archive_index import catch_up
            from digest.storage.archive import Archive

            catch_up(Archive(place.archive), catalogue)
        yield catalogue


def latest(place: Workspace) -> str:
    """The key of the latest closed issue, by slot; of the latest draft if no issue is closed.

    Raises:
        NotFoundError: the archive is empty.
    """
    from digest.services.archive_index import newest

    with catalogued(place) as catalogue:
        return newest(catalogue, place.archive)


def zone_of(place: Workspace, closed: Sequence[Summary]) -> str:
    """The digest's time zone by its latest closed issue; UTC where there is none."""
    from digest.storage.archive import Archive

    return Archive(place.archive).read(closed[0].key).timezone if closed else "UTC"


_LANGUAGE = re.compile(rb'"language": "([\w-]+)"')


def language_of(place: Workspace, key: str) -> str:
    """The language of an issue, from the first lines of its issue.json; English if it cannot be told."""
    try:
        with regular(place.archive / key / "issue.json").open("rb") as file:
            found = _LANGUAGE.search(file.read(HEAD))
    except OSError:
        return "en"
    return found[1].decode() if found else "en"


def since_instant(when: str, at: str | None, zone: str) -> datetime:
    """The first second that `--since WHEN` includes, in UTC, with `--at` as the clock.

    Raises:
        UsageError: `when` or `at` cannot be read.
    """
    from digest.schedule.slots import since

    return since(when, now=instant(at, zone), zone=ZoneInfo(zone))


def _index(place: Workspace) -> Path:
    """The file of the index, or `:memory:` if there is no archive or it is read where nothing can be written, as on a read-only disk."""
    here = place.state if place.state.exists() else place.root
    return index_of(place) if place.archive.exists() and os.access(here, os.W_OK) else MEMORY
