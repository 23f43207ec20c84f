"""The archives of several machines that share one store: what one machine closes, the others write into theirs.

The text that the closing transaction put into the store is the truth; files follow it.
"""

import shutil

from digest.errors import UsageError
from digest.services.compose import archived, files
from digest.services.context import Program
from digest.services.site import write_overviews
from digest.storage.archive import ISSUE
from digest.storage.archive.issue_json import from_json

LATEST = 3  # issues whose files are compared with the store; earlier ones were compared while they were the latest


def pull(program: Program) -> tuple[str, ...]:
    """Write the closed issues that the archive here lacks, and return their keys, the earliest first.

    An issue that was archived here and then closed by another machine with other content is replaced.
    """
    store, archive = program.store, program.archive
    if not store.shared:
        return ()
    _keep(program)
    keys = store.issues.text_keys()
    here, pulled = set(archive.issue_keys()) - set(archive.draft_keys()), []
    for number, key in enumerate(keys):
        there = archive.root / key / ISSUE
        if key in here and number < len(keys) - LATEST:
            continue
        text = (store.issues.text(key) or "").encode()
        if key in here and there.read_bytes() == text:
            continue
        shutil.rmtree(there.parent, ignore_errors=True)
        issue = from_json(text)
        archived(program.config, archive, issue, files(program, issue))
        pulled.append(key)
    return tuple(pulled)


def pull_all(program: Program) -> tuple[str, ...]:
    """The same, with the overview pages.

    Raises:
        UsageError: no other machine can close an issue.
    """
    if not program.store.shared:
        raise UsageError(
            "the store", "is on this machine only, as is the archive", "see `digest store copy --help` to share it"
        )
    pulled = pull(program)
    if pulled:
        write_overviews(program)
    return pulled


def _keep(program: Program) -> None:
    """Store the issues that were closed before the store was shared."""
    issues, archive = program.store.issues, program.archive
    missing = (issues.closed_keys() & set(archive.issue_keys())) - set(issues.text_keys()) - set(archive.draft_keys())
    if missing:
        with program.store.transaction():
            for key in sorted(missing):
                issues.keep_text(key, (archive.root / key / ISSUE).read_text("utf-8"))
