"""Every error that the program raises deliberately. Each names its subject, its cause and a remedy.

    DigestError                 exit 3: nothing could be done
    ├── UsageError              exit 2: wrong usage
    ├── ConflictError           exit 3: another editor has changed the draft meanwhile
    ├── ConfigError             exit 2: feeds.yaml, a trend file or a template; carries every problem
    ├── WorkspaceError          exit 2: the folder, the archive or the store cannot be used
    ├── FeedError               one feed failed; a value in a batch, never an exit
    ├── NotFoundError           exit 3: no such issue, item, trend or feed
    ├── UnreadableError         exit 3: an issue's mail fails the lint; carries every finding
    └── DeliveryError           exit 3: nothing could be sent

`digest.cli.main` prints them, without a traceback. Any other exception is a bug.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def did_you_mean(word: str, known: Iterable[str], remedy: str) -> str:
    """The remedy for an unknown name: the most similar known name, if there is one, then `remedy`."""
    from difflib import get_close_matches  # noqa: PLC0415  (only needed for a misspelt name)

    names = {name.casefold(): name for name in known}
    similar = get_close_matches(word.casefold(), names, n=1)
    return f"did you mean {names[similar[0]]}? {remedy}" if similar else remedy


class DigestError(Exception):
    """The root. `str(error)` is always ``subject: cause; remedy``; an empty remedy is left out."""

    exit_code = 3

    def __init__(self, subject: str, cause: str, remedy: str = "") -> None:
        super().__init__(subject, cause, remedy)
        self.subject = subject
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.subject}: {self.cause}" + (f"; {self.remedy}" if self.remedy else "")


class UsageError(DigestError):
    """Invalid arguments or input on the command line."""

    exit_code = 2


class ConflictError(DigestError):
    """Another editor has changed the draft since it was read. Nothing was stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One problem in one file. `line` counts from 1; 0 means unknown."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class ConfigError(DigestError):
    """All problems of one file, reported together, one per line."""

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
    """A feed could not be fetched, or its document is not a feed. `subject` is the URL."""


class NotFoundError(DigestError):
    """The issue, item, trend, feed or file asked for does not exist."""


class UnreadableError(DigestError):
    """An issue's mail fails the lint. The issue stays a draft."""

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(subject, f"its mail fails the lint:{listed}", "fix the templates, then build again")

    def __str__(self) -> str:
        return f"{self.subject}: {self.cause}\n{self.remedy}"


class DeliveryError(DigestError):
    """A message could not be made, or no message could be sent."""
