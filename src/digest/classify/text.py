"""One text -> what the scorers read: its tokens and where they stand. Knows nothing of trends, weights or models."""

import re
from dataclasses import dataclass
from typing import Literal

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


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without their punctuation."""
    return TOKEN.findall(text.lower())
