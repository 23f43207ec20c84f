"""Every error the program raises on purpose; each names its subject, its cause and a remedy.

    DigestError                 exit 3: nothing could be done
    ├── UsageError              exit 2: wrong usage
    ├── ConfigError             exit 2: feeds.yaml, a trend file or a template; carries every problem
    ├── WorkspaceError          exit 2: the folder, the archive or the store cannot be used
    ├── FeedError               one feed gave nothing; a value in a batch, never an exit
    ├── NotFoundError           exit 3: no such issue, item, trend or feed
    ├── UnreadableError         exit 3: an issue's mail would not be readable; carries every finding
    └── DeliveryError           exit 3: nothing could be sent

They are printed in one place (`digest.cli.main`), without a traceback. Anything else that is raised is a bug.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class DigestError(Exception):
    """The root. `str(error)` is always ``subject: cause; remedy``, the remedy left out where there is none."""

    exit_code = 3

    def __init__(self, subject: str, cause: str, remedy: str = "") -> None:
        super().__init__(subject, cause, remedy)
        self.subject = subject
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.subject}: {self.cause}" + (f"; {self.remedy}" if self.remedy else "")


class UsageError(DigestError):
    """What was typed cannot be meant."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong in one file. `line` counts from 1; 0 where there is none."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class ConfigError(DigestError):
    """Every problem of one file, reported together, a line each."""

    exit_code = 2

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(subject, "\n".join(str(problem) for problem in self.problems))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class WorkspaceError(DigestError):
    """The workspace's folder, archive or store cannot be read or written."""

    exit_code = 2


class FeedError(DigestError):
    """A feed could not be fetched or its document is not a feed. `subject` is the URL."""


class NotFoundError(DigestError):
    """What was asked for does not exist."""


class UnreadableError(DigestError):
    """An issue's mail breaks rules that mail clients have; it is kept as a draft and not closed."""

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        told = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(subject, f"its mail would not be readable:{told}", "mend the templates, then build again")

    def __str__(self) -> str:
        return f"{self.subject}: {self.cause}\n{self.remedy}"


class DeliveryError(DigestError):
    """A message could not be made, or no message could be sent."""
