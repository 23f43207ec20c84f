"""What a search found as a page for the terminal: the words marked, links that a terminal can open."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from digest.model import Hit
from digest.render.plain import clean, web_url
from digest.store.search import CLOSE, OPEN

COLUMNS = 80


def print_hits(hits: Sequence[Hit], total: int) -> None:
    """A few lines per hit, best first."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.width = min(console.width, COLUMNS)
    for hit in hits:
        url = web_url(hit.card.url)
        title = _marked(hit.title, "bold")
        if url:
            title.stylize(Style(link=url))
        console.print(title)
        console.print(
            Text(" · ".join(filter(None, (hit.card.key, *hit.card.trends[:2], *hit.card.sources[:2]))), style="dim")
        )
        if hit.snippet:
            console.print(Padding(_marked(hit.snippet, ""), (0, 0, 0, 2)))
        console.print(Text(f"  {url}", style="cyan"), soft_wrap=True)
        console.print()
    console.print(Text(f"{len(hits)} of {total}", style="dim"))


def _marked(text: str, style: str) -> Text:
    """The text with what stands between the marks made to stand out."""
    first, *rest = text.split(OPEN)
    line = Text(clean(first) + (" " if first.endswith(" ") else ""), style=style)
    for part in rest:
        found, _, after = part.partition(CLOSE)
        line.append(clean(found), style="bold yellow")
        lead, tail = " " * after.startswith(" "), " " * (after.strip() != "" and after.endswith(" "))
        line.append(lead + clean(after) + tail)
    return line
