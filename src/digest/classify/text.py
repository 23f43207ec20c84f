"""One text -> what the scorers read: its tokens and where they stand. Knows nothing of trends, weights or models."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

# A longer text says nothing new about its subject: arXiv's abstracts end below 2,000 characters.
TITLE_LIMIT = 400
SUMMARY_LIMIT = 2_400

TOKEN = re.compile(r"[^\W_]+")

Part = Literal["title", "summary"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """What is classified. `summary` may be empty: blogs and releases often have a title alone."""

    id: str
    title: str
    summary: str = ""

    @property
    def head(self) -> str:
        """The part of the title that is read."""
        return self.title[:TITLE_LIMIT]

    @property
    def body(self) -> str:
        """The part of the summary that is read."""
        return self.summary[:SUMMARY_LIMIT]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of the title or the summary, as offsets of characters: `start` included, `end` not."""

    part: Part
    start: int
    end: int


def parts(text: Text) -> tuple[tuple[Part, str], tuple[Part, str]]:
    return ("title", text.head), ("summary", text.body)


# Everything of ASCII that is no letter and no digit becomes a space.
_SPACED = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without their punctuation: what TOKEN finds, at several times its speed."""
    if text.isascii():
        return text.translate(_SPACED).split()
    return [word.lower() for word in TOKEN.findall(text)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Words that always stand together: where the first one of them stands, each time, and how many they are."""

    places: Sequence[int]
    length: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Where the words of the title stand in it, then those of the summary."""

    text: Text
    starts: Sequence[int]
    ends: Sequence[int]
    titles: int  # how many stand in the title

    def said(self, place: int, length: int = 1) -> str:
        """The words from a place on, as they are written."""
        source = self.text.head if place < self.titles else self.text.body
        return source[self.starts[place] : self.ends[place + length - 1]]

    def spans(self, stretch: Stretch) -> Iterator[Span]:
        for place in stretch.places:
            part: Part = "title" if place < self.titles else "summary"
            yield Span(part=part, start=self.starts[place], end=self.ends[place + stretch.length - 1])

    def touch(self, place: int) -> bool:
        """Whether a word and the next one are a single character apart."""
        return place + 1 != self.titles and self.starts[place + 1] - self.ends[place] == 1


def located(text: Text) -> Words:
    title, summary = _edges(text.head), _edges(text.body)
    edges = [*title, *summary]
    return Words(text=text, starts=edges[::2], ends=edges[1::2], titles=len(title) // 2)


def _edges(text: str) -> list[int]:
    """Where each word starts and ends, one after the other."""
    if not text.isascii():
        return [edge for word in TOKEN.finditer(text) for edge in word.span()]
    letters = np.frombuffer(f" {text.translate(_SPACED)} ".encode(), dtype=np.uint8) != ord(" ")
    edges: list[int] = np.flatnonzero(letters[1:] != letters[:-1]).tolist()
    return edges
