"""Split a text into the tokens that the scorers use, with their positions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

# More text says nothing new about the subject: arXiv's abstracts are below 2,000 characters.
TITLE_LIMIT = 400
SUMMARY_LIMIT = 2_400

REPEATED_SLACK = 240  # characters of tags, links and stock phrases that a repeated title may have around it

_TAG = re.compile(r"<[^<>]{0,200}>|https?://\S{1,300}")
# What feeds write around a title that they repeat: a section before it, a site's name behind it.
_BEFORE = re.compile(r"^[^:|]{1,40}[:|]\s{1,9}")
_BEHIND = re.compile(r"(?:\s{1,9}[|·–—-]\s{1,9}[^|]{1,40}|\s{1,9}appeared first on\s.{1,80})$", re.IGNORECASE)
# Words that say nothing of a subject.
_STOCK_WORDS = (
    "a an the this of on in to at for from and by is it its our we you your more about all here read reading continue full"
    " post story article blog entry news new update announcement first appeared comments comment discuss discussion link"
    " source via visit learn see click view"
)
_STOCK = frozenset(_STOCK_WORDS.split())

TOKEN = re.compile(r"[^\W_]+")

# Scores mean something else in each of these: a post says what it is about in a sentence or two, where a paper has an abstract.
FORMS = ("paper", "paper's title", "post", "post's title")
POST_FORMS = 2  # the first of FORMS that is a post's
POSTS = ("release", "post", "news")
SHORT = 500  # characters of a summary; nine of ten posts have fewer, nine of ten abstracts have more

Part = Literal["title", "summary"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text to classify, with the configuration of its feed. `summary` may be empty, as often for blogs and releases."""

    id: str
    title: str
    summary: str = ""
    kind: str = ""  # paper, release, post or news; empty if unknown
    on_topic: bool = False  # the feed is configured as being only about language models
    hints: tuple[str, ...] = ()  # ids of the trends configured for the feed
    link: str = ""

    @property
    def head(self) -> str:
        """The part of the title that is used."""
        return self.title[:TITLE_LIMIT]

    @property
    def body(self) -> str:
        """The part of the summary that is used; empty if it only repeats the title, in whatever order and dress."""
        return "" if self._repeats_title() else self.summary[:SUMMARY_LIMIT]

    @property
    def form(self) -> int:
        """Which of FORMS it is read as; one of unknown kind by the length of its summary."""
        body = self.body
        post = self.kind in POSTS or (not self.kind and 0 < len(body) < SHORT)
        return 2 * post + (not body)

    @property
    def host(self) -> str:
        """The host that a post's link leads to, which tells much of its subject; empty for a paper and without a link."""
        return host_of(self.link) if self.link and self.form >= POST_FORMS else ""

    def _repeats_title(self) -> bool:
        if not self.summary or len(self.summary) > len(self.title) + REPEATED_SLACK:
            return False
        return _repeats(self.title, self.summary)


@lru_cache(maxsize=1024)  # a text's body is asked for dozens of times while its batch is classified
def _repeats(title: str, summary: str) -> bool:
    said, words = unescape(_TAG.sub(" ", summary[: TITLE_LIMIT + REPEATED_SLACK])), tokens(title)
    if _adds_nothing(tokens(said), words):
        return True
    inner = _BEHIND.sub("", _BEFORE.sub("", said.strip()))
    return bool(words) and tokens(inner.lower().removeprefix("the post ")) == words


def _adds_nothing(said: Sequence[str], title: Sequence[str]) -> bool:
    """Whether words are a title's, the last of them perhaps cut off, and stock phrases."""
    new = [word for word in dict.fromkeys(said) if word not in _STOCK and word not in title]
    return not new or (new == [said[-1]] and any(word.startswith(new[0]) for word in title))


def host_of(link: str) -> str:
    """The host of a link in lower case, without `www.`; empty if the link cannot be read."""
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A range of the title or the summary in characters: `start` included, `end` excluded."""

    part: Part
    start: int
    end: int


def parts(text: Text) -> tuple[tuple[Part, str], tuple[Part, str]]:
    return ("title", text.head), ("summary", text.body)


# ASCII characters other than letters and digits become spaces.
_SPACED = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))


def tokens(text: str) -> list[str]:
    """The words of a text in lower case without punctuation; the same as the matches of TOKEN, but several times as fast."""
    if text.isascii():
        return text.translate(_SPACED).split()
    return [word.lower() for word in TOKEN.findall(text)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Words that always occur together: the positions of the first, and their number."""

    places: Sequence[int]
    length: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The positions of the words of the title, then of the summary."""

    text: Text
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    titles: int  # the number of words in the title

    def said(self, place: int, length: int = 1) -> str:
        """The words from a position on, as written."""
        source = self.text.head if place < self.titles else self.text.body
        return source[self.starts[place] : self.ends[place + length - 1]]

    def spans(self, stretch: Stretch) -> Iterator[Span]:
        for place in stretch.places:
            part: Part = "title" if place < self.titles else "summary"
            yield Span(part=part, start=int(self.starts[place]), end=int(self.ends[place + stretch.length - 1]))

    def touch(self, place: int) -> bool:
        """Whether a word and the next one are separated by a single character."""
        return place + 1 != self.titles and bool(self.starts[place + 1] - self.ends[place] == 1)


def located(text: Text) -> Words:
    head, body = text.head, text.body
    if head.isascii() and body.isascii():
        starts, ends = _edges(f"{head} {body}")
        titles = int(np.searchsorted(starts, len(head)))
        for edges in (starts, ends):
            edges[titles:] -= len(head) + 1
    else:
        parts = [[word.span() for word in TOKEN.finditer(part)] for part in (head, body)]
        titles = len(parts[0])
        starts, ends = np.array([*parts[0], *parts[1]], dtype=np.int64).reshape(-1, 2).T
    return Words(text=text, starts=starts, ends=ends, titles=titles)


def _edges(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The start and end of each word in an ASCII text."""
    letters = np.frombuffer(f" {text.translate(_SPACED)} ".encode(), dtype=np.uint8) != ord(" ")
    edges = np.flatnonzero(letters[1:] != letters[:-1])
    return edges[::2], edges[1::2]
