"""Find out in one pass over a text which of several patterns may occur in it, so that most patterns need not be tried.

Each pattern is simplified so that it matches wherever the original does, and perhaps elsewhere, and all of them are searched for at
once in linear time. A pattern that the sieve lets through is then tried itself, so the sieve changes no result.
"""

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

import re2

# Beyond ASCII, any character may be a letter, a digit or a space, which keeps the automaton small.
_BEYOND = r"\x{80}-\x{10ffff}"
_CLASSES = {r"\w": rf"a-zA-Z0-9_{_BEYOND}", r"\s": rf"\s\x0b\x1c-\x1f{_BEYOND}", r"\d": rf"0-9{_BEYOND}"}
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|\(\?<?[=!]|\(|\)|[^\\\[()]+", re.DOTALL)
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
# Letters that `re` takes for an i when it ignores case, and RE2 does not.
_DOTTED = ("\u0130", "\u0131")


class Sieve:
    """Patterns that ignore case, and the simplified forms that are searched for together.

    A pattern may bring a form of its own, where leaving out what it looks for around it would let too much through.
    """

    def __init__(self, *patterns: re.Pattern[str], forms: Mapping[re.Pattern[str], str] | None = None) -> None:
        self._patterns = patterns
        self._forms = forms or {}

    def left(self, text: str) -> Collection[re.Pattern[str]]:
        """The patterns that may occur in the text."""
        if not text.isascii():
            for letter in _DOTTED:
                text = text.replace(letter, "i")
        return [self._patterns[n] for n in self._together.Match(text.encode("utf-8", "replace")) or ()]

    @cached_property
    def _together(self) -> Any:
        options = re2.Options()
        options.case_sensitive = False
        options.never_capture = True
        found = re2.Set.SearchSet(options)
        for pattern in self._patterns:
            found.Add(simplified(self._forms.get(pattern, pattern.pattern)))
        found.Compile()
        return found


def simplified(pattern: str) -> str:
    """The pattern in RE2's syntax, without word boundaries and without what it only looks ahead or behind for."""
    kept = []
    depth = looked = 0  # `looked`: the depth of the look-around that is being left out
    for found in _PIECE.finditer(pattern):
        piece = found[0]
        if piece.startswith("("):
            depth += 1
            if piece in _LOOKS and not looked:
                looked = depth
        if not looked:
            kept.append(_plain(piece))
        if piece == ")":
            looked = 0 if looked == depth else looked
            depth -= 1
    return "".join(kept)


def _plain(piece: str) -> str:
    if piece == r"\b":
        return ""
    if piece.startswith("[^"):
        return piece  # in RE2, these classes are ASCII's, so fewer characters are excluded
    if piece.startswith("["):
        return re.sub(r"\\[wsd]", lambda found: _CLASSES[found[0]], piece)
    return f"[{_CLASSES[piece]}]" if piece in _CLASSES else piece
