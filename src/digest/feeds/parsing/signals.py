"""Extract what feeds say about the interest of others: counts, acceptances, and the works that an entry links to.

Some feeds write counts as labels in the text ("Upvotes: 52", "Score: 3421", "Downloads: 271,652"), which are removed from the summary with
the text next to them. Comments of arXiv and the number of a post's comments have their own elements.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from digest.model import Document, Entry, Signal, SignalName
from digest.text.markup import NAME_CHARS, host_of, plain, web_link
from digest.text.secrets import without_credentials

MOST = 10_000_000  # larger counts are ignored
LINKS = 60  # links of one entry; one with more is not a selection
_MARKUP_CHARS = 200_000  # characters that are searched for links
_BLOCK_CHARS = 1_500  # characters next to the counts, such as authors and links

_NAMES: dict[str, SignalName] = {
    "upvotes": "votes",
    "votes": "votes",
    "score": "points",
    "points": "points",
    "comments": "comments",
    "stars": "stars",
    "github stars": "stars",
    "downloads": "downloads",
    "likes": "likes",
}
# A label with an integer at the end of the text or before the next label, because a sentence may also say "score: 3".
_COUNT = re.compile(
    r"(?<![\w-])#?\s?((?i:upvotes|votes|score|points|comments|github stars|stars|downloads|likes))\s?:\s?(-?\d[\d,]{0,20})(k?)"
    r"(?=\s*(?:$|[|·;)🔗#]|[A-Z][\w ]{0,20}:))",
)
_LABELS = ("votes", "score", "points", "comments", "stars", "downloads", "likes")  # a part of each label of `_COUNT`
_NUMBER = re.compile(r":(?:<|\s?-?\d)")  # what follows each label of `_COUNT`, before `_BREAK`s are left out
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)  # in feeds that declare their markup as plain text
_TEXT = re.compile(r"\s*(?:summary|abstract)\s?:\s*", re.IGNORECASE)
_AUTHORS = re.compile(r"\b[Aa]uthors?\s?:\s*([^:🔗]{2,1500}?)\s*(?=$|🔗|[A-Z][\w ]{0,20}:)")
_ACCEPTED = re.compile(
    r"\b(?:accepted|to appear|camera[- ]ready|published)\b(?:\s(?:for publication|as an? [\w -]{1,30}?))?\s(?:to|at|by|in|for)\s(?:the\s)?"
    r"([A-Z0-9][^;/|,.]{1,120})",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\bComments:\s(.{0,400}?\b(?:[Aa]ccepted|[Tt]o appear|[Pp]ublished)\b.{0,200})")
_SHORT = re.compile(r"\(([A-Z][\w'’&-]{1,15}(?:\s?20\d\d)?)\)")
_HREF = re.compile(r"""\bhref\s*=\s*["'](https?://[^"'\s<>]{4,500})["']""", re.IGNORECASE)
_LOWER_HREF = re.compile(r"""href\s*=\s*["']((?i:https?)://[^"'\s<>]{4,500})["']""")  # many times faster
VENUE_CHARS = 60


def count(name: SignalName, text: str | None) -> tuple[Signal, ...]:
    """The signal of an element that contains only a number."""
    number = (text or "").strip()
    return _signal(name, int(number)) if number.isascii() and number.isdigit() and len(number) < 12 else ()


def accepted(comment: str | None) -> tuple[Signal, ...]:
    """Where a paper was accepted, according to its authors' comment."""
    found = _ACCEPTED.search((comment or "")[:2_000])
    if found is None:
        return ()
    short = _SHORT.search(found[1])
    venue = plain(short[1] if short else found[1], chars=VENUE_CHARS)
    return (Signal(name="accepted", value=1, text=venue),) if venue else ()


def links(markup: Iterable[str], *, url: str) -> tuple[str, ...]:
    """The links of an entry to hosts other than the feed's, without repetitions; none if there are too many."""
    raw = [address for text in markup if "href" in text for address in _addresses(text[:_MARKUP_CHARS])]
    if not raw:
        return ()
    own = host_of(url)
    found = dict.fromkeys(
        link
        for address in raw
        if (link := without_credentials(web_link(address.replace("&amp;", "&"), base=url))) and host_of(link) != own
    )
    return tuple(found) if len(found) <= LINKS else ()


def _addresses(markup: str) -> list[str]:
    """The absolute addresses in `href` attributes."""
    if markup.count("href") != markup.lower().count("href"):
        return _HREF.findall(markup)
    return [
        found[1]
        for found in _LOWER_HREF.finditer(markup)
        if not (before := markup[: found.start()][-1:]).isalnum() and before != "_"
    ]


def tidy(document: Document) -> Document:
    """The document, with the counts in its entries' texts converted to signals."""
    if not any(":" in entry.summary for entry in document.entries):
        return document
    return replace(document, entries=tuple(map(_tidy, document.entries)))


def _tidy(entry: Entry) -> Entry:
    if "Comments:" in entry.summary and (comment := _COMMENT.search(entry.summary)):
        entry = replace(entry, signals=(*entry.signals, *accepted(comment[1])))
    if not _NUMBER.search(entry.summary):  # far cheaper than the pattern, which few texts match
        return entry
    lowered = entry.summary.lower()
    if not any(label in lowered for label in _LABELS):
        return entry
    text = _BREAK.sub(" ", entry.summary)
    found = list(_COUNT.finditer(text))
    if not found:
        return entry
    before, after = text[: found[0].start()], text[found[-1].end() :]
    match = _TEXT.match(after)
    if min(len(before), len(after)) > _BLOCK_CHARS or (not match and len(after) > _BLOCK_CHARS):
        return entry  # counts inside a text are part of its content
    counts = {one.name: one for each in found for one in _counted(each)}
    names = _AUTHORS.search(before if match else after)
    return replace(
        entry,
        summary=after[match.end() :] if match else before.strip(" |·;("),
        authors=entry.authors or (tuple(_names(names[1])) if names else ()),
        signals=(*entry.signals, *counts.values()),
    )


def _counted(found: re.Match[str]) -> tuple[Signal, ...]:
    number = int(found[2].replace(",", "")) * (1_000 if found[3] else 1)
    return _signal(_NAMES[" ".join(found[1].lower().split())], number)


def _signal(name: SignalName, value: int) -> tuple[Signal, ...]:
    """The signal if its value is plausible: neither negative nor absurd."""
    return (Signal(name=name, value=value),) if 0 <= value <= MOST else ()


def _names(text: str) -> Iterator[str]:
    for name in re.split(r",\s+", text):
        if named := plain(name, chars=NAME_CHARS):
            yield named
