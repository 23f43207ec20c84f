"""The groups of routes -> one application; every answer, errors too, carries the headers that keep it in its place."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from digest.web import api, archive, health, subscribers
from digest.web.context import Site

# The archive comes last: it takes every address that is left.
GROUPS = (subscribers.routes, api.routes, health.routes, archive.routes)

# What an answer may do in a browser unless its route says otherwise: nothing.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": NOTHING,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def make_app(site: Site) -> web.Application:
    """The application; the caller runs it, and closes the store after it."""
    app = web.Application(middlewares=[_plain_errors])
    app.on_response_prepare.append(guard)
    for routes in GROUPS:
        app.add_routes(routes(site))
    return app


async def guard(_request: web.Request, answer: web.StreamResponse) -> None:
    """Set what the route did not set itself; `on_response_prepare` sees every answer, aiohttp's own errors too."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers["Server"] = "digest"


@web.middleware
async def _plain_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """An error is one plain line without what was asked for in it."""
    try:
        return await handler(request)
    except web.HTTPError as error:
        error.text = f"{error.status} {HTTPStatus(error.status).phrase}\n"
        error.content_type, error.charset = "text/plain", "utf-8"
        raise
