"""The findings of a lint -> the terminal: a paragraph each, errors first, and a line that sums up."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from digest.check import RULES, Finding
from digest.render.words import count

STYLES = {"error": "bold red", "warning": "yellow"}


def print_findings(findings: Sequence[Finding], folder: Path) -> None:
    """Where each is, what it is, and what to do."""
    console = Console(highlight=False, soft_wrap=True)
    for one in findings:
        place = f"{folder / one.file}:{one.line}" if one.line else str(folder / one.file)
        line = Text(f"{place}: ").append(f"{one.severity} {one.rule}", style=STYLES[one.severity])
        console.print(line.append(f": {one.message}"))
        console.print(f"    {one.remedy}", markup=False)
    errors = sum(one.severity == "error" for one in findings)
    told = f"{count(errors, 'error')}, {count(len(findings) - errors, 'warning')}" if findings else "nothing wrong"
    console.print(f"{folder.name}: {told} by {len(RULES)} rules", markup=False)
