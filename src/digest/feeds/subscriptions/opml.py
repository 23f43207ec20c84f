"""Read OPML, RDF and iGoogle lists as feed readers export them, and write OPML 2.0.

listparser uses an HTML parser, so that entities are not expanded and nothing external is loaded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from xml.sax.saxutils import quoteattr

import listparser

from digest.config import Feed, Kind
from digest.feeds.subscriptions.discovery import guess
from digest.text.charset import as_utf8, decode
from digest.text.markup import NAME_CHARS, from_feed_scheme, plain, web_link
from digest.text.secrets import masked, without_credentials


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """One feed in a list. `name` may be empty; `labels` are its folders and categories."""

    url: str
    name: str
    labels: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return guess(self.url, self.labels)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One line of a list that cannot be imported, and why."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlines:
    feeds: tuple[Outline, ...]
    refused: tuple[Refused, ...]


def read(body: bytes) -> Outlines:
    """The feeds of a list, in its order, without repeated URLs."""
    body = as_utf8(decode(body)[0])
    found = listparser.parse(body) if body.strip() else {}
    feeds, refused = [], []
    for raw in found.get("feeds", ()):
        url = _address(str(raw.url))
        if url:
            feeds.append(Outline(url=url, name=plain(str(raw.title), chars=NAME_CHARS), labels=tuple(_labels(raw))))
        else:
            refused.append(Refused(what=_what(raw), why="its URL is not http or https"))
    lines = _Lines()
    lines.feed(body.decode())
    refused += _unread(lines.addresses, {str(raw.url).strip() for raw in found.get("feeds", ())})
    pages = {str(raw.url).strip(): _what(raw) for raw in found.get("opportunities", ())}
    refused += [Refused(what=name, why=_page(url)) for url, name in (pages | lines.pages).items()]
    refused += [
        Refused(what=_what(raw), why="is another list; import that file separately") for raw in found.get("lists", ())
    ]
    return Outlines(feeds=tuple({feed.url: feed for feed in reversed(feeds)}.values())[::-1], refused=tuple(refused))


def write(title: str, feeds: Sequence[Feed]) -> str:
    """OPML 2.0 with a line per feed and its kind as category. `read` returns the same names, kinds and URLs, without credentials."""
    return _document(title, ({**_line(feed.name, feed.url), "category": feed.kind} for feed in feeds))


def listing(title: str, feeds: Iterable[tuple[str, str]]) -> str:
    """The same for feeds with nothing but a name and a URL."""
    return _document(title, (_line(name, url) for name, url in feeds))


def _line(name: str, url: str) -> dict[str, str]:
    return {"type": "rss", "text": name, "title": name, "xmlUrl": without_credentials(url)}


def _document(title: str, lines: Iterable[Mapping[str, str]]) -> str:
    outlines = "".join(f"    <outline {_attributes(line)}/>\n" for line in lines)
    head = f"  <head>\n    <title>{_text(title)}</title>\n  </head>\n"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}  <body>\n{outlines}  </body>\n</opml>\n'
    )


class _Lines(HTMLParser):
    """Collects the lines of a list one by one, because listparser drops some and treats pages as folders."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str]] = []  # name and URL of a feed
        self.pages: dict[str, str] = {}  # URL of a page without a feed -> name

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect one element. An unclosed one swallows the next, so that it has two URLs."""
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
    """The lines that gave no feed, with the reason of each."""
    before: set[str] = set()
    for name, address in lines:
        what = name or plain(masked(address), chars=NAME_CHARS) or "a line without a name"
        if not address:
            yield Refused(what=what, why="has no URL")
        elif address in before:
            yield Refused(what=what, why="has the same URL as an earlier line")
        elif address not in read:
            yield Refused(what=what, why="its line cannot be parsed; is the one before it closed?")
        before.add(address)


def _page(url: str) -> str:
    named = web_link(url, base="")
    return f"is a page, not a feed; try `digest feeds add {named}`" if named else "is a page, not a feed"


def _address(url: str) -> str:
    return web_link(from_feed_scheme(url.strip()), base="")


def _labels(raw: Any) -> Iterator[str]:
    for path in raw.get("categories", ()):
        yield from (plain(str(part), chars=NAME_CHARS) for part in path)


def _what(raw: Any) -> str:
    return plain(str(raw.title or masked(str(raw.url))), chars=NAME_CHARS)


def _attributes(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
