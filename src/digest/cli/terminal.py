"""Print styled text to a terminal: at most 80 columns, clickable links, and a pager for long pages."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import click
from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from digest.model import Hit
from digest.storage.db.search import CLOSE, OPEN
from digest.text.clean import clean, web_url
from digest.text.tex import untex
from digest.text.words import gettext

COLUMNS = 80
_WITHOUT_LINKS = ("dumb", "linux", "vt")  # prefixes of TERM for terminals that print OSC 8 as garbage or drop it
_OSC_8 = re.compile(r"\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")


def console_of() -> Console:
    """A console that interprets no markup and is as wide as the terminal, up to `COLUMNS`."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.width = min(console.width, COLUMNS)
    return console


def knows_links(environ: Mapping[str, str]) -> bool:
    """Whether the terminal supports OSC 8 links, or at least ignores them."""
    return not environ.get("TERM", "dumb").startswith(_WITHOUT_LINKS)


def passes_links(environ: Mapping[str, str]) -> bool:
    """Whether the pager is `less` and passes escape codes through; click makes it do so if the user chose no flags."""
    program, *flags = environ.get("PAGER", "").split() or ["less"]
    chosen = [*flags, environ.get("LESS", "")]
    return program.rpartition("/")[2] == "less" and (not any(chosen) or any("r" in each.lower() for each in chosen))


@contextmanager
def paged(console: Console) -> Iterator[None]:
    """Send what the block prints through a pager if it is taller than the terminal."""
    if not console.is_terminal:
        yield
        return
    with console.capture() as captured:
        yield
    text = captured.get()
    if text.count("\n") < console.height:
        click.echo(text, nl=False)
    else:
        click.echo_via_pager(text if passes_links(os.environ) else _OSC_8.sub("", text))


def linked(text: Text, url: str) -> Text:
    """The text as a link to the URL, where the terminal supports links."""
    if url and knows_links(os.environ):
        text.stylize(Style(link=url))
    return text


def hanging(console: Console, lead: str, text: Text) -> None:
    """Print the text after its lead, with later lines indented to the first word and no trailing spaces."""
    room = cell_len(lead)
    for number, line in enumerate(text.wrap(console, max(20, console.width - room))):
        line.rstrip()
        console.print(Text(lead if number == 0 else " " * room) + line, soft_wrap=True)


def told(text: str, written: str) -> Text:
    """A text, and who wrote it if a language model did."""
    return Text(text) + Text(f" ({written})" if written else "", style="dim")


def address(console: Console, url: str, *, indent: int = 0) -> None:
    """Print the URL on a line of its own, never wrapped, so that any terminal can open it."""
    if url:
        console.print(Text(" " * indent) + linked(Text(url, style="cyan"), url), soft_wrap=True)


def print_hits(hits: Sequence[Hit], total: int) -> None:
    """Print a few lines per hit, best first, then how many of all hits they are."""
    console = console_of()
    for hit in hits:
        url = web_url(hit.card.url)
        hanging(console, "", linked(marked(hit.title, "bold"), url))
        labels = " · ".join(filter(None, (hit.card.key, *hit.card.trends[:2], *hit.card.sources[:2])))
        console.print(Text(labels, style="dim"))
        if hit.snippet:
            hanging(console, "  ", marked(hit.snippet, ""))
        address(console, url, indent=2)
        console.print()
    console.print(Text(gettext("%(shown)s of %(total)s", shown=len(hits), total=total), style="dim"))


def marked(text: str, style: str) -> Text:
    """The text with the parts between `OPEN` and `CLOSE` highlighted."""
    first, *rest = untex(text).split(OPEN)
    line = Text(clean(first) + (" " if first.endswith(" ") else ""), style=style)
    for part in rest:
        found, _, after = part.partition(CLOSE)
        line.append(clean(found), style="bold yellow")
        lead, tail = " " * after.startswith(" "), " " * (after.strip() != "" and after.endswith(" "))
        line.append(lead + clean(after) + tail)
    return line


def login() -> str:
    """The name under which the user is logged in; empty for an account without a name, as in a container."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
