"""What an editor decided on a draft, as a page for the terminal."""

from rich.console import Console
from rich.text import Text

from digest.pipeline.edit import Decided


def print_decided(found: Decided) -> None:
    """A line per decision, then the note."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(Text(f"Draft {found.key}", style="bold"))
    told = [
        *(("pinned", item, "") for item in sorted(found.hand.pinned)),
        *(("dropped", item, "") for item in sorted(found.hand.dropped)),
        *(("moved", item, f" to {trend}") for item, trend in sorted(found.hand.moved.items())),
    ]
    for what, item, where in told:
        console.print(Text(f"{what}{where}: {found.titles.get(item, '')} ({item})"))
    if found.hand.note:
        console.print(Text(f"note: {found.hand.note}"))
    if not told and not found.hand.note:
        console.print("Nothing was decided on it.")
