"""Configuration -> the ways an issue leaves: people's mail or the rehearsal of it into files, and each team's webhook. Sends nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from digest.deliver.channel import Channel
from digest.deliver.outbox import Outbox
from digest.pipeline.program import Program


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One way. `place` names it in messages; `rate` is in messages a second."""

    name: str
    place: str
    connect: Callable[[], Channel]
    people: bool = True
    connections: int = 1
    rate: float | None = None


def people_route(program: Program) -> Route:
    """How people's mail leaves: into the outbox, unless the configuration names a server."""
    outbox = program.workspace.outbox
    return Route(name="outbox", place=str(outbox), connect=lambda: Outbox(outbox))


def routes(program: Program) -> tuple[Route, ...]:
    """Every way that the configuration names."""
    return (people_route(program),)
