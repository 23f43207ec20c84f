"""`/api`: what `digest list`, `digest search`, `digest trends` and `digest export` print. GET and HEAD only.

Searches run in worker threads, two at a time, each on its own connection and for at most two seconds.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

from digest.citations import FILES, FORMATS, of_card
from digest.errors import DigestError, NotFoundError, UsageError
from digest.schedule.slots import since
from digest.services.archive_index import catch_up
from digest.services.selection import Choice, chosen
from digest.services.status import alarms
from digest.storage.archive import Archive
from digest.storage.db import StoreError, index_of, reading
from digest.storage.db.catalogue import Catalogue
from digest.storage.db.search import Query
from digest.web import archive, openapi
from digest.web.context import Site, program_of

LIMIT, MOST = 20, 100
LONGEST = 500  # characters of a query
AT_ONCE = 2  # searches
Found = TypeVar("Found")
QUEUED = 400  # searches waiting for those
POINTS = 26  # issues of a trend's past
SECONDS = 2.0  # for one search


def routes(site: Site) -> Sequence[web.AbstractRouteDef]:
    """The routes of the API."""
    api = _Api(site)
    return [
        web.get("/api/issues", api.issues),
        web.get("/api/search", api.search),
        web.get("/api/trends/{id}", api.trend),
        web.get("/api/references/{format}", api.references),
        web.get("/api/openapi.json", api.document),
    ]


class _Api:
    """The answers. The index is updated from the archive before each."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._queued = 0

    def _catalogue(self) -> Catalogue:
        with suppress(StoreError):  # another process is writing, and will index the changes
            catch_up(Archive(self._site.workspace.archive), self._site.store.catalogue)
        return self._site.store.catalogue

    async def _asked(self, question: Callable[[Catalogue], Found]) -> Found:
        """The answer to a question that may take long."""
        self._catalogue()
        if self._queued >= QUEUED:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        self._queued += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(_timed, index_of(self._site.workspace), question)
        finally:
            self._queued -= 1

    async def issues(self, request: web.Request) -> web.Response:
        return _answer(request, {"issues": [asdict(one) for one in self._catalogue().summaries(closed=True)]})

    async def search(self, request: web.Request) -> web.Response:
        query = _query(request, self._site)
        hits, total = await self._asked(lambda found: found.search(query))
        return _answer(request, {"query": query.text, "total": total, "hits": [asdict(hit) for hit in hits]})

    async def trend(self, request: web.Request) -> web.Response:
        id_, found = request.match_info["id"], self._catalogue()
        known = self._site.trends.get(id_)
        if known is None and id_ not in found.trends():
            raise web.HTTPNotFound
        points = found.points(id_, limit=POINTS)
        cards = found.trend_cards(id_, [point.key for point in points])[:MOST]
        baseline = {"name": known.name, "as_of": known.as_of, "summary": known.summary} if known else None
        points_, items = list(map(asdict, points)), list(map(asdict, cards))
        return _answer(request, {"id": id_, "baseline": baseline, "points": points_, "items": items})

    async def references(self, request: web.Request) -> web.Response:
        form = request.match_info["format"]
        if form not in FORMATS:
            raise web.HTTPNotFound
        choice = _choice(request, self._site)
        try:
            cards = await self._asked(lambda found: chosen(found, choice))
        except NotFoundError as error:
            raise web.HTTPNotFound from error
        except UsageError as error:
            raise web.HTTPBadRequest from error
        kind = archive.TYPES[f".{FILES[form].rpartition('.')[2]}"]
        text = FORMATS[form](map(of_card, cards))
        return web.Response(body=text.encode(), headers={"Content-Type": kind, "Cache-Control": "no-cache"})

    async def document(self, request: web.Request) -> web.Response:
        return _answer(request, openapi.document())


def _choice(request: web.Request, site: Site) -> Choice:
    """The items that `?item=&issue=&q=&trend=&watched=1&since=&limit=` choose, as `digest export` does.

    Raises:
        HTTPBadRequest: a value is invalid, nothing or two things are chosen, or more than `MOST` items.
    """
    given, zone = request.query, ZoneInfo(site.config.digest.timezone)
    items = tuple(given.getall("item", ()))
    ways = [bool(items), "issue" in given, "q" in given, "watched" in given]
    try:
        start = since(given["since"], now=site.clock(), zone=zone) if "since" in given else None
        limit = int(given.get("limit", LIMIT))
    except (ValueError, UsageError) as error:
        raise web.HTTPBadRequest from error
    too_long = any(len(value) > LONGEST for value in given.values())
    if (
        not (sum(ways) == 1 or (not any(ways) and "trend" in given))
        or too_long
        or len(items) > MOST
        or not 1 <= limit <= MOST
    ):
        raise web.HTTPBadRequest
    return Choice(
        items=items,
        issue=given.get("issue", ""),
        search=given.get("q", ""),
        trend=given.get("trend", ""),
        watched="watched" in given,
        since=start,
        limit=limit,
    )


def _timed(index: Path, question: Callable[[Catalogue], Found]) -> Found:
    """The answer to a question.

    Raises:
        HTTPServiceUnavailable: it takes too long.
    """
    try:
        with reading(index, seconds=SECONDS) as catalogue:
            return question(catalogue)
    except StoreError as error:
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
        return list(alarms(program_of(site)))
    except (StoreError, DigestError) as error:
        return [f"the store cannot be read ({error})"]
