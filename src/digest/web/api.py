"""`/api/issues` and `/api/search`: the output of `digest list` and `digest search` as JSON. GET and HEAD only.

Searches run in threads beside the event loop, two at a time, each on its own connection and for at most two seconds.
"""

import asyncio
import json
import random
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from digest.errors import DigestError, UsageError
from digest.model import Hit
from digest.schedule.slots import Timetable, since
from digest.services.archive_index import catch_up
from digest.services.context import Program
from digest.services.status import alarms
from digest.storage.archive import Archive
from digest.storage.db.catalogue import Catalogue
from digest.storage.db.search import Query
from digest.web.context import Site

LIMIT, MOST = 20, 100
LONGEST = 500  # characters of a query
AT_ONCE = 2  # searches
QUEUED = 400  # searches waiting for those
SECONDS = 2.0  # for one search
_STEPS = 2000  # instructions of SQLite between checks of the time


def routes(site: Site) -> Sequence[web.AbstractRouteDef]:
    """The two routes. The index is updated from the archive before each response."""
    turns = asyncio.Semaphore(AT_ONCE)
    queued = 0

    def catalogue() -> Catalogue:
        with suppress(sqlite3.OperationalError):  # another process is writing, and will index the changes
            catch_up(Archive(site.workspace.archive), site.store)
        return site.store.catalogue

    async def issues(request: web.Request) -> web.Response:
        return _answer(request, {"issues": [asdict(one) for one in catalogue().summaries(closed=True)]})

    async def search(request: web.Request) -> web.Response:
        nonlocal queued
        query = _query(request, site)
        catalogue()
        if queued >= QUEUED:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        queued += 1
        try:
            async with turns:
                hits, total = await asyncio.to_thread(_search, site.workspace.database, query)
        finally:
            queued -= 1
        return _answer(request, {"query": query.text, "total": total, "hits": [asdict(hit) for hit in hits]})

    return [web.get("/api/issues", issues), web.get("/api/search", search)]


def _search(database: Path, query: Query) -> tuple[tuple[Hit, ...], int]:
    """The results and their total number.

    Raises:
        HTTPServiceUnavailable: the search takes too long.
    """
    end = time.monotonic() + SECONDS
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        try:
            return Catalogue(connection).search(query)
        except sqlite3.OperationalError as error:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from error


def _query(request: web.Request, site: Site) -> Query:
    """The search query in `?q=&trend=&since=&limit=`; `since` is what `digest search --since` accepts.

    Raises:
        HTTPBadRequest: q is missing or too long, or another value is invalid.
    """
    given, zone = request.query, ZoneInfo(site.config.digest.timezone)
    text = given.get("q", "")
    try:
        start = since(given["since"], now=site.clock(), zone=zone) if "since" in given else None
        limit = int(given.get("limit", LIMIT))
    except (ValueError, UsageError) as error:
        raise web.HTTPBadRequest from error
    if not text.strip() or len(text) > LONGEST or not 1 <= limit <= MOST:
        raise web.HTTPBadRequest
    return Query(text=text, trend=given.get("trend", ""), since=start, limit=limit)


def _answer(request: web.Request, value: object) -> web.Response:
    """A JSON response with an ETag; 304 if the client already has it."""
    body = json.dumps(value, default=_plain, ensure_ascii=False).encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"no JSON form for {type(value).__name__}")


FRESH = 3.0  # seconds for which a result is reused


def health_routes(site: Site) -> list[web.RouteDef]:
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
