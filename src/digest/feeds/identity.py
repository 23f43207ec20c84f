"""Compute the identity keys of a document's entries, best first, from links, guids and DOIs, never from text.

The keys are `arxiv:2606.01234`, `doi:10.…`, `url:https://…` (canonical) and `guid:FEED GUID`, of bounded length. A link or guid that entries with
different titles share in one document identifies nothing there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from yarl import URL

from digest.model import Entry
from digest.text.clean import fitted
from digest.text.secrets import masked, without_credentials

LONGEST = 4_000  # the longest URL that is parsed

_ID = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = (
    re.compile(
        rf"^https?://(?:www\.|export\.|browse\.)?arxiv\.org/(?:abs|pdf|html|format|ps|e-print)/{_ID}(?:\.pdf)?/?(?:[?#].*)?$"
    ),
    re.compile(rf"^https?://(?:www\.)?(?:huggingface\.co|hf\.co)/papers/{_ID}/?(?:[?#].*)?$"),
    re.compile(rf"^https?://(?:www\.|beta\.)?alphaxiv\.org/(?:[a-z]+/)?{_ID}/?(?:[?#].*)?$"),
    re.compile(rf"^https?://(?:ar5iv\.labs\.arxiv\.org|ar5iv\.org)/(?:abs|html)/{_ID}/?(?:[?#].*)?$"),
    re.compile(rf"^(?:oai:arXiv\.org:|arxiv:){_ID}$", re.IGNORECASE),
    re.compile(rf"^(?:doi:|https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\.{_ID}$", re.IGNORECASE),
)
_BARE = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(?:v\d+)?", re.IGNORECASE)
_DOI = re.compile(r"^(?:doi:|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/[^\s?#]+)", re.IGNORECASE)
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|oly_\w+_id|"
    r"ref_src|ref_url|cmpid|s_cid|ns_\w+|at_(?:medium|campaign)|xtor|guccounter|guce_referrer\w*|wt_mc|wt\.mc_id)$",
    re.IGNORECASE,
)
_DROPPED = {"medium.com": frozenset({"source", "sk"}), "substack.com": frozenset({"r", "triedRedirect"})}
_TUBE = frozenset({"youtube.com", "m.youtube.com", "youtube-nocookie.com"})
_SAME = (  # hosts, path and query -> the canonical URL
    (_TUBE, re.compile(r"/watch\?(?:.*&)?v=([\w-]{11})(?:&.*)?"), "https://www.youtube.com/watch?v={}"),
    (_TUBE, re.compile(r"/(?:shorts|embed|live)/([\w-]{11})\?.*"), "https://www.youtube.com/watch?v={}"),
    (frozenset({"youtu.be"}), re.compile(r"/([\w-]{11})\?.*"), "https://www.youtube.com/watch?v={}"),
    (frozenset({"open.substack.com"}), re.compile(r"/pub/([\w-]+)/p/([\w-]+)\?.*"), "https://{}.substack.com/p/{}"),
    (
        frozenset({"openreview.net"}),
        re.compile(r"/(?:forum|pdf)\?(?:.*&)?id=([\w-]+)(?:&.*)?"),
        "https://openreview.net/forum?id={}",
    ),
    (frozenset({"aclanthology.org"}), re.compile(r"/([A-Z]?\d[\w.-]*?)(?:\.pdf)?\?.*"), "https://aclanthology.org/{}/"),
)
_EMPTY_FRAGMENT = re.compile(r"^(?:utm_\w+=.*|xtor=.*|rss|atom|feed|ftag=.*|:~:.*)?$", re.IGNORECASE)
# A URL in which at most the scheme and an empty path are not canonical yet.
_FRONT = re.compile(r"https://[^/?#]+/")  # a site's front page
_SIMPLE = re.compile(r"https?://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)((?:/[\w~-][\w.~-]*)*/?)", re.ASCII)


def keys(entries: Sequence[Entry], feed_url: str, *, page: str = "") -> list[tuple[str, ...]]:
    """Each entry's identity keys, in the order of the entries; empty if nothing distinguishes it from others.

    Args:
        entries: those of one document.
        feed_url: the feed's configured address. What is secret in it is in no key.
        page: the feed's own page; an entry that links to it, or to a site's front page, is not told by that link.
    """
    feed = without_credentials(feed_url)
    links = [canonical_url(entry.link) for entry in entries]
    fronts = {link for link in links if link == canonical_url(page) or _FRONT.fullmatch(link)} if links else set()
    shared_links = _shared(links, entries) | fronts
    shared_guids = _shared([entry.guid for entry in entries], entries)
    return [
        tuple(dict.fromkeys(map(fitted, _keys(entry, feed, "" if link in shared_links else link, link, shared_guids))))
        for entry, link in zip(entries, links, strict=True)
    ]


_RENAMED = frozenset(host for hosts, _, _ in _SAME for host in hosts)


def ids_of(name: str) -> tuple[str, ...]:
    """The ids of an item that a person names by its id, its URL or its arXiv id."""
    arxiv = _BARE.fullmatch(name.strip())
    (by_link,) = keys([Entry(link=name.strip(), title="-")], "")
    return (name.strip(), *([f"arxiv:{arxiv[1].lower()}"] if arxiv else []), *by_link)


@lru_cache(maxsize=16_384)
def canonical_url(url: str) -> str:
    """The canonical spelling of a page's URL: host in lower case, no default port, no tracking, https for http.

    A URL that cannot be parsed is returned unchanged.
    """
    if len(url) > LONGEST:
        return url
    if (simple := _SIMPLE.fullmatch(url)) and simple[1].removeprefix("www.") not in _RENAMED:
        return f"https://{simple[1]}{simple[2] or '/'}"
    try:
        read = URL(url)
        if read.scheme not in ("http", "https") or not read.host:
            return url
        if known := _one_of_several(read):
            return known
        dropped = _DROPPED.get((read.host or "").removeprefix("www."), frozenset())
        kept = [
            (name, value)
            for name, value in parse_qsl(read.raw_query_string, keep_blank_values=True)
            if not _TRACKING.match(name) and name not in dropped
        ]
        port = read.explicit_port
        standard = port in (None, 80, 443)
        host = (read.raw_host or "").lower().rstrip(".")
        bare = URL.build(scheme="https", authority=host if standard else f"{host}:{port}", encoded=True)
        fragment = read.raw_fragment
        query = f"?{urlencode(kept)}" if kept else ""
        mark = "" if _EMPTY_FRAGMENT.match(fragment) else f"#{fragment}"
        return f"{bare}".rstrip("/") + (read.raw_path or "/") + query + mark
    except ValueError:
        return url


def _one_of_several(address: URL) -> str:
    """The URL that represents all under which a site shows the same work; empty if unknown."""
    host, path = (address.host or "").removeprefix("www."), address.raw_path.rstrip("/")
    for hosts, pattern, meant in _SAME:
        if host in hosts and (found := pattern.fullmatch(f"{path}?{address.raw_query_string}")):
            return meant.format(*found.groups())
    return ""


def address_key(address: str) -> str:
    """The identity key of the work at a URL."""
    name = arxiv_id(address)
    return f"arxiv:{name}" if name else fitted(f"url:{canonical_url(address)}")


@lru_cache(maxsize=16_384)
def arxiv_id(address: str) -> str:
    """The arXiv id, without version, in a link or guid; or the empty string."""
    lower = address.lower()
    if "xiv" not in lower and "ar5iv" not in lower and "/papers/" not in lower:  # every pattern contains one of these
        return ""
    return next((found[1] for pattern in _ARXIV if (found := pattern.match(address.strip()))), "")


Known = Mapping[str, tuple[frozenset[str], frozenset[str]]]


def apart(entries: Sequence[Entry], keys: Sequence[tuple[str, ...]], known: Known) -> list[tuple[str, ...]]:
    """The entries' keys without the URLs under which the same feed has shown something else before.

    A feed that links every entry to one page names each by a guid. An entry with a new guid and a new title is another one.

    Args:
        entries: those of one document.
        keys: their keys.
        known: address key -> the titles and the guid keys that the feed gave the item there.
    """
    return [_apart(entry, own, known) for entry, own in zip(entries, keys, strict=True)]


def _apart(entry: Entry, own: tuple[str, ...], known: Known) -> tuple[str, ...]:
    guids = frozenset(key for key in own if key.startswith("guid:"))
    if not guids or any(key.startswith(("arxiv:", "doi:")) for key in own):
        return own
    title = _flat(entry.title)
    return tuple(key for key in own if key not in known or not _is_other(title, guids, *known[key]))


def _is_other(title: str, guids: frozenset[str], titles: frozenset[str], names: frozenset[str]) -> bool:
    return bool(names) and names.isdisjoint(guids) and title not in map(_flat, titles)


def _keys(entry: Entry, feed: str, own_link: str, link: str, shared_guids: frozenset[str]) -> Iterator[str]:
    own_guid = "" if entry.guid in shared_guids else entry.guid
    addresses = [address for address in (own_link and entry.link, own_guid) if address]
    yield from (f"arxiv:{name}" for name in map(arxiv_id, addresses) if name)
    yield from (f"doi:{name}" for name in _dois(entry, addresses))
    if own_link:
        yield f"url:{own_link}"
    if own_guid:
        yield f"guid:{feed} {masked(own_guid)}"
    elif link and not own_link and entry.title:
        yield f"guid:{feed} {link} {_flat(entry.title)}"


def _dois(entry: Entry, addresses: Sequence[str]) -> Iterator[str]:
    named = [entry.doi] if entry.doi else []
    named += [found[1] for address in addresses if "10." in address and (found := _DOI.match(address))]
    yield from (name.lower() for name in named if not name.lower().startswith("10.48550/arxiv."))


def _shared(values: Sequence[str], entries: Sequence[Entry]) -> frozenset[str]:
    """The values that entries with different titles share."""
    if len(set(values)) == len(values):
        return frozenset()
    first: dict[str, str] = {}
    return frozenset(
        value
        for value, entry in zip(values, entries, strict=True)
        if first.setdefault(value, title := _flat(entry.title)) != title
    )


def _flat(title: str) -> str:
    return " ".join(title.casefold().split())
