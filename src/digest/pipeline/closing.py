"""What is written once an issue is made: closed, held or skipped, and the drafts that it covers go."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from digest.model import Issue, IssueItem
from digest.pipeline.program import Program
from digest.pipeline.rendering import archived, files
from digest.store.issues import IssueRow
from digest.store.publications import Publication


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Why an issue does not go out: `held` until a person approves it, or `skipped`, so that the next one has its items."""

    state: Literal["held", "skipped"]
    reason: str


def read_back(program: Program) -> None:
    """Take over what the archive holds as closed and the store does not: a store that was lost, restored or killed.

    A sample issue counts only in a sample workspace.
    """
    program.archive.mend()
    known = program.store.issues.closed_keys()
    latest = None
    for key in program.archive.issue_keys():
        if key in known:
            continue
        issue = program.archive.read(key)
        if issue.state == "closed" and issue.sample == program.config.digest.sample:
            _close(program, issue)
            latest = issue if latest is None or issue.slot > latest.slot else latest
    if latest is not None:
        _discard_drafts(program, latest)


def settle(program: Program, row: IssueRow, issue: Issue) -> None:
    """A closed issue is noted as published, and drafts of slots that it covers go."""
    if row.state == "draft":
        return
    _close(program, issue)
    _discard_drafts(program, issue)


def withhold(program: Program, row: IssueRow, issue: Issue, ruling: Ruling) -> Path:
    """Archive a held issue as a draft that keeps its cutoff; of a skipped one, keep the reason alone."""
    at = max(program.now, row.cutoff)
    publication = Publication(key=row.key, slot=row.slot, state=ruling.state, reason=ruling.reason, at=at)
    held = ruling.state == "held"
    if held:
        draft = replace(issue, state="draft")
        archived(program, draft, files(program, draft))
    with program.store.transaction():
        program.store.issues.forget(row.key)
        if held:
            program.store.issues.put(replace(row, state="draft"))
            program.store.publications.supersede(row.key, row.slot)
        program.store.publications.put(publication)
    if held:
        _discard_drafts(program, issue)
    elif issue.key in program.archive.issue_keys():
        program.archive.discard(issue.key)
    return program.archive.folder(issue.key)


def _discard_drafts(program: Program, issue: Issue) -> None:
    """Remove the drafts of slots before that of `issue`, which covers them."""
    closed = program.store.issues.closed_keys()
    for key in program.archive.issue_keys():
        if key in closed or key == issue.key:
            continue
        there = program.archive.read(key)
        if there.state == "draft" and there.slot <= issue.slot:
            program.archive.discard(key)


def _close(program: Program, issue: Issue) -> None:
    row = IssueRow(key=issue.key, slot=issue.slot, start=issue.window.start, cutoff=issue.window.end, state="closed")
    with program.store.transaction():
        program.store.issues.put(row)
        program.store.issues.publish(issue.key, dict(_identities(issue)))
        program.store.publications.supersede(issue.key, issue.slot)


def _identities(issue: Issue) -> Iterator[tuple[str, str]]:
    """Every identity key that an issue holds, with the id of its item there."""
    for item in _items(issue):
        for key in (item.id, *item.aliases, *item.members):
            yield key, item.id


def _items(issue: Issue) -> Iterator[IssueItem]:
    """Every item of an issue, in its order."""
    for section in issue.trends:
        yield from (*section.items, *section.folded)
    yield from issue.also_noted
