"""Send one issue because a person asks for it, outside the schedule."""

from digest.errors import UsageError
from digest.model import Issue
from digest.services.build import close_draft
from digest.services.context import Program
from digest.services.effects import Effects
from digest.services.gate import ruling
from digest.services.publish import Published, resume
from digest.services.send import refuse_nobody


def send_now(program: Program, effects: Effects, key: str, *, early: bool = False) -> Published:
    """Send an issue to those who have not received it. A draft is closed first, with `early` even before its slot.

    Raises:
        DigestError: it cannot be closed or sent.
    """
    issue = program.archive.read(key)
    if issue.state == "draft":
        refuse_nobody(program)
        refuse_unready(program, issue, early=early)
        close_draft(program, key)
    return resume(program, effects, key)


def refuse_unready(program: Program, draft: Issue, *, early: bool) -> None:
    """Refuse to send a draft that is held or would be, or before its slot, which would then publish nothing.

    Raises:
        UsageError: it is held or to be reviewed; it is empty, and such issues are skipped; or its slot has not come, and `early`
            is False.
    """
    row = program.store.publications.get(draft.key)
    if row is not None and row.state == "held":
        raise UsageError(
            f"issue {draft.key}", f"is held: {row.reason}", f"approve and send it with `digest approve {draft.key}`"
        )
    stopped = ruling(draft, (), program.config)
    if stopped is not None:
        remedy = (
            "wait until its slot has passed, then approve it" if stopped.state == "held" else "set `on_empty: send`"
        )
        raise UsageError(f"issue {draft.key}", stopped.reason, remedy)
    if program.now < draft.slot and not early:
        raise UsageError(
            f"issue {draft.key}",
            f"its period is open until {draft.slot:%Y-%m-%d %H:%M} UTC, and nothing would be published then",
            "add --early to send it now anyway",
        )
