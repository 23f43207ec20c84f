"""How all newsletters of a deployment are doing, and who works for them. One that cannot be opened is a line of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from digest.config import Config
from digest.errors import DigestError, UsageError
from digest.model import Workspace
from digest.services.context import Program
from digest.services.mail_merge import imprint
from digest.services.metrics import metrics
from digest.services.status import status
from digest.storage.db import Server, located

SILENT = 60.0  # seconds without a heartbeat


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One newsletter: its figures by the names that /metrics has, and what is wrong, with `error` if nothing else is known."""

    name: str
    folder: str
    figures: Mapping[str, float | Mapping[str, float]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    list_id: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Working:
    """A worker: what it does, and for how many seconds it has given no sign of life."""

    number: int
    doing: str
    silent: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Fleet:
    """Who works on one database, and how many jobs wait there or are being done, by queue."""

    database: str
    version: str = ""
    workers: tuple[Working, ...] = ()
    jobs: Mapping[str, int] = field(default_factory=dict)
    error: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        if self.error:
            return (self.error,)
        silent = [one.number for one in self.workers if one.silent > SILENT]
        told = tuple(f"worker {number} has given no sign of life for a minute" for number in silent)
        idle = self.version and not self.workers  # without a version, daemons serve the newsletters
        return told or (("no worker is running; start one with `digest worker`",) if idle else ())


Opener = Callable[[Workspace], AbstractContextManager[Program]]


def seen(place: Workspace, opened: Opener) -> Seen:
    """How a newsletter is doing."""
    name = place.root.absolute().name
    try:
        where = located(place)
        name = where.schema if isinstance(where, Server) else name
        with opened(place) as program:
            figures = {one.name: one.value for one in metrics(program)}
            sections = status(program)
            list_id = _list_id(program.config)
    except DigestError as error:
        return Seen(name=name, folder=str(place.root), error=str(error))
    problems = (problem for section in sections for problem in (*section.alarms, *section.problems))
    return Seen(name=name, folder=str(place.root), figures=figures, problems=tuple(problems), list_id=list_id)


def _list_id(config: Config) -> str:
    try:
        return imprint(config).list_id if config.delivery.sender else ""
    except UsageError:  # told by whatever sends
        return ""


def told_apart(found: Sequence[Seen]) -> tuple[Seen, ...]:
    """The same newsletters. Those that share a list id get a problem, since mail programs sort and unsubscribe by it."""
    told = []
    for one in found:
        others = [other.name for other in found if other is not one and other.list_id == one.list_id]
        problem = f"has the list id {one.list_id}, as has {', '.join(others)}: give each its own `delivery: list_id`"
        told.append(replace(one, problems=(*one.problems, problem)) if one.list_id and others else one)
    return tuple(told)


def fleets(places: Iterable[Workspace]) -> tuple[Fleet, ...]:
    """The workers of each database that workspaces have their stores in."""
    servers: dict[str, Server] = {}
    for place in places:
        try:
            where = located(place)
        except UsageError:  # told with its newsletter
            continue
        if isinstance(where, Server):
            servers.setdefault(where.database, where)
    return tuple(_fleet(name, server) for name, server in servers.items())


def _fleet(name: str, server: Server) -> Fleet:
    try:
        from digest.storage.db.deployment import open_deployment  # noqa: PLC0415  (an extra)

        with open_deployment(server) as shared:
            rows = (Working(number=one.number, doing=one.doing, silent=one.silent) for one in shared.workers())
            return Fleet(database=name, version=shared.version(), workers=tuple(rows), jobs=shared.jobs())
    except (DigestError, ImportError) as error:
        return Fleet(database=name, error=str(error))
