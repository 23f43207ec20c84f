"""Text -> lines of at most so many columns. Counts East Asian characters as two; breaks no word that fits on a line."""

from unicodedata import combining, east_asian_width

COLUMNS = 72


def width(text: str) -> int:
    """The columns that a terminal or a text mail gives a text."""
    if text.isascii():
        return len(text)
    return sum((1 + (east_asian_width(char) in "WF")) * (not combining(char)) for char in text)


def wrap(text: str, *, indent: str = "", columns: int = COLUMNS) -> str:
    """The text in lines, each but the first (which is the template's to place) indented. Links stay whole."""
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
    """A word that is too wide for a line, cut where it must be: languages without spaces come as one word."""
    if width(word) <= room or "://" in word:
        return [word]
    pieces = [""]
    for char in word:
        if width(pieces[-1] + char) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces
