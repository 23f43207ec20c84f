"""What a search found as a page for the terminal: the words marked, links that a terminal can open."""

from collections.abc import Sequence

from rich.text import Text

from digest.cli.terminal import address, console_of, hanging, linked
from digest.model import Hit
from digest.render.plain import clean, web_url
from digest.store.search import CLOSE, OPEN
from digest.tex import untex


def print_hits(hits: Sequence[Hit], total: int) -> None:
    """A few lines per hit, best first."""
    console = console_of()
    for hit in hits:
        url = web_url(hit.card.url)
        hanging(console, "", linked(marked(hit.title, "bold"), url))
        told = " · ".join(filter(None, (hit.card.key, *hit.card.trends[:2], *hit.card.sources[:2])))
        console.print(Text(told, style="dim"))
        if hit.snippet:
            hanging(console, "  ", marked(hit.snippet, ""))
        address(console, url, indent=2)
        console.print()
    console.print(Text(f"{len(hits)} of {total}", style="dim"))


def marked(text: str, style: str) -> Text:
    """The text with what stands between the marks made to stand out."""
    first, *rest = untex(text).split(OPEN)
    line = Text(clean(first) + (" " if first.endswith(" ") else ""), style=style)
    for part in rest:
        found, _, after = part.partition(CLOSE)
        line.append(clean(found), style="bold yellow")
        lead, tail = " " * after.startswith(" "), " " * (after.strip() != "" and after.endswith(" "))
        line.append(lead + clean(after) + tail)
    return line
