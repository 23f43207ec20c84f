"""What `digest status` says to people: the sections, then what wants looking at."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from digest.pipeline.status import Section


def print_status(sections: Sequence[Section]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for section in sections:
        for number, line in enumerate(section.lines):
            console.print(Text(f"{'' if number else section.name:8}", style="bold").append(line, style="not bold"))
    problems = [problem for section in sections for problem in (*section.alarms, *section.problems)]
    console.print()
    for problem in problems:
        console.print(Text("! ", style="bold red").append(problem, style="not bold"))
    if not problems:
        console.print(Text("All is well.", style="green"))
