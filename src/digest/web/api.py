"""`/api/issues` and `/api/search`: what the terminal's list and search say, as JSON. Answers GET and HEAD only."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256

from aiohttp import web

from digest.services.archive_index import catch_up
from digest.storage.archive import Archive
from digest.storage.db.catalogue import Catalogue
from digest.storage.db.search import Query
from digest.web.context import Site

LIMIT, MOST = 20, 100
LONGEST = 500  # characters of a query


def routes(site: Site) -> Sequence[web.AbstractRouteDef]:
    """The two addresses; the catalogue catches up with the archive before each answer."""

    def catalogue() -> Catalogue:
        catch_up(Archive(site.workspace.archive), site.store)
        return site.store.catalogue

    async def issues(request: web.Request) -> web.Response:
        return _answer(request, {"issues": [asdict(one) for one in catalogue().summaries()]})

    async def search(request: web.Request) -> web.Response:
        query = _query(request)
        hits, total = catalogue().search(query)
        return _answer(request, {"query": query.text, "total": total, "hits": [asdict(hit) for hit in hits]})

    return [web.get("/api/issues", issues), web.get("/api/search", search)]


def _query(request: web.Request) -> Query:
    """The query of `?q=&trend=&since=&limit=`.

    Raises:
        HTTPBadRequest: there is no q, it is too long, or a value is none of its kind.
    """
    given = request.query
    text = given.get("q", "")
    try:
        since = datetime.fromisoformat(given["since"]).replace(tzinfo=UTC) if "since" in given else None
        limit = int(given.get("limit", LIMIT))
    except ValueError as error:
        raise web.HTTPBadRequest from error
    if not text.strip() or len(text) > LONGEST or not 1 <= limit <= MOST:
        raise web.HTTPBadRequest
    return Query(text=text, trend=given.get("trend", ""), since=since, limit=limit)


def _answer(request: web.Request, value: object) -> web.Response:
    """The value with a validator; 304 where the asker has it."""
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
