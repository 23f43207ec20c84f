"""Join the groups of routes into one application. Every response, including errors, gets restrictive security headers."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from digest.storage.db import StoreError
from digest.web import api, archive, mcp, metrics, preferences, sign_up, subscribers, teach
from digest.web.connections import CONNECTIONS, Connections, counted
from digest.web.context import Background, Site
from digest.web.requests import Callers

if TYPE_CHECKING:
    from digest.web.desk import Desk

_log = logging.getLogger(__name__)
# The archive comes last, because it handles all remaining paths.
GROUPS = (api.routes, api.health_routes, archive.routes)

# What a response may do in a browser unless its route allows more: nothing.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": NOTHING,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def make_app(site: Site, desk: "Desk | None" = None) -> web.Application:
    """Make the application, with a desk if there is one. The caller runs it, and closes the store afterwards."""
    callers = Callers(site.config)
    connections = Connections(shared=callers.shared)
    app = web.Application(middlewares=[counted(connections), _plain_errors, callers.known_host])
    app[CONNECTIONS] = connections
    app.on_response_prepare.append(guard)
    background = Background()
    people = subscribers.People(site, callers, background)
    app.add_routes(subscribers.routes(people))
    app.add_routes(subscribers.letter_routes(people))
    if site.mail is not None and site.mail.imprint.base_url:
        app.add_routes(sign_up.routes(people, background))
    app.add_routes(preferences.routes(people))
    app.add_routes(teach.routes(people))
    if site.config.serve.mcp:
        app.add_routes(mcp.routes(site, app))
    if site.config.serve.metrics:
        app.add_routes(metrics.routes(site, callers))
    if desk is not None:
        from digest.web.desk import add_desk  # noqa: PLC0415  (only where it is switched on)

        add_desk(app, desk)
    for routes in GROUPS:
        app.add_routes(routes(site))
    app.cleanup_ctx.append(background.run)
    return app


async def guard(_request: web.Request, answer: web.StreamResponse) -> None:
    """Add the headers that the route did not set. `on_response_prepare` also covers aiohttp's own errors."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers["Server"] = "digest"


@web.middleware
async def _plain_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer errors with one plain line that does not repeat anything from the request."""
    try:
        return await handler(request)
    except StoreError as error:  # another process holds the store for long
        _log.warning("the store was busy: %s", error)
        raise _plain(web.HTTPServiceUnavailable(headers={"Retry-After": "30"})) from error
    except web.HTTPError as error:
        raise _plain(error) from error.__cause__


def _plain(error: web.HTTPError) -> web.HTTPError:
    error.text = f"{error.status} {HTTPStatus(error.status).phrase}\n"
    error.content_type, error.charset = "text/plain", "utf-8"
    return error
