"""Whether an issue may go out. Every way that closes, mails or shows an issue asks here, and nowhere else.

The rules that run here are those that an operator's own template can break; `digest check` runs all of them. An issue's mail is
judged once in a process: the same files and address give the verdict that was found before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from digest.config import Config
from digest.errors import DeliveryError
from digest.lint import Finding, check
from digest.model import Issue
from digest.storage.archive import ISSUE

JUDGED = ("email.html", "email.txt", ISSUE)
# Size and unsubscribe link, forbidden elements, remote images, leftovers of templates, subject, text part, headers, characters.
RULES = frozenset({"R1", "R8", "R9", "R18", "R19", "R20", "R21", "R23"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Why an issue does not go out: `held` until a person approves it, or `skipped`, so that the next one has its items."""

    state: Literal["held", "skipped"]
    reason: str


def mail_errors(files: Mapping[str, str], base_url: str) -> tuple[Finding, ...]:
    """What keeps an issue's mail from being sent, by name -> text of its files; nothing where there is no mail."""
    if JUDGED[0] not in files:
        return ()
    return _errors(tuple((name, files[name]) for name in JUDGED if name in files), base_url)


@lru_cache(maxsize=4)
def _errors(files: tuple[tuple[str, str], ...], base_url: str) -> tuple[Finding, ...]:
    return tuple(one for one in check(dict(files), base_url, rules=RULES) if one.severity == "error")


def ruling(issue: Issue, errors: tuple[Finding, ...], config: Config) -> Ruling | None:
    """Why an issue that is due must not go out by itself; None where it may.

    Args:
        issue: as it would be closed.
        errors: what `mail_errors` found in its files.
        config: whether a person reviews each issue, and what becomes of an empty one.
    """
    settings = config.digest
    if not issue.trends and not issue.also_noted and settings.on_empty == "skip":
        return Ruling(state="skipped", reason="holds nothing (on_empty: skip)")
    if errors:
        more = f"; {len(errors) - 1} more" if len(errors) > 1 else ""
        return Ruling(state="held", reason=f"`digest check {issue.key}` found: {errors[0]}{more}")
    if settings.review == "required":
        return Ruling(state="held", reason="waits for review")
    return None


def refuse_unmailable(key: str, files: Mapping[str, str], base_url: str) -> None:
    """Refuse to mail an archived issue whose mail fails the lint.

    Raises:
        DeliveryError: with the first finding.
    """
    errors = mail_errors(files, base_url)
    if errors:
        remedy = f"run `digest check {key}` for all findings, mend the template, then `digest render {key}`"
        raise DeliveryError(f"issue {key}", f"its mail fails the lint ({errors[0]})", remedy)
