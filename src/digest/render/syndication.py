"""Write Atom feeds (RFC 4287), JSON Feeds (1.1), the sitemap, and what chats and subject lines say of an issue."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from digest.model import Card, Issue
from digest.text.clean import anchor, clean, cut, readable, web_url
from digest.text.words import gettext, using


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """A closed issue or an item of one. `id` never changes; `html` is its complete content; `issue` is the page of an item's issue."""

    id: str
    title: str
    url: str
    summary: str
    updated: datetime
    html: str
    authors: tuple[str, ...] = ()
    issue: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedHead:
    """The head of a feed and of its twin in the other format.

    `base` is the archive's URL with a trailing slash, or empty; then links are relative to the feed. `folder` is where both files are
    below the archive, empty or with a trailing slash; the page that they belong to is there too, or else in `page`.
    """

    id: str  # a URN
    title: str
    language: str
    base: str
    folder: str = ""
    page: str | None = None

    @property
    def root(self) -> str:
        """The link to the archive."""
        return self.base or "../" * self.folder.count("/")

    @property
    def home(self) -> str:
        if self.base:
            return f"{self.base}{self.folder if self.page is None else self.page}"
        return "index.html" if self.page is None else f"{self.root}{self.page}index.html"

    def issue(self, key: str, anchor: str = "") -> str:
        """The page of an issue, or a place on it."""
        place = f"{self.root}{key}/" + ("" if self.base else "index.html")
        return f"{place}#{anchor}" if anchor else place


def atom(head: FeedHead, entries: Sequence[FeedEntry], *, since: datetime) -> str:
    """The Atom feed, latest entry first. `since` is its date as long as it has no entries."""
    updated = max((entry.updated for entry in entries), default=since)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(head.language)}">',
        f"<id>{head.id}</id>",
        f"<title>{escape(head.title)}</title>",
        f"<author><name>{escape(head.title)}</name></author>",
        f"<updated>{_when(updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href="{escape(f"{head.base}{head.folder}feed.xml" if head.base else "feed.xml")}"/>',
        f'<link rel="alternate" type="text/html" href="{escape(head.home)}"/>',
    ]
    for entry in entries:
        related = [f'<link rel="related" type="text/html" href="{escape(entry.issue)}"/>'] if entry.issue else []
        lines += [
            "<entry>",
            f"<id>{entry.id}</id>",
            f"<title>{escape(entry.title)}</title>",
            f'<link rel="alternate" type="text/html" href="{escape(entry.url)}"/>',
            *related,
            *(f"<author><name>{escape(name)}</name></author>" for name in entry.authors),
            f"<updated>{_when(entry.updated)}</updated>",
            f"<summary>{escape(entry.summary)}</summary>",
            f'<content type="html">{escape(entry.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def json_feed(head: FeedHead, entries: Sequence[FeedEntry]) -> str:
    """The JSON Feed, latest entry first."""
    places = {"home_page_url": head.home, "feed_url": f"{head.base}{head.folder}feed.json"} if head.base else {}
    items = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.html,
            "date_published": _when(entry.updated),
            **({"authors": [{"name": name} for name in entry.authors]} if entry.authors else {}),
        }
        for entry in entries
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": head.title, **places, "language": head.language}
    return json.dumps({**feed, "items": items}, ensure_ascii=False, indent=1) + "\n"


AUTHORS = 10  # of an entry


def item_entry(head: FeedHead, card: Card, *, id_: str, updated: datetime, issue: str) -> FeedEntry:
    """An item as an entry. `issue` is the name of its issue, `updated` when that was published."""
    place = head.issue(card.key, anchor(card.id))
    summary = readable(card.summary)
    paragraphs = [f"<p>{escape(summary)}</p>"] if summary else []
    return FeedEntry(
        id=id_,
        title=readable(card.title) or clean(card.url) or card.id,
        url=web_url(card.url) or place,
        summary=summary,
        updated=updated,
        html="".join([*paragraphs, f'<p><a href="{escape(place)}">{escape(issue)}</a></p>']),
        authors=tuple(filter(None, map(clean, card.authors[:AUTHORS]))),
        issue=place,
    )


def sitemap(base: str, pages: Sequence[str]) -> str:
    """The sitemap of pages by their path below the archive."""
    urls = "\n".join(f"<url><loc>{escape(base + page)}</loc></url>" for page in pages)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{namespace}">\n{urls}\n</urlset>\n'


def _when(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


LONGEST = 78  # characters; phones show about half of them


def subject(issue: Issue) -> str:
    """The editor's subject, or one such as `LLM Trends Weekly 2026-W48: title of the lead`; marked if the issue is a draft."""
    with using(issue.language):
        mark = "[" + gettext("draft") + "] " if issue.state == "draft" else ""
    if issue.subject:
        return mark + clean(issue.subject)
    head = f"{mark}{clean(issue.title)} {issue.key}"
    items = issue.by_id(folded=False)
    first = next((items[id_].title for id_ in issue.best if id_ in items), "")
    return cut(f"{head}: {clean(first)}" if first else head, LONGEST)
