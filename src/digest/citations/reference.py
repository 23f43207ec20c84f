"""Describe an item or an issue as a reference: its type, its parted authors, its date and identifiers, and a stable key."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  (a field is called date)
from hashlib import sha256
from typing import Literal
from urllib.parse import urlsplit

from digest.citations.names import Name, parted
from digest.model import Card, Issue
from digest.text.clean import clean, readable, web_url

ReferenceType = Literal["preprint", "conference", "paper", "post", "news", "model", "software", "issue"]
_ARXIV = re.compile(r"arxiv:((?:\d{4}\.\d{4,5})|(?:[A-Za-z.-]+/\d{7}))")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9.-]+")
KEY_CHARS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A work in a bibliography. What its feed did not state is empty or None; nothing is guessed.

    `container` is the conference of a paper, the feed of a post, or the newsletter of an issue.
    """

    key: str
    type: ReferenceType
    title: str
    authors: tuple[Name, ...] = ()
    date: Date | None = None
    url: str = ""
    doi: str = ""
    arxiv: str = ""
    container: str = ""
    abstract: str = ""
    language: str = ""


def of_card(card: Card) -> Reference:
    """An archived item."""
    ids = (card.id, *card.works)
    arxiv = next((found[1] for id_ in ids if (found := _ARXIV.fullmatch(id_))), "")
    doi = next((id_.removeprefix("doi:") for id_ in ids if id_.startswith("doi:")), "")
    kind = _type(card, arxiv)
    return Reference(
        key=key_of(card.id),
        type=kind,
        title=readable(card.title) or clean(card.url) or "Untitled",
        authors=parted(card.authors),
        date=card.published.date() if card.published else None,
        url=web_url(card.url),
        doi=clean(doi),
        arxiv=arxiv,
        container=_container(card, kind),
        abstract=readable(card.summary),
    )


def of_issue(issue: Issue, *, url: str) -> Reference:
    """An issue itself, by its newsletter. `url` is its page, or empty."""
    title = clean(issue.title)
    return Reference(
        key=_plain_key(f"{title.casefold()}-{issue.key}"),
        type="issue",
        title=f"{title} {issue.key}",
        authors=(Name(literal=title),) if title else (),
        date=issue.slot.date(),
        url=url,
        container=title,
        abstract=" ".join(readable(line.text) for line in issue.lines),
        language=issue.language,
    )


def key_of(id_: str) -> str:
    """The citation key of an item. It depends on the item's id alone, so it is the same in every export."""
    scheme, _, rest = id_.partition(":")
    if scheme in ("arxiv", "doi"):
        return _plain_key(id_)
    host = urlsplit(rest).hostname or "" if scheme == "url" else ""
    digest = sha256(id_.encode(errors="replace")).hexdigest()[:10]
    return _plain_key(f"{host.removeprefix('www.') or 'item'}-{digest}")


def once(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Each work once, by its key."""
    return tuple({one.key: one for one in references}.values())


def _plain_key(text: str) -> str:
    key = _NOT_IN_KEYS.sub("-", text).strip("-")
    return key if 0 < len(key) <= KEY_CHARS else f"{key[:40]}-{sha256(text.encode(errors='replace')).hexdigest()[:10]}"


def _type(card: Card, arxiv: str) -> ReferenceType:
    if card.release:
        return card.release
    if card.kind == "release":
        return "software"
    if card.kind in ("post", "news"):
        return card.kind
    if card.kind == "paper" or arxiv:
        return "conference" if card.venue else "preprint" if arxiv else "paper"
    return "post"


def _container(card: Card, kind: ReferenceType) -> str:
    if kind == "conference":
        return clean(card.venue)
    return clean(card.sources[0]) if kind in ("post", "news") and card.sources else ""
