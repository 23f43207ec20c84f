"""What is known of a feed before it is read -> a guess at its kind. Only a guess: whoever adds the feed decides."""

import re
from collections.abc import Iterable
from typing import get_args
from urllib.parse import urlsplit

from digest.config import Kind

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
    """The kind that an address and the folders or categories of a feed suggest; `blog` where nothing does."""
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
