"""Tell reviewers that an issue waits for them, remind them before and after its slot, and tell what became of it.

They are the operator whom `notify` names, and the accounts of the desk where it is switched on. Each account gets a mail of its own
with a link that opens the desk on the issue. A notice has the issue in short, what is unusual about it, and what to do next.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from digest.errors import DigestError
from digest.mail.single_letters import notice
from digest.mail.transport import Letter
from digest.model import Issue
from digest.render import subject
from digest.services.context import Program
from digest.services.desk_accounts import link_to, new_link
from digest.services.gate import JUDGED, mail_errors
from digest.services.mail_merge import imprint
from digest.services.status import needed
from digest.storage.archive import ISSUE, Archive, to_json
from digest.storage.db import Store
from digest.storage.db.desk import Account
from digest.storage.db.issues import Publication
from digest.text.clean import one_line, readable
from digest.text.formatting import count

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
FEEDS = 10  # in trouble, that are named
FINDINGS = 5  # of the lint, that are named

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
    """Send the reminders that are due for held issues. If several are overdue for an issue, only the last is sent."""
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


def notice_of(program: Program, row: Publication, *, first: str = "", link: str = "") -> str:
    """The text of a notice. For a held issue, it gives the subject, the lines, what to read first, and what is unusual.

    Args:
        program: the run.
        row: the outcome.
        first: its first sentence, by default the outcome.
        link: opens the desk on the issue; without one, the notice names the commands.
    """
    first = first or f"{row}."
    if row.state != "held":
        return "\n\n".join([first, *_sent(program.archive, row), *_next_need(program, row)]) + "\n"
    try:
        issue = program.archive.read(row.key)
    except DigestError:  # the notice is needed all the more
        return f"{first}\n\n{_what_next(program, row, link)}\n"
    parts = [
        first,
        *([_what_next(program, row, link)] if link else ()),
        *_before(program.store, row),
        *_in_short(issue),
    ]
    parts += [*_unusual(program, issue), *(() if link else [_what_next(program, row, link)])]
    return "\n\n".join(parts) + "\n"


def _sent(archive: Archive, row: Publication) -> Iterator[str]:
    """How many people were mailed, by route."""
    if row.state != "published":
        return
    for route, note in sorted(archive.sent(row.key).items()):
        counts = [f"{number} {state.replace('_', ' ')}" for state, number in note.counts.items() if number]
        yield f"{route}: {', '.join(counts) or 'nobody'}."


def _next_need(program: Program, row: Publication) -> Iterator[str]:
    """What needs the operator now that the issue is out."""
    if row.state == "published":
        yield needed(program)


def _before(store: Store, row: Publication) -> Iterator[str]:
    """The issue that nobody approved in time, whose items are in this one."""
    for one in store.publications.recent(5):
        if one.state == "skipped" and one.reason.endswith(f"went into {row.key}"):
            yield f"Nobody approved {one.key} in time; its items and the decisions on them are in this issue."


def _in_short(issue: Issue) -> Iterator[str]:
    """What the issue says."""
    yield f"Subject: {subject(issue).removeprefix('[draft] ')}"
    if issue.lines:
        yield "\n".join(f"- {readable(one.text)}" for one in issue.lines)
    items = issue.by_id()
    titles = [readable(items[id_].title) for id_ in issue.best if id_ in items]
    if titles:
        yield "\n".join(
            ["Lead, then Read first:", *(f"{place}. {title}" for place, title in enumerate(titles, start=1))]
        )


def _unusual(program: Program, issue: Issue) -> Iterator[str]:
    """How much the issue holds, what the lint and the gate found, and feeds in trouble."""
    shown = issue.receipt.get("shown", 0)
    files = program.archive.files(issue.key)
    size = f" The mail has {len(files[JUDGED[0]].encode()) // 1000} kB." if JUDGED[0] in files else ""
    yield (
        f"{count(issue.size, 'item')}, of which {shown} shown in sections, up to {issue.window.end:%Y-%m-%d %H:%M} UTC.{size}"
    )
    errors = mail_errors({**files, ISSUE: to_json(issue)}, program.config.delivery.base_url)
    if errors:
        yield _listed(f"The mail has {count(len(errors), 'error')}:", [one_line(str(one)) for one in errors], FINDINGS)
    yield from _of_model(issue)
    troubled = [one for one in issue.feeds if one.in_trouble]
    if troubled:
        named = [f"{readable(one.name)}: {readable(one.reason) or one.status}" for one in troubled]
        yield _listed(f"{count(len(troubled), 'feed')} in trouble:", named, FEEDS)


def _of_model(issue: Issue) -> Iterator[str]:
    """What the language model was not allowed to say, or did not write."""
    refused = sum(len(text.refused) for item in issue.items() for text in item.written)
    if refused:
        yield f"{count(refused, 'sentence')} of the language model {'was' if refused == 1 else 'were'} refused, and not printed."
    left = issue.model.left if issue.model else ()
    if left:
        named = [f"{one.task}: {one.count} ({one_line(one.reason, 100)})" for one in left]
        yield _listed("The language model did not write:", named, FINDINGS)


def _listed(heading: str, lines: list[str], most: int) -> str:
    more = [f"- and {len(lines) - most} more"] if len(lines) > most else []
    return "\n".join([heading, *(f"- {one}" for one in lines[:most]), *more])


def _what_next(program: Program, row: Publication, link: str) -> str:
    when = f" at its slot, {row.slot:%Y-%m-%d %H:%M} UTC" if row.slot > program.now else ""
    people = count(program.store.subscribers.counts().get("active", 0), "person", "people")
    if link:
        return f"Review it, and let it go out to {people}{when}:\n\n{link}\n\nThe link signs you in, once, within a day. Do not forward it."
    place = program.workspace.root.absolute()
    return (
        f"Let it go out to {people}{when}:\n\n    digest -C {place} approve {row.key}\n\n"
        f"Review and edit it in a browser:\n\n    digest -C {place} desk --open"
    )
