"""Choose the URL that a reader opens from the links of an entry.

In this order: the web page among the alternates; else what the entry encloses; else its guid, where that is an address; else the
feed's own page. A credential in it is left out. Links that stand for something else (`via`, `related`, `replies`, `edit`) are none of these.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from digest.text.markup import web_link
from digest.text.secrets import without_credentials

_ALTERNATE = "alternate"
_IANA = "http://www.iana.org/assignments/relation/"
_SLASHES = re.compile(r"^(https?:)/{3,}", re.IGNORECASE)  # which browsers read as two
_BARE_HOST = re.compile(r"^www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=[/?#:]|$)", re.IGNORECASE)  # `www.example.org/post`
_PAGES = ("text/html", "application/xhtml+xml")
# Redirect URLs of alert services and reading apps: host, path -> the parameters with the article's own URL.
_WRAPPERS = {
    ("www.google.com", "/url"): ("url", "q"),
    ("google.com", "/url"): ("url", "q"),
    ("www.bing.com", "/news/apiclick.aspx"): ("url",),
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("www.youtube.com", "/redirect"): ("q",),
    ("slack-redir.net", "/link"): ("url",),
    ("out.reddit.com", ""): ("url",),
    ("www.linkedin.com", "/redir/redirect"): ("url",),
    ("vk.com", "/away.php"): ("to",),
    ("steamcommunity.com", "/linkfilter/"): ("url", "u"),
}

_WRAPPED = ("url=", "q=", "u=", "to=")


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One link as in the document. `type` is a media type, or empty."""

    href: str
    rel: str = _ALTERNATE
    type: str = ""


def page_link(
    links: Sequence[Link], *, base: str, enclosures: Sequence[str] = (), permalink: str = "", page: str = ""
) -> str:
    """The absolute URL to open; empty if there is none.

    Args:
        links: the entry's, in the document's order.
        base: what relative links start from.
        enclosures: addresses of what the entry encloses, beside those among its links.
        permalink: a guid that may be an address.
        page: the address of the feed's own page, which stands for an entry without any link.
    """
    alternates = [link for link in links if relation(link.rel) == _ALTERNATE]
    ranked = sorted(alternates, key=lambda link: _rank(link.type))
    enclosed = [*(link.href for link in links if relation(link.rel) == "enclosure"), *enclosures]
    addresses = [*(link.href for link in ranked), *enclosed]
    found = next((found for href in addresses if (found := _meant(href, base))), "")
    if not found and (permalink.startswith("/") or "://" in permalink):
        found = _meant(permalink, base)
    return without_credentials(unwrapped(found or (_meant(page, base) if page else "")))


def only_link(href: str, *, base: str) -> str:
    """The same for an entry that has one link only."""
    return without_credentials(unwrapped(_meant(href, base)))


def older_page(links: Sequence[Link], *, base: str) -> str:
    """The document with older entries (RFC 5005: the next page, or the archive before); empty if there is none."""
    addresses = (link.href for link in links if relation(link.rel) in ("next", "prev-archive"))
    return next((found for href in addresses if (found := _meant(href, base))), "")


def relation(rel: str) -> str:
    """A link's relation in normalised form (RFC 4287, 4.2.7.2); the first, if it has several."""
    words = rel.strip().lower().removeprefix(_IANA).split()
    return _ALTERNATE if not words or _ALTERNATE in words else words[0]


def unwrapped(link: str) -> str:
    """The article's own URL, extracted from one with which a service counts clicks."""
    if "=" not in link or not any(name in link for name in _WRAPPED):
        return link
    parts = urlsplit(link)
    names = _WRAPPERS.get((parts.netloc, parts.path)) or _WRAPPERS.get((parts.netloc, ""))
    if not names:
        return link
    held = dict(parse_qsl(parts.query))
    return next((found for name in names if (found := web_link(held.get(name, ""), base=""))), link)


def _rank(type_: str) -> int:
    """A sort key: web pages first, then links without a type, then other formats."""
    kind = type_.partition(";")[0].strip().lower()
    return 0 if kind in _PAGES else 1 if not kind else 2


def _meant(href: str, base: str) -> str:
    """The URL of a link; empty if it contains words instead."""
    bare = href.strip()
    if not bare or bare.casefold() in ("n/a", "na", "none", "null", "undefined", "#", "-", "about:blank"):
        return ""
    return web_link(_BARE_HOST.sub(r"http://\g<0>", _SLASHES.sub(r"\1//", bare)), base=base)
