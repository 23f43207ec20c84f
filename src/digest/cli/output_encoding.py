"""Let any terminal or pipe show any text: what its encoding lacks is written in its letters, or as JSON escapes it."""

import codecs
import sys
from contextlib import suppress

_PLAIN = str.maketrans({
    "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": "'", "”": "'", "…": "...", "•": "*", "·": "-", "×": "x", "→": "->", "≥": ">=",
    "≤": "<=", "\u00a0": " ", "\u202f": " ",
})  # fmt: skip


def fit_streams() -> None:
    """Prepare standard output and error, once for a process."""
    codecs.register_error("digest", _instead)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="digest")  # type: ignore[union-attr]


def _instead(error: UnicodeError) -> tuple[str, int]:
    """Letters for what cannot be encoded; inside a string of JSON they mean the same."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_letters, lacking)), error.end


def _letters(char: str) -> str:
    plain = char.translate(_PLAIN)
    if plain.isascii():
        return plain
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
