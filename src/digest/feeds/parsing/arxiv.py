"""Normalise the peculiarities of arXiv's feeds: the preamble, the comma-separated authors, the error feed."""

import re
from dataclasses import replace

from digest.errors import FeedError
from digest.feeds.identity import arxiv_id
from digest.model import Document, Entry
from digest.text.markup import NAME_CHARS, plain

_PREAMBLE = re.compile(r"^arXiv:\S+\s+Announce Type:\s*(\S+)\s+Abstract:\s*", re.IGNORECASE)
_ERROR = re.compile(r"^https?://arxiv\.org/api/errors")


def tidy(document: Document, url: str) -> Document:
    """The document with arXiv's entries normalised.

    Raises:
        FeedError: it is the one-entry feed with which arXiv's API answers an invalid query.
    """
    entries = document.entries
    if len(entries) == 1 and (_ERROR.match(entries[0].guid) or _ERROR.match(entries[0].link)):
        raise FeedError(url, f"arXiv's API answered an error: {entries[0].summary or entries[0].title}")
    return replace(document, entries=tuple(_tidy(entry) for entry in entries))


def _tidy(entry: Entry) -> Entry:
    if not (arxiv_id(entry.link) or arxiv_id(entry.guid)):
        too_long = any(len(name) > NAME_CHARS for name in entry.authors)
        return (
            replace(entry, authors=tuple(plain(name, chars=NAME_CHARS) for name in entry.authors))
            if too_long
            else entry
        )
    preamble = _PREAMBLE.match(entry.summary)
    return replace(
        entry,
        summary=entry.summary[preamble.end() :] if preamble else entry.summary,
        announce=entry.announce or (preamble[1].lower() if preamble else ""),
        authors=tuple(_names(entry.authors)),
    )


def _names(authors: tuple[str, ...]) -> list[str]:
    """The single names in a list that came as one name."""
    names = (re.split(r",\s+", authors[0]) if len(authors) == 1 else authors) if authors else ()
    return [plain(name, chars=NAME_CHARS) for name in names if name.strip()]
