"""Mark and cap what came from feeds, so that an agent can tell a stranger's words from the program's.

Every such text is under the key `untrusted_text`, as one clean line. A text cannot leave its JSON string, so it cannot end the mark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from digest.model import Card, IssueItem
from digest.text.clean import cut, readable, web_url

TITLE, SUMMARY, NAME, LINE, URL = 200, 600, 80, 400, 300  # characters
PEOPLE = 10
UNTRUSTED = "untrusted_text"

Answer = dict[str, Any]


def marked(**texts: str | Sequence[str]) -> Answer:
    """Texts from feeds, without the empty ones, each at most as long as a summary."""
    held = {name: _held(text) for name, text in texts.items()}
    return {UNTRUSTED: {name: text for name, text in held.items() if text}}


def _held(text: str | Sequence[str]) -> str | list[str]:
    if isinstance(text, str):
        return cut(readable(text), SUMMARY)
    return [cut(readable(one), NAME) for one in text[:PEOPLE]]


def capped(one: Card) -> Card:
    """An item with texts of the same lengths, for a reference."""
    authors = tuple(cut(readable(name), NAME) for name in one.authors[: 10 * PEOPLE])
    return replace(
        one,
        title=cut(readable(one.title), TITLE),
        summary=cut(readable(one.summary), SUMMARY),
        authors=authors,
        url=address(one.url),
    )


def address(url: str) -> str:
    """A URL, unless it is too long to be of use."""
    found = web_url(url)
    return found if len(found) <= URL else ""


def card(one: Card) -> Answer:
    """An item of an issue."""
    return {
        "id": cut(readable(one.id), TITLE),
        "issue": one.key,
        "trend": one.section,
        "kind": one.kind or "",
        "published": one.published.date().isoformat() if one.published else "",
        "url": address(one.url),
        "in_mail": one.shown,
        **marked(title=cut(one.title, TITLE), summary=one.summary, authors=one.authors, sources=one.sources),
    }


def short(item: IssueItem) -> Answer:
    """An item in a list of an issue, by its title."""
    return {"id": cut(readable(item.id), TITLE), "url": address(item.url), **marked(title=cut(item.title, TITLE))}


def lines(texts: Iterable[str]) -> Answer:
    """Sentences of the program that quote titles."""
    return {UNTRUSTED: [cut(readable(text), LINE) for text in texts]}
