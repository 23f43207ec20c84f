"""Write the archive's Atom feed (RFC 4287), JSON Feed (1.1) and sitemap."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """One closed issue. `html` is its complete content."""

    key: str
    title: str
    summary: str
    updated: datetime
    html: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedHead:
    """The head of both feeds. `base` is the archive's URL with a trailing slash, or empty; then links are relative. Ids are URNs."""

    title: str
    language: str
    identity: str  # the permanent id of this digest
    base: str

    def urn(self, key: str = "") -> str:
        return uuid5(NAMESPACE_URL, f"digest:{self.identity}:{key}").urn

    def page(self, key: str) -> str:
        return f"{self.base}{key}/" if self.base else f"{key}/index.html"


def atom(head: FeedHead, entries: Sequence[FeedEntry]) -> str:
    """The Atom feed, latest entry first."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(head.language)}">',
        f"<id>{head.urn()}</id>",
        f"<title>{escape(head.title)}</title>",
        f"<author><name>{escape(head.title)}</name></author>",
        f"<updated>{_when(entries[0].updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href="{escape(head.base)}feed.xml"/>',
        f'<link rel="alternate" type="text/html" href="{escape(head.base or "index.html")}"/>',
    ]
    for entry in entries:
        lines += [
            "<entry>",
            f"<id>{head.urn(entry.key)}</id>",
            f"<title>{escape(entry.title)}</title>",
            f'<link rel="alternate" type="text/html" href="{escape(head.page(entry.key))}"/>',
            f"<updated>{_when(entry.updated)}</updated>",
            f"<summary>{escape(entry.summary)}</summary>",
            f'<content type="html">{escape(entry.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def json_feed(head: FeedHead, entries: Sequence[FeedEntry]) -> str:
    """The JSON Feed, latest entry first."""
    places = {"home_page_url": head.base, "feed_url": f"{head.base}feed.json"} if head.base else {}
    items = [
        {
            "id": head.urn(entry.key),
            "url": head.page(entry.key),
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.html,
            "date_published": _when(entry.updated),
        }
        for entry in entries
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": head.title, **places, "language": head.language}
    return json.dumps({**feed, "items": items}, ensure_ascii=False, indent=1) + "\n"


def sitemap(base: str, pages: Sequence[str]) -> str:
    """The sitemap of pages by their path below the archive."""
    urls = "\n".join(f"<url><loc>{escape(base + page)}</loc></url>" for page in pages)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{namespace}">\n{urls}\n</urlset>\n'


def _when(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
