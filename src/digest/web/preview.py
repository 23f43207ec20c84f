"""An issue's mail as it will look -> an application: desktop and phone, light and dark, beside its text and the lint's findings.

`draw` renders the issue with today's templates, `stamp` changes when they do; the page reloads itself then. Reads no file, writes none.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from digest.errors import ConfigError
from digest.lint import check
from digest.lint.colours import DARK
from digest.render.engine import Engine
from digest.web.app import guard

PAGE = "site/preview.html.j2"
POLL = 0.4  # seconds between two looks at the templates
_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https:; frame-ancestors 'self'"

Draw = Callable[[], Mapping[str, str]]


@dataclass(slots=True)
class Drawn:
    """The last rendering, made again when the templates changed; a broken template's message stands in for every file."""

    draw: Draw
    stamp: Callable[[], str]
    base_url: str
    made: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def file(self, name: str) -> tuple[str, bool]:
        """A file's text and whether it is that file; the fault where the templates are broken."""
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
    """The application.

    Args:
        draw: the issue's files, issue.json among them; raises ConfigError where a template is broken.
        stamp: a text that is another one when a template changed.
        page: the templates of the preview's own page.
        base_url: the archive's address, for the lint.
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
    """Tells an open page when a template changed."""

    stamp: Callable[[], str]
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def close(self, _app: web.Application) -> None:
        """End the streams, so that the server may stop."""
        self.closing.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one for each change, a comment where there is none."""
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
    told, whole = await drawn.file("email.html")
    found = await asyncio.to_thread(check, drawn.files, drawn.base_url) if whole else ()
    lines = [f"{one.severity}: {one}" for one in found] if whole else [told]
    return _plain("\n".join(lines) or "`digest check` finds nothing wrong.")


def _in_scheme(html: str, scheme: str) -> str:
    """The mail as a client in light or in dark shows it, whatever the browser prefers itself."""
    return html.replace(DARK, "(min-width: 0px)" if scheme == "dark" else "(max-width: 0px)")


def _plain(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/plain", headers={"Content-Security-Policy": _FRAMED})


def _policy_of(html: str) -> str:
    """The policy that the page names itself, with its hashes."""
    return html.partition('content="')[2].partition('"')[0].replace("&#39;", "'")
