"""Extract the names and noun phrases in a title and a text, each under a normalised key.

Names are models and versions ("DeepSeek-R1", "Kimi K2.5", "Qwen3.5-397B") and words spelt like names only ("OpenClaw"), in title
and text. Phrases are two or three words of a title, which states the subject.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from digest.editorial.sentence_value import REREAD

CHARS = 4_000  # characters of a text that are used
LONG = 22  # the maximum length of the word before a name, with its separator

_WORD = r"[A-Z][A-Za-z]{1,19}"
# A version: digits, optionally after or before one letter, but not a year.
_VERSION = r"(?!(?:19|20)\d\d(?!\d))[A-Za-z]?\d{1,3}(?:\.\d{1,2}){0,2}[a-z]?(?![A-Za-z\d])"
_VERSIONED = re.compile(rf"(?<![A-Za-z\d_.])({_WORD})[ -]?({_VERSION})")
_BEFORE = re.compile(rf"(?<![\w.-])({_WORD})[ -]$")
_CAMEL = re.compile(r"(?<![\w.-])[A-Z][a-z]{1,14}[A-Z][A-Za-z]{1,15}(?![\w])")
_SIZE = re.compile(r"[Aa]?\d{1,4}(?:\.\d{1,2})?[bBmMkK]$")
_PART = re.compile(r"[^\W\d_][\w'-]*|\d[\w.]*|[^\w\s]")


@lru_cache(maxsize=REREAD)
def names(title: str, text: str, ordinary: frozenset[str]) -> Mapping[str, str]:
    """The spellings of names by key. Size, variant and hyphens are ignored in keys: Qwen3-8B is Qwen 3.

    Args:
        title: the title of a work.
        text: its text from the feed.
        ordinary: words that cannot be part of a name ("Table 3").
    """
    found: dict[str, str] = {}
    for line in (title[:CHARS], text[:CHARS]):
        for name in (*_versioned(line, ordinary), *_CAMEL.findall(line)):
            found.setdefault(_key(name), name)
    return found


def _versioned(line: str, ordinary: frozenset[str]) -> Iterator[str]:
    for one in _VERSIONED.finditer(line):
        if _SIZE.match(one[2]) or singular(one[1].lower()) in ordinary:
            continue
        start = one.start()
        before = _BEFORE.search(line, max(0, start - LONG), start)
        if before and singular(before[1].lower()) not in ordinary:
            yield before[0] + one[0]
        elif before or not start or line[start - 1] != "-":
            yield one[0]


def _key(name: str) -> str:
    return re.sub(r"[\s-]", "", name).lower()


@lru_cache(maxsize=REREAD)
def phrases(title: str, ordinary: frozenset[str]) -> Mapping[str, str]:
    """The spellings of phrases of two or three words, by key.

    Args:
        title: the title of a work.
        ordinary: words that cannot be part of a phrase.
    """
    found: dict[str, str] = {}
    before: tuple[str, str] | None = None  # the last word but one, as a key and as it is spelt
    last: tuple[str, str] | None = None
    for word in (piece for part in _PART.findall(title[:500]) for piece in part.split("-")):
        low = singular(word.lower())
        if len(low) < 3 or not low[0].isalpha() or low in ordinary:
            before = last = None
            continue
        spelt = word.lower()
        if last:
            found.setdefault(f"{last[0]} {low}", f"{last[1]} {spelt}")
        if before and last:
            found.setdefault(f"{before[0]} {last[0]} {low}", f"{before[1]} {last[1]} {spelt}")
        before, last = last, (low, spelt)
    return found


def singular(word: str) -> str:
    """An English word without the ending of a plural."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
