"""Build one issue: collect, compose, render, archive, close. A killed run is continued by the next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from digest.errors import DigestError, UsageError, WorkspaceError
from digest.model import Issue, Workspace
from digest.services.collect import Fetched, Listener, collect, silent
from digest.services.compose import archived, composed, files, readable
from digest.services.context import Program, issue_to_make, note_start
from digest.services.gate import Ruling
from digest.services.shared_archive import pull
from digest.services.site import write_overviews
from digest.storage.archive import Archive, to_json
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow, Publication
from digest.storage.files.atomic import replace_file

_CHANGING = "changing"  # the file that names a draft while it is changed


def read_back(program: Program) -> None:
    """Copy closed issues from the archive into a store that lacks them: one that was lost, restored or killed.

    Sample issues are read back only in a sample workspace. A half-finished change of a draft is completed.
    """
    program.archive.mend()
    mend_change(program)
    pull(program)
    known = program.store.issues.closed_keys()
    latest = None
    for key in program.archive.issue_keys():
        if key in known:
            continue
        issue = program.archive.read(key)
        if issue.state == "draft":
            program.archive.set_aside(key)
        if issue.state == "closed" and issue.sample == program.config.digest.sample:
            _close(program.store, issue)
            latest = issue if latest is None or issue.slot > latest.slot else latest
    if latest is not None:
        _discard_drafts(program.archive, latest)
    note_start(program)


def settle(store: Store, archive: Archive, row: IssueRow, issue: Issue) -> None:
    """Record a closed issue's items as published, and remove the drafts that it covers."""
    if row.state == "draft":
        return
    _close(store, issue)
    _discard_drafts(archive, issue)


def withhold(program: Program, row: IssueRow, issue: Issue, ruling: Ruling) -> Path:
    """Store a held issue as a draft that keeps its cutoff. Of a skipped issue, store only the reason."""
    at = max(program.now, row.cutoff)
    publication = Publication(key=row.key, slot=row.slot, state=ruling.state, reason=ruling.reason, at=at)
    held = ruling.state == "held"
    if held:
        draft = replace(issue, state="draft")
        archived(program.config, program.archive, draft, files(program, draft))
    with program.store.transaction():
        program.store.issues.forget(row.key)
        if held:
            program.store.issues.put(replace(row, state="draft"))
            program.store.publications.supersede(row.key, row.slot)
        program.store.publications.put(publication)
    if held:
        _discard_drafts(program.archive, issue)
    else:
        program.archive.discard(issue.key)
    return program.archive.folder(issue.key)


def _discard_drafts(archive: Archive, issue: Issue) -> None:
    """Remove the drafts of earlier slots, which `issue` covers."""
    for key in archive.draft_keys():
        if key != issue.key and archive.read(key).slot <= issue.slot:
            archive.discard(key)


def _close(store: Store, issue: Issue) -> None:
    row = IssueRow(key=issue.key, slot=issue.slot, start=issue.window.start, cutoff=issue.window.end, state="closed")
    with store.transaction():
        store.issues.put(row)
        if store.shared:
            store.issues.keep_text(issue.key, to_json(issue))
        store.issues.publish(issue.key, dict(_identities(issue)))
        store.publications.supersede(issue.key, issue.slot)


def _identities(issue: Issue) -> Iterator[tuple[str, str]]:
    """All identity keys in an issue, each with the id of its item."""
    for item in issue.items():
        for key in item.keys:
            yield key, item.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A built issue and its folder. A skipped issue is not archived."""

    issue: Issue
    folder: Path
    fetched: tuple[Fetched, ...]
    ruling: Ruling | None = None


Judge = Callable[[Issue, Mapping[str, str]], Ruling | None]


def nobody(issue: Issue, files: Mapping[str, str]) -> Ruling | None:  # noqa: ARG001  (a judge's signature)
    """A judge that approves every issue, whatever the configuration says."""
    return None


Collector = Callable[[Program, datetime, Listener], Sequence[Fetched]]


def collect_all(program: Program, at: datetime, listener: Listener) -> tuple[Fetched, ...]:
    """A collector that fetches every feed now."""
    return collect(program, at=at, listener=listener)


def build(
    program: Program,
    *,
    offline: bool = False,
    listener: Listener = silent,
    judge: Judge = nobody,
    collector: Collector = collect_all,
) -> Built:
    """Build the issue that is due and close it. If none is due, build or refresh the draft of the open period.

    Args:
        program: the run.
        offline: collect nothing.
        listener: called with each feed that was fetched.
        judge: decides from a due issue and its files, before they are archived, whether it is held or skipped.
        collector: fetches the feeds, unless `offline`.

    Raises:
        DigestError: no feed answered, and nothing is stored that could be published.
        UnreadableError: the mail fails the lint. The issue is stored as a draft.
    """
    read_back(program)
    row = issue_to_make(program)
    with program.store.transaction():
        program.store.issues.put(row)
    fetched = () if offline else tuple(collector(program, row.cutoff, listener))
    note_start(program)
    items = program.store.items.window(row.start, row.cutoff)
    if not items and not any(one.status in ("ok", "unchanged") for one in fetched):
        _give_up(program.store, row)
    issue = composed(program, row, items)
    made = files(program, issue)
    ruling = judge(issue, made) if row.state == "making" else None
    if ruling is None:
        folder = archived(program.config, program.archive, issue, readable(program, issue, made))
        settle(program.store, program.archive, row, issue)
    else:
        folder = withhold(program, row, issue, ruling)
    write_overviews(program)
    return Built(issue=issue, folder=folder, fetched=fetched, ruling=ruling)


def close_draft(program: Program, key: str) -> Issue:
    """Close a draft at its cutoff, so that it can be sent. A closed issue is returned unchanged.

    Raises:
        NotFoundError: there is no such issue.
        UsageError: another issue was closed since the draft was built.
        UnreadableError: its mail fails the lint.
    """
    read_back(program)
    draft = program.archive.read(key)
    if draft.state == "closed":
        return draft
    last = program.store.issues.last_closed()
    if draft.window.start != (last.cutoff if last else None):
        raise UsageError(
            f"issue {key}", "is a draft built before another issue was closed", "refresh it with `digest build`"
        )
    issue = replace(draft, state="closed")
    row = IssueRow(key=key, slot=issue.slot, start=issue.window.start, cutoff=issue.window.end, state="making")
    texts = readable(program, issue, files(program, issue))
    with program.store.transaction():
        program.store.issues.put(row)
    archived(program.config, program.archive, issue, texts)
    settle(program.store, program.archive, row, issue)
    write_overviews(program)
    return issue


def recompose(program: Program, key: str) -> Issue:
    """Rebuild a draft from its own window, with the editor's current decisions. Collects nothing.

    Raises:
        WorkspaceError: the store no longer has its items.
        UnreadableError: its mail fails the lint.
    """
    issue = rehearsed(program, key)
    program.archive.write(issue, readable(program, issue, files(program, issue)))
    return issue


def rehearsed(program: Program, key: str) -> Issue:
    """A draft as `recompose` would make it. Changes nothing. A server calls this early, so that its memory makes the first change fast.

    Raises:
        WorkspaceError: the store no longer has its items.
    """
    draft = program.archive.read(key)
    row = IssueRow(key=key, slot=draft.slot, start=draft.window.start, cutoff=draft.window.end, state="draft")
    items = program.store.items.window(row.start, row.cutoff)
    if not items and any(draft.receipt.values()):
        raise WorkspaceError(f"issue {key}", "the store no longer has its items", "rebuild it with `digest build`")
    return composed(program, row, items)


@contextmanager
def changing(workspace: Workspace, key: str) -> Iterator[None]:
    """Note that a draft is being rebuilt with decisions that are stored at the end of the block, so that a kill in between can be repaired."""
    mark = workspace.state / _CHANGING
    replace_file(mark, key.encode(), private=True)
    yield
    mark.unlink()


def half_changed(workspace: Workspace) -> bool:
    """Whether a draft is being changed, or a change was killed before its decisions were stored."""
    return (workspace.state / _CHANGING).exists()


def mend_change(program: Program) -> None:
    """Rebuild a draft whose change was killed, with the decisions that are stored. The workspace must be locked."""
    if not half_changed(program.workspace):
        return
    mark = program.workspace.state / _CHANGING
    key = mark.read_text("utf-8")
    with suppress(DigestError):  # the draft is gone, or its mail fails the lint: the next build says so
        if program.archive.read(key).state == "draft":
            recompose(program, key)
    mark.unlink(missing_ok=True)


def _give_up(store: Store, row: IssueRow) -> NoReturn:
    """Fail because no feed answered, and store nothing."""
    with store.transaction():
        store.issues.forget(row.key)
    raise DigestError(
        f"issue {row.key}",
        "no feed answered, and no items are stored for it",
        "run `digest collect` to see why each feed failed",
    )
