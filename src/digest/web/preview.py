"""The preview application: an issue's mail on desktop and phone, in light and dark, its text, and the findings of the lint.

`draw` renders the issue with the current templates; `stamp` changes when they do, and then the page reloads.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from digest.errors import ConfigError
from digest.lint import check
from digest.lint.accessibility import DARK
from digest.render.engine import Engine
from digest.web.app import guard

PAGE = "site/preview.html.j2"
POLL = 0.4  # seconds between checks of the templates
_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https:; frame-ancestors 'self'"

Draw = Callable[[], Mapping[str, str]]


@dataclass(slots=True)
class Drawn:
    """The last rendering, renewed when the templates change. If a template is broken, its error replaces every file."""

    draw: Draw
    stamp: Callable[[], str]
    base_url: str
    made: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def file(self, name: str) -> tuple[str, bool]:
        """A file's text and True, or the error of a broken template and False."""
        async with self.lock:
            now = await asyncio.to_thread(self.stamp)
            if now != self.made:
                await asyncio.to_thread(self._again)
                self.made = now
        return (self.fault, False) if self.fault else (self.files[name], True)

    def _again(self) -> None:
        try:
            self.files, self.fault = self.draw(), ""
        except ConfigError as error:
            self.fault = str(error)


def make_preview(
    draw: Draw, *, stamp: Callable[[], str], page: Callable[[], Mapping[str, str]], base_url: str
) -> web.Application:
    """Make the application.

    Args:
        draw: returns the issue's files, including issue.json; raises ConfigError if a template is broken.
        stamp: returns a text that changes whenever a template does.
        page: returns the templates of the preview page itself.
        base_url: the URL of the archive, for the lint.
    """
    drawn = Drawn(draw=draw, stamp=stamp, base_url=base_url)
    news = News(stamp=stamp)
    app = web.Application()
    app.on_response_prepare.append(guard)
    app.on_shutdown.append(news.close)
    app.add_routes(
        [
            web.get("/", partial(_index, page)),
            web.get("/{scheme:light|dark}", partial(_mail, drawn)),
            web.get("/text", partial(_text, drawn)),
            web.get("/findings", partial(_findings, drawn)),
            web.get("/changes", news.stream),
        ]
    )
    return app


@dataclass(kw_only=True, slots=True)
class News:
    """Notifies open pages of changed templates."""

    stamp: Callable[[], str]
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def close(self, _app: web.Application) -> None:
        """End the streams, so that the server may stop."""
        self.closing.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one per change, and comments in between."""
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await answer.prepare(request)
        seen = await asyncio.to_thread(self.stamp)
        with suppress(ConnectionResetError):
            while not self.closing.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.closing.wait(), POLL)
                now = await asyncio.to_thread(self.stamp)
                await answer.write(b"data: changed\n\n" if now != seen else b": still\n\n")
                seen = now
        return answer


async def _index(page: Callable[[], Mapping[str, str]], _request: web.Request) -> web.Response:
    templates = await asyncio.to_thread(page)
    html = Engine({PAGE: templates[PAGE]}).render(PAGE)
    return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": _policy_of(html)})


async def _mail(drawn: Drawn, request: web.Request) -> web.Response:
    text, whole = await drawn.file("email.html")
    if not whole:
        return _plain(text)
    return web.Response(
        text=_in_scheme(text, request.match_info["scheme"]),
        content_type="text/html",
        headers={"Content-Security-Policy": _FRAMED},
    )


async def _text(drawn: Drawn, _request: web.Request) -> web.Response:
    return _plain((await drawn.file("email.txt"))[0])


async def _findings(drawn: Drawn, _request: web.Request) -> web.Response:
    html, whole = await drawn.file("email.html")
    found = await asyncio.to_thread(check, drawn.files, drawn.base_url) if whole else ()
    lines = [f"{one.severity}: {one}" for one in found] if whole else [html]
    return _plain("\n".join(lines) or "No problems found.")


def _in_scheme(html: str, scheme: str) -> str:
    """The mail in light or dark mode, whatever the browser's own preference."""
    return html.replace(DARK, "(min-width: 0px)" if scheme == "dark" else "(max-width: 0px)")


def _plain(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/plain", headers={"Content-Security-Policy": _FRAMED})


def _policy_of(html: str) -> str:
    """The security policy in the page itself, with its hashes."""
    return html.partition('content="')[2].partition('"')[0].replace("&#39;", "'")
