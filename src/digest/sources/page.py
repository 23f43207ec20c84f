"""A web page's bytes and address -> the addresses at which its feed may lie, best first. Asks none of them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin

from digest.feeds.text import web_link

COMMON = (
    "feed",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "rss",
    "feed.json",
)  # in the page's folder, then at the top
_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|text/xml|application/xml", re.IGNORECASE)
_LOOKS = re.compile(r"(?:^|[/._-])(?:rss|atom|feed|feeds)(?:[/._-]|$)|\.(?:rss|atom|rdf)$", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?", re.IGNORECASE)
_MARKUP = 1_000_000  # characters that are looked at
_MOST = 20


def addresses(body: bytes, url: str) -> tuple[str, ...]:
    """What the page announces (`<link rel=alternate>`, as the HTML standard has it), links to, or commonly has.

    A feed of comments comes after the others.
    """
    found = _Links()
    found.feed(body.decode("utf-8", "replace")[:_MARKUP])
    base = web_link(found.base, base=url) or url
    announced = sorted(found.announced, key=lambda link: bool(_COMMENTS.search(link)))
    meant = (*(web_link(link, base=base) for link in (*announced, *found.linked)), *_common(url))
    return tuple(dict.fromkeys(filter(None, meant)))[:_MOST]


def _common(url: str) -> Iterator[str]:
    folder = url if url.endswith("/") else url + "/"
    for root in dict.fromkeys((folder, urljoin(url, "/"))):
        yield from (urljoin(root, name) for name in COMMON)


class _Links(HTMLParser):
    """Gathers links from markup, however broken."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.announced: list[str] = []
        self.linked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        said = {name: value or "" for name, value in attrs}
        href = said.get("href", "")
        if tag == "base":
            self.base = self.base or href
        elif (
            tag == "link" and "alternate" in said.get("rel", "").lower() and _TYPES.match(said.get("type", "").strip())
        ):
            self.announced.append(href)
        elif tag == "a" and _LOOKS.search(href):
            self.linked.append(href)
