"""Serve the files of `archive/`, with validators, ranges and a security policy. Links out of it are not followed."""

import asyncio
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from aiohttp import web

from digest.web.context import Site

TYPES = {
    ".bib": "application/x-bibtex; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".eml": "message/rfc822",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".png": "image/png",
    ".ris": "application/x-research-info-systems; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
FEEDS = {"feed.xml": "application/atom+xml", "feed.json": "application/feed+json"}

# A file may change (as templates do, or a draft), so browsers must revalidate; most responses are 304.
REVALIDATE = "public, no-cache"
# A mail uses style attributes, which a policy cannot allow by hash.
STYLED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'"
_POLICY = re.compile(rb"http-equiv=\"Content-Security-Policy\" content=\"([\w:;'/+=. -]+)\"")
_HEAD = 4096  # the first bytes of a page, which contain its own policy


def routes(site: Site) -> Sequence[web.AbstractRouteDef]:
    """The route for every other GET and HEAD."""
    root = site.workspace.archive

    async def serve(request: web.Request) -> web.StreamResponse:
        path = located(root, request.match_info["path"])
        if path.is_dir():
            raise web.HTTPMovedPermanently(f"{path.name}/")
        headers = {"Content-Type": _type(path), "Cache-Control": REVALIDATE}
        if path.suffix == ".html":
            policy = await asyncio.to_thread(policy_of, path)
            headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
        return web.FileResponse(path, headers=headers)

    return [web.get("/{path:.*}", serve)]


def located(root: Path, asked: str) -> Path:
    """The file or folder below the archive for a path. A folder with a trailing slash means its index page.

    Raises:
        HTTPNotFound: it does not exist, is hidden, or is outside the archive.
    """
    *folders, name = asked.split("/")
    parts = [*folders, name or "index.html"]
    if any(not part or part.startswith(".") or not part.isprintable() or "\\" in part for part in parts):
        raise web.HTTPNotFound
    try:
        path = root.joinpath(*parts)
        inside = path.resolve(strict=True).is_relative_to(root.resolve())
    except OSError as error:  # does not exist, or has an impossible name
        raise web.HTTPNotFound from error
    if not inside or not (path.is_file() or path.is_dir()):
        raise web.HTTPNotFound
    return path


def policy_of(page: Path) -> str:
    """The security policy in a page's head; a page without one may use inline styles only."""
    with page.open("rb") as file:
        return policy_in(file.read(_HEAD))


def policy_in(head: bytes) -> str:
    """The security policy in the first bytes of a page."""
    found = _POLICY.search(head)
    return unescape(found[1].decode("ascii")) if found else STYLED


def _type(path: Path) -> str:
    return FEEDS.get(path.name) or TYPES.get(path.suffix, "application/octet-stream")
