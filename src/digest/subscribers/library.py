"""Turn a reader's own library into what they follow: frequent authors, recurring terms, works and sources.

In: the bytes of a reference list (BibTeX, CSL JSON, Zotero's RDF or CSV) or of a list of feeds (OPML). Never reads a file and
resolves nothing that the bytes name. What a library may hold is bounded, because its owner is a stranger.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.editorial import references
from digest.editorial.references import Work
from digest.editorial.terms import phrases
from digest.errors import UsageError
from digest.text.clean import clean

LARGEST = 5_000_000  # bytes of a library
MOST_WORKS = 5_000  # of a list that are read
WORKS = 3  # that an author wrote, or whose titles have a phrase, before either is followed
TAGGED = 2  # works with a keyword, before it is followed: somebody chose it
MOST_AUTHORS, MOST_TERMS, MOST_ARXIV, MOST_SOURCES = 40, 20, 150, 500
CHARS = 80  # of an author or a term; longer ones are no names
FORMS = "use a file in BibTeX, CSL JSON, Zotero RDF, CSV or OPML"


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """What a library says of its owner, most frequent first. `works` counts its references; `sources` are addresses of feeds."""

    works: int = 0
    authors: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def read(body: bytes, *, name: str, ordinary: frozenset[str]) -> Library:
    """The library in a file, whose form is told from its content.

    Args:
        body: the file.
        name: what to call it in an error.
        ordinary: words that cannot be part of a term.

    Raises:
        UsageError: it is too large, has none of the known forms, or holds neither references nor feeds.
    """
    if len(body) > LARGEST:
        raise UsageError(name, f"is larger than {LARGEST // 1_000_000} MB", "export a part of the library")
    if b"<opml" in body[:2_000].lower():
        from digest.feeds.subscriptions import opml  # noqa: PLC0415  (loading it takes longer than reading most libraries)

        feeds = opml.read(body).feeds
        if not feeds:
            raise UsageError(name, "contains no feeds", FORMS)
        return Library(sources=tuple(feed.url for feed in feeds)[:MOST_SOURCES])
    works = references.read(body, name=name, most=MOST_WORKS)
    return Library(
        works=len(works),
        authors=_names(references.frequent(works, WORKS))[:MOST_AUTHORS],
        terms=_terms(works, ordinary)[:MOST_TERMS],
        arxiv=tuple(dict.fromkeys(work.arxiv for work in works if work.arxiv))[:MOST_ARXIV],
    )


def _terms(works: Sequence[Work], ordinary: frozenset[str]) -> tuple[str, ...]:
    """The keywords of at least `TAGGED` works, then the phrases of at least `WORKS` titles, each the most frequent first."""
    tags = Counter(word.casefold() for work in works for word in dict.fromkeys(work.keywords))
    spelt = {word.casefold(): word for work in works for word in work.keywords}
    titled = [phrases(work.title, ordinary) for work in works]
    counts = Counter(key for found in titled for key in found)
    texts = {key: text for found in titled for key, text in found.items()}
    often = [key for key, number in counts.most_common() if number >= WORKS]
    longest = [key for key in often if not any(key != other and _within(key, other) for other in often)]
    chosen = [spelt[word] for word, number in tags.most_common() if number >= TAGGED and len(word) > 2]
    return _names((*chosen, *(texts[key] for key in longest)))


def _within(phrase: str, other: str) -> bool:
    return f" {phrase} " in f" {other} "


def _names(found: Iterable[str]) -> tuple[str, ...]:
    """Those that can be shown and stored as names, each once, whatever its case."""
    tidy = {name.casefold(): name for name in map(clean, reversed(tuple(found))) if 0 < len(name) <= CHARS}
    return tuple(reversed(tidy.values()))
