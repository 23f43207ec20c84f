"""Write the archive's Atom feed (RFC 4287), JSON Feed (1.1) and sitemap."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5

from digest.model import Issue, IssueItem
from digest.render.links import on_the_web
from digest.render.markdown_text import markdown_url
from digest.text.clean import clean, cut, web_url
from digest.text.words import gettext, using


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


STORIES = 5
CHARS = 200
# Chats have no entities. Angle brackets and @ would notify people (`<!channel>`, `@everyone`), so they are replaced.
_CHAT = str.maketrans({"<": "‹", ">": "›", "@": "@\u200b", **{char: "\\" + char for char in "\\`*_[]~|"}})


def announce(issue: Issue, *, base_url: str) -> tuple[str, str]:
    """The lead with its result, the three lines, the next best with their links, and where the whole issue is, if it has an address."""
    items = issue.by_id(folded=False)
    stories = [items[id_] for id_ in issue.best if id_ in items][:STORIES]
    lines = [_text(line.text) for line in issue.lines]
    lead = [_lead(stories[0])] if stories else []
    listed = [f"- {_linked(item.title, item.url)}" for item in stories[1:]]
    page = on_the_web(base_url).issue(issue.key)
    with using(issue.language):
        end = [f"[{gettext('The whole issue')}]({markdown_url(page)})"] if page else []
    return f"{clean(issue.title)} {issue.key}", "\n\n".join(
        part for part in (*lead, "\n".join(lines), "\n".join(listed), *end) if part
    )


def _lead(item: IssueItem) -> str:
    """Its title, and one sentence that carries its result."""
    return "\n".join(filter(None, (_linked(item.title, item.url), _text(item.result or item.brief or item.summary))))


def _linked(title: str, url: str) -> str:
    address = web_url(url)
    return f"[{_text(title)}]({markdown_url(address).replace('&amp;', '&')})" if address else _text(title)


def _text(raw: str) -> str:
    return cut(clean(raw), CHARS).translate(_CHAT)


LONGEST = 78  # characters; phones show about half of them


def subject(issue: Issue) -> str:
    """The editor's subject, or one such as `LLM Trends Weekly 2026-W48: title of the lead`; marked if the issue is a draft."""
    with using(issue.language):
        mark = f"[{gettext('draft')}] " if issue.state == "draft" else ""
    if issue.subject:
        return mark + clean(issue.subject)
    head = f"{mark}{clean(issue.title)} {issue.key}"
    items = issue.by_id(folded=False)
    first = next((items[id_].title for id_ in issue.best if id_ in items), "")
    return cut(f"{head}: {clean(first)}" if first else head, LONGEST)
