"""Find the newsletters of a deployment: workspaces whose stores are schemas of one database. One that cannot be used does not stop the others."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.config import Config
from digest.errors import DigestError, UsageError
from digest.model import Workspace
from digest.storage.db import Server, located

Fingerprint = tuple[int, int, int] | None
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Newsletter:
    """A workspace and its store. Its name, that of the schema, is unique in the database."""

    place: Workspace
    server: Server

    @property
    def name(self) -> str:
        return self.server.schema


def workspaces(folders: Iterable[Path]) -> tuple[Workspace, ...]:
    """The workspaces that some folders are, or hold.

    Raises:
        UsageError: a folder neither is one nor holds one.
    """
    return tuple(Workspace(root=root) for folder in folders for root in _roots(folder))


def _roots(folder: Path) -> Sequence[Path]:
    if (folder / "feeds.yaml").is_file():
        return (folder,)
    found = sorted(path.parent for path in folder.glob("*/feeds.yaml"))
    if not found:
        raise UsageError(
            str(folder), "is neither a workspace nor a folder of workspaces", "name folders with a feeds.yaml"
        )
    return found


def newsletters(places: Iterable[Workspace], *, told: Callable[[str], None]) -> dict[str, Newsletter]:
    """The newsletters of one database, that of the first workspace, by name.

    Args:
        places: their workspaces.
        told: is called with a line about each workspace that is left out.

    Raises:
        UsageError: none has its store in a database.
    """
    found: dict[str, Newsletter] = {}
    for place, server in _servers(places, told):
        first = next(iter(found.values()), None)
        if first is not None and first.server.database != server.database:
            told(f"{place.root}: its store is in another database than that of {first.place.root}")
        elif server.schema in found:
            told(f"{place.root}: its schema {server.schema} is that of {found[server.schema].place.root}")
        else:
            found[server.schema] = Newsletter(place=place, server=server)
    if not found:
        raise UsageError(
            "digest worker",
            "no workspace has its store in a PostgreSQL database",
            "set DIGEST_STORE, or `store:` in each feeds.yaml; on one machine, use `digest run`",
        )
    return found


def _servers(places: Iterable[Workspace], told: Callable[[str], None]) -> Iterator[tuple[Workspace, Server]]:
    for place in places:
        try:
            where = located(place)
        except DigestError as error:
            told(f"{place.root}: {error}")
            continue
        if isinstance(where, Server):
            yield place, where
        else:
            told(f"{place.root}: its store is a file, which only `digest run` serves")


class Configs:
    """The configurations, read again when their files change. While a new one is invalid, the old one stays in effect."""

    def __init__(self, read: Callable[[Workspace], Config]) -> None:
        self._read = read
        self._known: dict[Path, tuple[Fingerprint, Config | DigestError]] = {}

    def of(self, place: Workspace) -> Config:
        """The configuration of a workspace.

        Raises:
            DigestError: it is invalid, and no valid one is known.
        """
        seen = _fingerprint(place.config)
        before, known = self._known.get(place.root, (None, None))
        if known is None or seen != before:
            try:
                known = self._read(place)
            except DigestError as error:
                _log.error("%s: feeds.yaml is invalid: %s", place.root, error)
                known = known if isinstance(known, Config) else error
            self._known[place.root] = (seen, known)
        if isinstance(known, DigestError):
            raise known
        return known

    def shared(self) -> frozenset[str]:
        """The feeds that several newsletters have, of those that were asked for."""
        configs = [known for _, known in self._known.values() if isinstance(known, Config)]
        counts = Counter(feed.url for config in configs for feed in config.feeds if not feed.muted)
        return frozenset(url for url, count in counts.items() if count > 1)


def _fingerprint(path: Path) -> Fingerprint:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
