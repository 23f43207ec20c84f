"""A recap's view as a page for the terminal."""

from rich.text import Text

from digest.cli.terminal import address, console_of, hanging, linked, paged
from digest.render.recap import RecapView


def print_recap(view: RecapView) -> None:
    """The whole page; through a pager where there is a terminal that is too low for it."""
    console = console_of()
    with paged(console):
        hanging(console, "", Text(f"{view.title}: what you missed", style="bold"))
        console.print(Text(f"{view.span} · {view.told}", style="dim"))
        if view.stories:
            console.print(Text("\nBest stories", style="bold underline"))
        for number, story in enumerate(view.stories, 1):
            lead = f"{number}. "
            hanging(console, lead, linked(Text(story.title, style="bold"), story.url))
            hanging(console, " " * len(lead), Text(story.about, style="dim"))
            if story.summary:
                hanging(console, " " * len(lead), Text(story.summary))
            address(console, story.url, indent=len(lead))
        for heading, rows in view.headed:
            console.print(Text(f"\n{heading}", style="bold underline"))
            for row in rows:
                hanging(console, f"{row.mark or ' ':2} ", Text(f"{row.name}: {row.words}"))
