"""OPML, RDF and iGoogle lists as readers write them -> feeds and what was refused; feeds -> OPML 2.0. Reads no file.

listparser reads with an HTML parser, so there are no entities to expand and nothing outside to fetch.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from xml.sax.saxutils import quoteattr

import listparser

from digest.config import Feed, Kind
from digest.feeds.subscriptions.discovery import guess
from digest.text.markup import NAME_CHARS, plain, web_link

_FEED_SCHEME = "feed:"  # `feed://host/…` and `feed:https://host/…`, as some readers export


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """One feed of a list. `name` may be empty; `labels` are its folders and categories."""

    url: str
    name: str
    labels: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return guess(self.url, self.labels)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One line of a list that is no feed to take over, and why."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlines:
    feeds: tuple[Outline, ...]
    refused: tuple[Refused, ...]


def read(body: bytes) -> Outlines:
    """The feeds of a list, in its order, each address once."""
    found = listparser.parse(body) if body.strip() else {}
    feeds, refused = [], []
    for raw in found.get("feeds", ()):
        url = _address(str(raw.url))
        if url:
            feeds.append(Outline(url=url, name=plain(str(raw.title), chars=NAME_CHARS), labels=tuple(_labels(raw))))
        else:
            refused.append(Refused(what=_what(raw), why="its address is not http or https"))
    lines = _Lines()
    lines.feed(body.decode("utf-8", "replace"))
    refused += _unread(lines.addresses, {str(raw.url).strip() for raw in found.get("feeds", ())})
    told = {str(raw.url).strip(): _what(raw) for raw in found.get("opportunities", ())}
    refused += [Refused(what=name, why=_page(url)) for url, name in (told | lines.pages).items()]
    refused += [
        Refused(what=_what(raw), why="is another list; import that file itself") for raw in found.get("lists", ())
    ]
    return Outlines(feeds=tuple({feed.url: feed for feed in reversed(feeds)}.values())[::-1], refused=tuple(refused))


def write(title: str, feeds: Sequence[Feed]) -> str:
    """OPML 2.0 with a line per feed, its kind as category. `read` gives the same names, addresses and kinds."""
    lines = (
        f"    <outline {_attributes({'type': 'rss', 'text': feed.name, 'title': feed.name, 'xmlUrl': feed.url, 'category': feed.kind})}/>\n"
        for feed in feeds
    )
    head = f"  <head>\n    <title>{_text(title)}</title>\n  </head>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}  <body>\n{"".join(lines)}  </body>\n</opml>\n'


class _Lines(HTMLParser):
    """What a list's lines say, one by one: listparser drops some, and takes pages for folders."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str]] = []  # name, address of a feed
        self.pages: dict[str, str] = {}  # address of a page without a feed -> name

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element. One that is never closed swallows the next, so that it holds two addresses."""
        if tag != "outline":
            return
        said = {name: (value or "").strip() for name, value in attrs}
        known = ""
        for name, value in attrs:
            if name in ("text", "title"):
                known = value or known
            elif name == "xmlurl" and ((value or "").strip() or not said.get("htmlurl")):
                self.addresses.append((plain(known, chars=NAME_CHARS), (value or "").strip()))
        if said.get("htmlurl") and not said.get("xmlurl"):
            name = said.get("text") or said.get("title") or said["htmlurl"]
            self.pages[said["htmlurl"]] = plain(name, chars=NAME_CHARS)


def _unread(lines: Sequence[tuple[str, str]], read: AbstractSet[str]) -> Iterator[Refused]:
    """The lines of which nothing became."""
    before: set[str] = set()
    for name, address in lines:
        what = name or plain(address, chars=NAME_CHARS) or "a line without a name"
        if not address:
            yield Refused(what=what, why="has no address")
        elif address in before:
            yield Refused(what=what, why="has the address of a line before it")
        elif address not in read:
            yield Refused(what=what, why="its line cannot be read; is the one before it closed?")
        before.add(address)


def _page(url: str) -> str:
    named = web_link(url, base="")
    return f"is a page, not a feed; try `digest feeds add {named}`" if named else "is a page, not a feed"


def _address(url: str) -> str:
    bare = url.strip()
    if bare.lower().startswith(_FEED_SCHEME):
        rest = bare[len(_FEED_SCHEME) :].removeprefix("//")
        bare = rest if "://" in rest else f"http://{rest}"
    return web_link(bare, base="")


def _labels(raw: Any) -> Iterator[str]:
    for path in raw.get("categories", ()):
        yield from (plain(str(part), chars=NAME_CHARS) for part in path)


def _what(raw: Any) -> str:
    return plain(str(raw.title or raw.url), chars=NAME_CHARS)


def _attributes(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
