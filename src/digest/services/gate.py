"""Decide whether an issue may be published. Everything that closes, mails or shows an issue asks this module.

Only the lint rules that an operator's own template can break run here; `digest check` runs all of them. The verdict on an
issue's mail is cached for the process.
"""

from collections.abc import Callable, Mapping
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
    """Why an issue is not published: `held` until someone approves it, or `skipped`, so that the next one has its items."""

    state: Literal["held", "skipped"]
    reason: str


def mail_errors(files: Mapping[str, str], base_url: str) -> tuple[Finding, ...]:
    """The lint errors that keep an issue's mail from being sent. `files` maps names to texts; without a mail there are none."""
    if JUDGED[0] not in files:
        return ()
    return _errors(tuple((name, files[name]) for name in JUDGED if name in files), base_url)


@lru_cache(maxsize=4)
def _errors(files: tuple[tuple[str, str], ...], base_url: str) -> tuple[Finding, ...]:
    return tuple(one for one in check(dict(files), base_url, rules=RULES) if one.severity == "error")


def ruling(issue: Issue, errors: tuple[Finding, ...], config: Config) -> Ruling | None:
    """Why an issue that is due must not be published automatically; None if it may.

    Args:
        issue: the issue as it would be closed.
        errors: the result of `mail_errors` for its files.
        config: says whether each issue is reviewed, and what happens to an empty one.
    """
    settings = config.digest
    if not issue.trends and not issue.also_noted and settings.on_empty == "skip":
        return Ruling(state="skipped", reason="contains no items (on_empty: skip)")
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
        remedy = f"run `digest check {key}` for all findings, fix the template, then `digest render {key}`"
        raise DeliveryError(f"issue {key}", f"its mail fails the lint ({errors[0]})", remedy)


def reviewed(config: Config) -> Callable[[Issue, Mapping[str, str]], Ruling | None]:
    """A judge for building by hand: as for publishing, except that a mail that fails the lint is an error there."""

    def judge(issue: Issue, files: Mapping[str, str]) -> Ruling | None:  # noqa: ARG001  (a judge's signature)
        return ruling(issue, (), config)

    return judge
