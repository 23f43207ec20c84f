"""Show how a collect goes, and what a collect and a build did."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from digest.model import Issue
from digest.services.collect import Fetched, Listener, silent
from digest.text.formatting import count

SHOWN = ("email.html", "email.txt", "issue.md", "index.html")
STYLES = {"failed": "red", "gone": "red", "skipped": "yellow", "ok": "green", "unchanged": "dim"}


@contextmanager
def progress(feeds: int) -> Iterator[Listener]:
    """Show a progress bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal or not feeds:
        yield silent
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("collecting"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=feeds)

        def listen(fetched: Fetched) -> None:
            bar.update(task, advance=1, description=Text(fetched.feed).plain[:30])

        yield listen


def feed_lines(fetched: Sequence[Fetched]) -> None:
    """Print a line per feed that has new items or a problem, then a summary line."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    lines = []
    for one in fetched:
        if one.new or one.reason or one.health or one.status in ("failed", "gone", "skipped"):
            line = Text(f"{one.status:9}", style=STYLES.get(one.status, ""))
            line.append(f" {one.feed}", style="bold")
            facts = [f"{one.new} new" if one.new else "", one.reason, one.health]
            line.append(f": {'; '.join(filter(None, facts))}")
            lines.append(line)
    if lines:
        console.print(Text("\n").join(lines))
    failed = sum(one.status in ("failed", "gone") or bool(one.health) for one in fetched)
    if fetched:
        new = sum(one.new for one in fetched)
        console.print(f"{count(len(fetched), 'feed')}: {count(new, 'new item')}, {failed} with problems")


def built_lines(issue: Issue, folder: Path) -> None:
    """Print the issue's title, its receipt, and the paths of its files."""
    console = Console(highlight=False, soft_wrap=True)
    state = "sample " if issue.sample else ""
    console.print(f"{issue.title}, {issue.key} ({state}{issue.state})", style="bold", markup=False)
    counts = ", ".join(f"{count} {fate.replace('_', ' ')}" for fate, count in issue.receipt.items() if count)
    console.print(f"{count(sum(issue.receipt.values()), 'entry', 'entries')}: {counts or 'nothing'}")
    for name in SHOWN:
        console.print(f"  {folder / name}", markup=False)
