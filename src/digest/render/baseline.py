"""A trend's baseline in Markdown -> HTML that can't run, call home or leave its place. Reads no file."""

import re
from functools import lru_cache

_TAGS = {"p", "ul", "ol", "li", "em", "strong", "code", "a", "blockquote", "h3", "h4", "h5", "br", "pre"}
_HEADING = re.compile(r"(?<=<h)[1-4](?=>)|(?<=</h)[1-4](?=>)")


@lru_cache(maxsize=64)  # nineteen trends, the same in every issue of a run
def baseline_html(body: str, *, below: int = 2) -> str:
    """The whole baseline, its headings pushed below that level of the page's own."""
    import nh3  # noqa: PLC0415  (a mail needs neither)
    from markdown import markdown  # noqa: PLC0415

    html = markdown(body, output_format="html")
    lowered = _HEADING.sub(lambda level: str(min(6, int(level[0]) + below - 1)), html)
    return nh3.clean(
        lowered,
        tags=_TAGS | {"h6"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    ).strip()
