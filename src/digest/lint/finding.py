"""What a rule says, and what the lint makes of it. Values only."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
HTML, TEXT, MESSAGE, ISSUE = "email.html", "email.txt", "email.eml", "issue.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing wrong with a mail. `line` counts from 1; 0 where it is about the whole file."""

    file: str
    line: int
    rule: str
    message: str
    remedy: str
    severity: Severity

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.rule}: {self.message}; {self.remedy}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A finding before it is known which rule found it."""

    message: str
    remedy: str
    line: int = 0
    file: str = HTML
    severity: Severity = "error"
