"""Lay out text in columns of a terminal or a text mail: its width, and how it is wrapped, cut and filled.

In: clean text in any script. Out: the same in columns, where a wide character takes two. Loads no locale, so that a list prints at once.
"""

from functools import lru_cache
from unicodedata import category, east_asian_width

COLUMNS = 72
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})  # marks, and joiners and other signs of format


def width(text: str) -> int:
    """The width of a text in columns of a terminal or a text mail. Marks, joiners and the later parts of a composed syllable add none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if category(char) in _NO_WIDTH or "\u1160" <= char <= "\u11ff":
        return 0
    return 1 + (east_asian_width(char) in "WF")


def fitted(text: str, columns: int) -> str:
    """The text in at most this many columns; if it is cut, it ends with an ellipsis."""
    if width(text) <= columns:
        return text
    kept, used = [], 1
    for char in text:
        used += _columns(char)
        if used > columns:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """The text with spaces to so many columns, after it or, for a column of numbers, before it."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def wrap(text: str, *, indent: str = "", columns: int = COLUMNS) -> str:
    """The text in lines, all but the first indented (the template places that one). Links are not broken."""
    room = columns - width(indent)
    lines: list[str] = []
    line = ""
    for word in (piece for whole in text.split(" ") for piece in _pieces(whole, room)):
        if line and width(line) + 1 + width(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return f"\n{indent}".join([*lines, line])


def _pieces(word: str, room: int) -> list[str]:
    """A word that is too wide for a line, cut into pieces, as texts in languages without spaces need it."""
    if width(word) <= room or "://" in word:
        return [word]
    pieces = [""]
    for char in word:
        if width(pieces[-1] + char) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces
