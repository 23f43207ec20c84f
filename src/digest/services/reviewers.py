"""Tell reviewers that an issue waits for them, remind them before and after its slot, and tell what became of it.

They are the operator whom `notify` names, and the accounts of the desk where it is switched on. Each account gets a mail of its own
with a link that opens the desk on the issue.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from digest.errors import DigestError
from digest.mail.single_letters import notice
from digest.mail.transport import Letter
from digest.services.context import Program
from digest.services.desk_accounts import link_to, new_link
from digest.services.letter_merge import imprint
from digest.services.notices import notice_of
from digest.storage.db.desk import Account
from digest.storage.db.issues import Publication

LINK = timedelta(hours=24)  # within which the link of a notice must be used
# When to remind of a held issue, from its slot on.
REMINDERS = {
    "three hours before": timedelta(hours=-3),
    "an hour before": timedelta(hours=-1),
    "at the slot": timedelta(0),
    "a day after": timedelta(days=1),
}
APART = timedelta(minutes=30)  # between the notice and the first reminder, at least
STALE = timedelta(days=1)  # a reminder that could not be sent for so long is left out

Tell = Callable[[Program, str, str], None]
Post = Callable[[Program, Letter], str]
_log = logging.getLogger(__name__)


def inform(program: Program, row: Publication, *, tell: Tell, post: Post, first: str = "") -> None:
    """Write to the operator and to every account.

    Args:
        program: the run.
        row: the outcome to tell.
        tell: sends the operator a subject and a text.
        post: mails a letter, and returns the error or the empty string.
        first: the notice's first sentence, by default the outcome.
    """
    accounts = _accounts(program)
    subject = f"{program.config.digest.title}: {row.key} {row.state}"
    if program.config.digest.notify.strip().lower() not in {one.address.lower() for one in accounts}:
        tell(program, subject, notice_of(program, row, first=first))
    for account in accounts:
        try:
            trouble = post(program, _letter(program, account, row, subject, first))
        except DigestError as error:
            trouble = str(error)
        if trouble:
            _log.warning("desk: a notice was not sent: %s", trouble)


def remind(program: Program, *, tell: Tell, post: Post) -> None:
    """Write about each held issue whose time for it has come. If several times have passed, the last one counts."""
    for row in _waiting(program):
        due = [name for name, at in _times(program, row) if at <= program.now]
        if due:
            inform(program, row, tell=tell, post=post, first=_reminder(row, program.now))
            with program.store.transaction():
                for name in due:
                    program.store.publications.note_reminder(row.key, name, program.now)


def next_reminder(program: Program) -> datetime | None:
    """When to remind next; it may have passed."""
    return min((at for row in _waiting(program) for _, at in _times(program, row)), default=None)


def _waiting(program: Program) -> list[Publication]:
    """The held issues that nobody has approved, if there is somebody to tell."""
    if not program.config.digest.notify and not _accounts(program):
        return []
    approved = {row.key for row in program.store.publications.approved()}
    return [row for row in program.store.publications.in_state("held") if row.key not in approved]


def _times(program: Program, row: Publication) -> Iterator[tuple[str, datetime]]:
    """The reminders of a held issue that were not sent yet, and their times."""
    sent = program.store.publications.reminders(row.key)
    for name, offset in REMINDERS.items():
        at = row.slot + offset
        if name not in sent and at >= row.at + APART and program.now < at + STALE:
            yield name, at


def _reminder(row: Publication, now: datetime) -> str:
    if now >= row.slot:
        return f"issue {row.key} is still held ({row.reason}), and its slot has passed. It goes out when somebody approves it."
    minutes = -(-int((row.slot - now).total_seconds()) // 60)
    left = f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
    return f"issue {row.key} is still held ({row.reason}). Its slot is in {left}."


def _accounts(program: Program) -> tuple[Account, ...]:
    """The accounts that may use the desk; none where it is switched off."""
    return program.store.desk_accounts.enabled() if program.config.serve.desk else ()


def _letter(program: Program, account: Account, row: Publication, subject: str, first: str) -> Letter:
    """The notice for an account.

    Raises:
        DigestError: the address cannot be put into a message.
    """
    sender, link = imprint(program.config), ""
    if row.state == "held":
        token = new_link(program.store, program.now, who=account.address, account=account.id, lasts=LINK, issue=row.key)
        link = link_to(sender.base_url, token)
    body = notice_of(program, row, first=first, link=link)
    return notice(account.address, subject=subject, body=body, imprint=sender, date=program.now)
