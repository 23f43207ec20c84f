"""Hold issues until somebody approves them, and close those approved early once their slots have come."""

from dataclasses import replace
from datetime import datetime

from digest.config import Config
from digest.errors import NotFoundError, UnreadableError, UsageError, did_you_mean
from digest.services.build import close_draft
from digest.services.context import Program
from digest.services.site import write_overviews
from digest.storage.archive import SENT, Archive
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow, Publication
from digest.text.clean import one_line

APPROVED = "approved"  # the reason of an outcome that somebody approved


def held_row(store: Store, key: str) -> Publication:
    """The held issue with this key.

    Raises:
        NotFoundError: it is not held.
    """
    row = store.publications.get(key)
    if row is None or row.state != "held":
        held = (row.key for row in store.publications.in_state("held"))
        remedy = did_you_mean(key, held, "`digest status` lists the held issues")
        raise NotFoundError(f"issue {key}", _not_held(row), remedy)
    return row


def _not_held(row: Publication | None) -> str:
    if row is None:
        return "is not held"
    return f"is not held, but {row.state}" + (f" ({row.reason})" if row.reason else "")


def take_back(store: Store, key: str) -> None:
    """Take back the approval of an issue that has not gone out yet.

    Raises:
        NotFoundError: it is not held, or not approved.
    """
    if key not in {row.key for row in store.publications.approved()}:
        held_row(store, key)
        raise NotFoundError(f"issue {key}", "is held, but not approved", f"`digest approve {key}` approves it")
    with store.transaction():
        store.publications.take_back(key)


def close_held(program: Program, row: Publication) -> Publication:
    """Close a held issue at its cutoff, and record that it is being mailed.

    Raises:
        UnreadableError: its mail fails the lint.
    """
    if program.archive.read(row.key).state == "draft":
        close_draft(program, row.key)
    else:
        write_overviews(program)  # the run that closed it may have died before
    sending = replace(row, state="sending", reason=APPROVED, at=program.now, told=False)
    with program.store.transaction():
        program.store.publications.put(sending)
    return sending


def close_approved(program: Program) -> None:
    """Close the issues that were approved early and whose slots have come. Those that cannot go out are held again, or skipped."""
    for row in program.store.publications.approved():
        if row.slot > program.now:
            continue
        if missed_row(program.config, program.now, row):
            reason = "approved, but nothing ran from its slot on; its items go to the next issue"
            decide(program.store, replace(row, state="skipped", reason=reason, at=program.now, told=False))
            continue
        if mailed_before(program.archive, program.store, row.key):
            reason = "mailed before the store was lost"
            decide(program.store, replace(row, state="published", reason=reason, at=program.now, told=True))
            continue
        try:
            close_held(program, row)
        except (UnreadableError, UsageError) as error:
            reason = f"was approved, but {one_line(error.cause, 300)}"
            decide(program.store, replace(row, reason=reason, at=program.now, told=False))


def mailed_before(archive: Archive, store: Store, key: str) -> bool:
    """Whether an issue was mailed according to the archive, while the store is older and does not know to whom."""
    return (archive.folder(key) / SENT).exists() and not store.ledger.begun(key)


def missed_row(config: Config, now: datetime, row: IssueRow | Publication) -> bool:
    """Whether the slot of this row is too long ago to be mailed automatically."""
    return now - row.slot > config.digest.catch_up


def decide(store: Store, row: Publication) -> None:
    """Record the outcome of a slot. If it is skipped, delete what a killed run began."""
    with store.transaction():
        if row.state == "skipped":
            store.issues.forget(row.key)
        store.publications.put(row)
