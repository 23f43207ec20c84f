"""Read a web page's own title, summary, authors, date and DOI, as publishers state them for link previews and for scholars."""

from collections.abc import Iterator, Mapping
from itertools import islice

from lxml import etree

from digest.model import Entry
from digest.text.charset import decode
from digest.text.dates import read_date
from digest.text.markup import NAME_CHARS, SUMMARY_CHARS, TITLE_CHARS, from_html, plain

_TITLES = ("citation_title", "og:title", "twitter:title")
_SUMMARIES = ("citation_abstract", "og:description", "description", "twitter:description")
_DATES = ("citation_online_date", "citation_publication_date", "citation_date", "article:published_time", "date")
_MOST = 2_000  # `meta` elements that are looked at
_PARAGRAPHS, _PIECES = 200, 500  # paragraphs that are looked at, and pieces of text of one
_CAPTION = 80  # characters; a longer paragraph is text
_CHARS = 1_000_000  # of markup
AUTHORS = 100


def read_page(body: bytes, url: str, content_type: str = "") -> Entry:
    """What a page says of itself. Fields that it does not state are empty; a document that is not HTML states nothing."""
    text = decode(body, content_type)[0][:_CHARS]
    if "<" not in text[:1_000]:
        return Entry(link=url)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True)
    tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if tree is None:
        return Entry(link=url)
    stated = _stated(tree)
    heading = next((_words(found) for name in ("title", "h1") for found in islice(tree.iter(name), 3)), "")
    return Entry(
        link=url,
        title=plain(_one(stated, _TITLES) or heading, chars=TITLE_CHARS),
        summary=from_html(_one(stated, _SUMMARIES) or _opening(tree), chars=SUMMARY_CHARS),
        authors=tuple(_authors(stated)),
        published=next((date for name in _DATES for said in stated.get(name, ()) if (date := read_date(said))), None),
        doi=_one(stated, ("citation_doi",)),
    )


def _stated(tree: etree._Element) -> Mapping[str, tuple[str, ...]]:
    """The contents of the page's `meta` elements by name."""
    found: dict[str, tuple[str, ...]] = {}
    for meta in islice(tree.iter("meta"), _MOST):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            found[name] = (*found.get(name, ()), content)[:AUTHORS]
    return found


def _one(stated: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> str:
    return next((stated[name][0] for name in names if name in stated), "")


def _authors(stated: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """`Byron, Ada` becomes `Ada Byron`, as scholars' search engines ask for the family name first."""
    for said in stated.get("citation_author", ()):
        family, comma, given = said.partition(", ")
        name = plain(f"{given} {family}" if comma else said, chars=NAME_CHARS)
        if name:
            yield name


def _opening(tree: etree._Element) -> str:
    """The first paragraph that is longer than a caption."""
    return next((text for one in islice(tree.iter("p"), _PARAGRAPHS) if len(text := _words(one)) > _CAPTION), "")


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(text) for text in islice(element.itertext(), _PIECES)).split())
