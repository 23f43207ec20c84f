"""Plain text -> Markdown that shows exactly that text, on GitHub and in `markdown`. Makes no markup of its own."""

import re

# Backslashes where both dialects know them; entities for the rest (`markdown` has no `\\<`, GitHub links bare addresses
# and sets formulas between dollar signs).
_ALWAYS = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",
        "~": "&#126;",
        "$": "&#36;",
        **{char: "\\" + char for char in "\\`*_{}[]!"},
    }
)
_BARE_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:[#+=-]|\d{1,9}(?=[.)]))")
_IN_URL = str.maketrans({"(": "%28", ")": "%29", "*": "%2A", "&": "&amp;"})


def markdown_text(text: str) -> str:
    """Escape a clean line."""
    escaped = _BARE_ADDRESS.sub(lambda found: f"&#{ord(found[0])};", text.translate(_ALWAYS))
    return _LINE_START.sub(_literal, escaped)


def markdown_url(url: str) -> str:
    """Escape an address that `web_url` passed, for the round brackets of a link."""
    return url.translate(_IN_URL)


def _literal(found: re.Match[str]) -> str:
    """What would start a heading, a list or a rule at the start of a line, so that it does not."""
    return "".join(f"&#{ord(char)};" for char in found[0])
