"""Find the issue that is due or unfinished, from what the store and the archive remember."""

from datetime import datetime
from typing import Literal

from digest.schedule.due import Standing, coming, due
from digest.schedule.slots import Slot
from digest.services.context import Program
from digest.storage.db.issues import IssueRow


def standing(program: Program) -> Standing:
    """The facts in the store that decide what is due."""
    store = program.store
    last = store.issues.last_closed()
    held = {row.key for row in store.publications.in_state("held")}
    return Standing(
        cutoff=last.cutoff if last else None,
        begun=store.feeds.first_collect() or _first_draft(program),
        passed=store.publications.passed(),
        taken=store.issues.closed_keys() | held,
        looked=store.publications.looked(),
    )


def due_slot(program: Program, now: datetime) -> Slot | None:
    """The slot whose issue `build` and `publish` would build now."""
    return due(program.timetable, standing(program), now)


def take_up(program: Program) -> IssueRow:
    """The issue that a killed run left; otherwise the one that is due; otherwise the draft of the open period."""
    issues = program.store.issues
    now = program.instant()
    past = standing(program)
    slot = due(program.timetable, past, now)
    left = issues.making()
    if left is not None and (slot is None or slot.key == left.key):
        return left
    if left is not None:  # a later slot has passed since: one issue covers both
        with program.store.transaction():
            issues.forget(left.key)
    state: Literal["making", "draft"] = "making" if slot else "draft"
    slot = slot or coming(program.timetable, past, now)
    return IssueRow(key=slot.key, slot=slot.at, start=past.cutoff, cutoff=now, state=state)


def _first_draft(program: Program) -> datetime | None:
    """The earliest draft's cutoff. If the store is lost, it proves that the workspace was in use then."""
    archive = program.archive
    drafts = (issue for issue in map(archive.read, archive.issue_keys()) if issue.state == "draft")
    return min((issue.window.end for issue in drafts if issue.sample == program.config.digest.sample), default=None)
