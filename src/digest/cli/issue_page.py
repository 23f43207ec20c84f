"""An issue's view as a page for the terminal: the mail's order, at most 80 columns, links visible, no boxes."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from digest.render import IssueView, ItemView, SectionView

COLUMNS = 80


def print_issue(issue: IssueView) -> None:
    """The whole page; through a pager where there is a terminal that is too low for it."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.width = min(console.width, COLUMNS)
    with _paged(console):
        _masthead(console, issue)
        _contents(console, issue)
        for section in issue.sections:
            _section(console, section)
        _rest(console, issue)


@contextmanager
def _paged(console: Console) -> Iterator[None]:
    if not console.is_terminal:
        yield
        return
    with console.capture() as captured:
        yield
    text = captured.get()
    if text.count("\n") > console.height:
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)


def _masthead(console: Console, issue: IssueView) -> None:
    marks = "".join(f" · {word}" for word, on in (("draft", issue.draft), ("sample", issue.sample)) if on)
    console.print(Text(issue.title, style="bold"))
    console.print(Text(f"{issue.span} · {issue.key}{marks} · {issue.minutes} to read", style="dim"))
    console.print()
    for line in issue.lines:
        console.print(Text(line.before + line.linked + line.after))
    if issue.read_first:
        _heading(console, "Read first")
    for number, item in enumerate(issue.read_first, 1):
        _linked(console, f"{number}. {item.title}", item.url, indent=3)


def _contents(console: Console, issue: IssueView) -> None:
    if issue.contents:
        _heading(console, "Contents")
    for section in issue.contents:
        console.print(Text(f"{section.pulse.count:>5} {section.pulse.mark or ' '} {section.name}"))


def _section(console: Console, section: SectionView) -> None:
    _heading(console, section.name)
    console.print(Text(section.pulse.words, style="dim"))
    console.print(Padding(Text(f"Baseline, {section.as_of} · {section.baseline}", style="italic"), (0, 0, 0, 2)))
    for item in section.items:
        _item(console, item)
    if section.more:
        console.print(Text(f"\nand {section.more} more", style="dim"))


def _item(console: Console, item: ItemView) -> None:
    console.print()
    console.print(Text(item.title, style="bold"))
    labels = " · ".join(
        part for part in (item.authors, item.date, ", ".join(link.text for link in item.sources)) if part
    )
    if labels:
        console.print(Text(labels, style="dim"))
    if item.summary:
        console.print(Text(item.summary))
    if item.because:
        console.print(Text(item.because, style="dim"))
    if item.follows:
        console.print(Text(item.follows.text, style="dim"))
    _url(console, item.url)


def _rest(console: Console, issue: IssueView) -> None:
    if issue.shared:
        _heading(console, "In other trends")
    for section in issue.shared:
        console.print(Text(section.name, style="bold"))
        for item in section.items:
            _linked(console, item.title, item.url, indent=2)
    if issue.also_noted:
        _heading(console, "Also noted")
    for item in issue.also_noted:
        _linked(console, f"- {item.title}", item.url, indent=2)
    if issue.quiet:
        _heading(console, "Quiet this week")
        console.print(Text(", ".join(issue.quiet)))
    _heading(console, "Behind this issue")
    told = ", ".join(f"{count} {fate}" for fate, count in issue.receipt)
    console.print(Text(f"{issue.entry_count} entries: {told or 'nothing'}"))
    for trouble in issue.trouble:
        console.print(Text(f"{trouble.feed}: {trouble.reason}", style="dim"))


def _heading(console: Console, text: str) -> None:
    console.print(Text(f"\n{text}", style="bold underline"))


def _linked(console: Console, text: str, url: str, *, indent: int) -> None:
    console.print(Text(text))
    _url(console, url, indent=indent)


def _url(console: Console, url: str, *, indent: int = 0) -> None:
    """On a line of its own, never broken, so that a terminal can open it."""
    if url:
        console.print(Text(" " * indent + url, style="cyan"), soft_wrap=True)
