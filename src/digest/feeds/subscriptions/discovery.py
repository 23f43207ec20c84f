"""Find the URLs at which a web page's feed may be, best first. Nothing is fetched here."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import get_args
from urllib.parse import urljoin, urlsplit

from digest.config import Kind
from digest.text.charset import decode
from digest.text.markup import from_feed_scheme, web_link

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
_ELEMENT = re.compile(rb"<(?:link|base)\s[^<>]{1,2000}>", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?", re.IGNORECASE)
_MARKUP = 1_000_000  # the first characters of a page, which are searched
_HEAD = 200_000  # the first bytes, in which a page announces its feeds
_MOST = 20


def addresses(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that the page announces (`<link rel=alternate>`, by the HTML standard), links to, or usually has.

    Feeds of comments come last.
    """
    found = _Links()
    found.feed(decode(body)[0][:_MARKUP])
    meant = (*found.absolute((*found.by_use(), *found.linked), url), *_common(url))
    return tuple(dict.fromkeys(filter(None, meant)))[:_MOST]


def announced(body: bytes, url: str) -> tuple[str, ...]:
    """Only the feeds that the page announces, from its head alone, so that no page takes long."""
    found = _Links()
    found.feed(decode(b"".join(_ELEMENT.findall(body[:_HEAD])))[0])
    return tuple(dict.fromkeys(filter(None, found.absolute(found.by_use(), url))))[:_MOST]


def _common(url: str) -> Iterator[str]:
    folder = url if url.endswith("/") else url + "/"
    for root in dict.fromkeys((folder, urljoin(url, "/"))):
        yield from (urljoin(root, name) for name in COMMON)


class _Links(HTMLParser):
    """Collects links from HTML, however broken."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.announced: list[str] = []
        self.linked: list[str] = []

    def by_use(self) -> list[str]:
        """What the page announces, comments last."""
        return sorted(self.announced, key=lambda link: bool(_COMMENTS.search(link)))

    def absolute(self, links: Iterable[str], url: str) -> list[str]:
        """Links as absolute URLs; empty for anything that is not a link. `url` is the URL of the page."""
        base = web_link(self.base, base=url) or url
        return [web_link(from_feed_scheme(link), base=base) for link in links]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the link of one element."""
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


KINDS: tuple[Kind, ...] = get_args(Kind)
_PAPERS = re.compile(
    r"(?:^|[./-])(?:arxiv|rxiv|biorxiv|medrxiv|openreview|aclanthology|aclweb|jmlr|papers?|journal|proceedings)(?:[./-]|$)",
    re.IGNORECASE,
)
_RELEASES = re.compile(
    r"/releases\.atom$|/tags\.atom$|(?:^|[./-])(?:releases?|changelogs?|pypi|status)(?:[./-]|$)", re.IGNORECASE
)
_NEWS = re.compile(
    r"(?:^|[./-])(?:news|techcrunch|theverge|wired|arstechnica|venturebeat|reuters|hnrss|ycombinator|heise|press|daily)"
    r"(?:[./-]|$)",
    re.IGNORECASE,
)


def guess(url: str, labels: Iterable[str] = ()) -> Kind:
    """The kind suggested by a feed's URL and its folders or categories; `blog` if nothing suggests one."""
    named = [label.strip().lower().rstrip("s") for label in labels]
    for kind in KINDS:
        if kind.rstrip("s") in named:
            return kind
    parts = urlsplit(url)
    address = f"{parts.netloc}{parts.path}"
    if _RELEASES.search(address):
        return "releases"
    if _PAPERS.search(address):
        return "papers"
    return "news" if _NEWS.search(address) else "blog"
