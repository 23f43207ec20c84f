"""An editor's opening note in Markdown -> markup that can't run, call home or break the page, and the same as plain pieces."""

import re
from collections.abc import Iterator

from digest.render.plain import readable, web_url
from digest.render.view import LinkView, NoteView

_TAGS = {"p", "ul", "ol", "li", "em", "strong", "code", "a", "blockquote", "br"}
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_TAG = re.compile(r"<(?=[a-zA-Z/!?])(?!https?://)")
_OPENING, _CLOSING = re.compile(r"<h[1-6]>"), re.compile(r"</h[1-6]>")


def note_view(text: str) -> NoteView | None:
    """The note for every format; headings become bold lines, since the issue's own headings are its outline."""
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
    """The words of an element, cut where a link begins or ends."""
    from lxml.html import HtmlElement  # noqa: PLC0415

    assert isinstance(element, HtmlElement)
    url = web_url(str(element.get("href", ""))) if element.tag == "a" else url
    if element.text and element.text.strip():
        yield LinkView(text=readable(element.text), url=url)
    for child in element:
        yield from _pieces(child, url)
        if child.tail and child.tail.strip():
            yield LinkView(text=readable(child.tail), url=url)
