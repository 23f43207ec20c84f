"""`/metrics`: what `digest.services.metrics` measures, in Prometheus' text format, for the networks that `serve.metrics` lists.

Each answer is measured in a worker thread, with a connection of its own, and is reused for a few seconds.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from digest.errors import DigestError
from digest.services.metrics import Metric, metrics, queue
from digest.storage.db import Server, located, open_store
from digest.web.context import Site, program_of
from digest.web.requests import Callers

FRESH = 5.0  # seconds for which an answer is reused
TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(site: Site, callers: Callers) -> Sequence[web.AbstractRouteDef]:
    """The route. To everybody else it is not there."""
    seen: tuple[float, str] | None = None
    turn = asyncio.Lock()

    async def answer(request: web.Request) -> web.Response:
        nonlocal seen
        if not callers.within(request, site.config.serve.metrics):
            raise web.HTTPNotFound
        async with turn:
            now = asyncio.get_running_loop().time()
            if seen is None or now - seen[0] > FRESH:
                try:
                    seen = now, await asyncio.to_thread(_measured, site)
                except DigestError as error:
                    raise web.HTTPServiceUnavailable from error
            return web.Response(body=seen[1].encode(), status=HTTPStatus.OK, headers={"Content-Type": TYPE})

    return [web.get("/metrics", answer)]


def _measured(site: Site) -> str:
    where = located(site.workspace)
    with open_store(where) as store:
        found = metrics(program_of(replace(site, store=store)))
    return text([*found, *(queue(where) if isinstance(where, Server) else ())])


def text(found: Iterable[Metric]) -> str:
    """Metrics in the text format, version 0.0.4."""
    return "".join(f"{line}\n" for metric in found for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    name = f"digest_{metric.name}"
    yield f"# HELP {name} {metric.words}"
    yield f"# TYPE {name} gauge"
    if isinstance(metric.value, float | int):
        yield f"{name} {metric.value}"
        return
    for label, value in metric.value.items():
        escaped = label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        yield f'{name}{{{metric.label}="{escaped}"}} {value}'
