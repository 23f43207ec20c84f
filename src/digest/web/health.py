"""`GET /healthz` for supervisors: 200 if all is well, otherwise 503 with a line per alarm."""

import asyncio
import random
import sqlite3
from http import HTTPStatus
from zoneinfo import ZoneInfo

from aiohttp import web

from digest.errors import DigestError
from digest.schedule.slots import Timetable
from digest.services.context import Program
from digest.services.status import alarms
from digest.storage.archive import Archive
from digest.web.context import Site

FRESH = 3.0  # seconds for which a result is reused


def routes(site: Site) -> list[web.RouteDef]:
    seen: tuple[float, list[str]] | None = None

    async def healthz(_request: web.Request) -> web.Response:
        nonlocal seen
        now = asyncio.get_running_loop().time()
        if seen is None or now - seen[0] > FRESH:
            seen = now, _alarms(site)
        found = seen[1]
        status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
        return web.json_response({"ok": not found, "alarms": found}, status=status)

    return [web.get("/healthz", healthz)]


def _alarms(site: Site) -> list[str]:
    try:
        return list(alarms(_program(site)))
    except (sqlite3.Error, DigestError) as error:
        return [f"the store cannot be read ({error})"]


def _program(site: Site) -> Program:
    settings = site.config.digest
    return Program(
        workspace=site.workspace,
        config=site.config,
        trends=site.trends,
        store=site.store,
        archive=Archive(site.workspace.archive),
        timetable=Timetable(schedule=settings.schedule, cadence=settings.cadence, zone=ZoneInfo(settings.timezone)),
        now=site.clock(),
        random=random.Random(0),  # noqa: S311  (asked for nothing)
        workers=1,
    )
