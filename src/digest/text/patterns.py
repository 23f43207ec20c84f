"""Match an operator's regular expression against foreign text in bounded time.

RE2 takes time that grows with the text alone, whatever the pattern. It has no look-around and no back-references: a pattern with
these is matched by an engine that gives up after `SECONDS`, and is treated as not matching from then on.
"""

import re
from functools import lru_cache
from typing import Protocol

import re2
import regex

SECONDS = 1.0
TIMEOUTS = 3  # timeouts after which a pattern is not used again in this run
CHARS = 20_000  # characters of a text that are searched
# Character classes are those of Unicode in Python, and those of ASCII in RE2.
_CLASSES = {
    r"\w": r"[\p{L}\p{N}_]",
    r"\W": r"[^\p{L}\p{N}_]",
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\s": r"[\s\p{Z}]",
    r"\S": r"[^\s\p{Z}]",
}
_INSIDE = {r"\w": r"\p{L}\p{N}_", r"\d": r"\p{Nd}", r"\s": r"\s\p{Z}"}
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)


class Matcher(Protocol):
    """A compiled pattern."""

    def __call__(self, text: str) -> bool: ...


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text."""
    return _compiled(pattern)(text[:CHARS])


def is_pattern(pattern: str) -> bool:
    """Whether the pattern can be used."""
    try:
        _compiled(pattern)
    except regex.error:
        return False
    return True


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Matcher:
    options = re2.Options()
    options.log_errors = False
    try:
        linear = re2.compile(_translated(pattern), options)
    except re2.error:
        return _Bounded(regex.compile(pattern))
    return lambda text: linear.search(text.encode("utf-8", "replace").decode()) is not None


def _translated(pattern: str) -> str:
    """The pattern in the syntax of RE2."""
    return "".join(_piece(found[0]) for found in _PIECE.finditer(pattern))


def _piece(piece: str) -> str:
    if piece.startswith("[") and len(piece) > 1:
        return re.sub(r"\\(.)", lambda found: _INSIDE.get(found[0], found[0]), piece)
    return _CLASSES.get(piece, piece)


class _Bounded:
    """A pattern with a time limit."""

    def __init__(self, pattern: "regex.Pattern[str]") -> None:
        self._pattern = pattern
        self._left = TIMEOUTS

    def __call__(self, text: str) -> bool:
        if not self._left:
            return False
        try:
            return self._pattern.search(text, timeout=SECONDS) is not None
        except TimeoutError:
            self._left -= 1
            return False
