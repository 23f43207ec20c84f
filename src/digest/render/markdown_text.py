"""Escape plain text for Markdown, so that GitHub and `markdown` show exactly that text; render the editor's note."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from digest.render.view_models import LinkView, NoteView
from digest.text.clean import readable, web_url

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
    """Escape a URL returned by `web_url`, for the parentheses of a link."""
    return url.translate(_IN_URL)


def _literal(found: re.Match[str]) -> str:
    """Escape what would begin a heading, a list or a rule at the start of a line."""
    return "".join(f"&#{ord(char)};" for char in found[0])


def escaped(view: Any, text: Callable[[str], str], url: Callable[[str], str]) -> Any:
    """The view with `text` applied to all texts and `url` to all URLs, at every depth."""
    if isinstance(view, tuple):
        return tuple(escaped(each, text, url) for each in view)
    if isinstance(view, str):
        return text(view)
    if not is_dataclass(view) or isinstance(view, type):
        return view
    changes = {field.name: _field(field.name, getattr(view, field.name), text, url) for field in fields(view)}
    return replace(view, **changes)


def _field(name: str, value: Any, text: Callable[[str], str], url: Callable[[str], str]) -> Any:
    if name == "markdown":  # the editor's note, which is Markdown already
        return value
    return url(value) if name.endswith("url") else escaped(value, text, url)


_TAGS = {"p", "ul", "ol", "li", "em", "strong", "code", "a", "blockquote", "br"}
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_TAG = re.compile(r"<(?=[a-zA-Z/!?])(?!https?://)")
_OPENING, _CLOSING = re.compile(r"<h[1-6]>"), re.compile(r"</h[1-6]>")


def note_view(text: str) -> NoteView | None:
    """The note for all formats. Its headings become bold lines, so that the issue's outline is kept."""
    if not text.strip():
        return None
    import nh3  # noqa: PLC0415  (most issues have no note)
    from lxml.html import fragments_fromstring  # noqa: PLC0415
    from markdown import markdown  # noqa: PLC0415

    flat = _CLOSING.sub("</strong></p>", _OPENING.sub("<p><strong>", markdown(text, output_format="html")))
    html = nh3.clean(
        flat, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None, strip_comments=True
    ).strip()
    blocks = [
        block
        for top in fragments_fromstring(html, no_leading_text=False)
        if not isinstance(top, str)
        for block in top.iter("p", "li")
        if block.find("p") is None
    ]
    paragraphs = (tuple(_pieces(block, "")) for block in blocks)
    tame = _HEADING.sub(r"**\1**", _TAG.sub("&lt;", text.strip()))
    return NoteView(html=html, paragraphs=tuple(pieces for pieces in paragraphs if pieces), markdown=tame)


def _pieces(element: object, url: str) -> Iterator[LinkView]:
    """The text of an element, split where links begin and end."""
    from lxml.html import HtmlElement  # noqa: PLC0415

    assert isinstance(element, HtmlElement)
    url = web_url(str(element.get("href", ""))) if element.tag == "a" else url
    if element.text and element.text.strip():
        yield LinkView(text=readable(element.text), url=url)
    for child in element:
        yield from _pieces(child, url)
        if child.tail and child.tail.strip():
            yield LinkView(text=readable(child.tail), url=url)
