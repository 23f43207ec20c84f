"""Remove the marks of Markdown around words of a line: `*how*` becomes how, and `[a page](https://…)` becomes a page.

Products (`2 * 3`), names with marks (`A*`, `snake_case`) and footnotes (`*`) stay. All patterns are bounded.
"""

import re

CHARS = 20_000  # of a longer line nothing is changed

_OPENS, _CLOSES = r"(?<![^\s(\[{“‘\"'—–/*_-])", r"(?![^\s)\]}”’\"'—–/.,;:!?*_-])"
_STRONG = re.compile(rf"{_OPENS}\*\*(?=[^\s*])([^*\n]{{1,200}}?)(?<=[^\s*])\*\*{_CLOSES}")
_WEAK = re.compile(rf"{_OPENS}\*(?=[^\W_]|[“‘\"'])([^*\n]{{1,200}}?)(?<=[^\s*])\*{_CLOSES}")
_UNDERLINED = re.compile(rf"{_OPENS}(?<!_)_(?=[^\W\d_])([^_\n]{{1,60}}?)(?<=[^\W_])_(?!_){_CLOSES}")
_CODE = re.compile(rf"{_OPENS}`(?=[^\s`])([^`\n]{{1,100}}?)(?<=[^\s`])`(?!`)")
_LINK = re.compile(r"(?<![\w\]!])\[([^\[\]\n]{1,120})\]\(https?://[^\s()]{1,300}\)")


def unmarked(line: str) -> str:
    """The line without these marks."""
    if len(line) > CHARS:
        return line
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    if "`" in line:
        line = _CODE.sub(r"\1", line)
    if "*" in line:
        line = _WEAK.sub(r"\1", _STRONG.sub(r"\1", line))
    return _UNDERLINED.sub(r"\1", line) if "_" in line else line
