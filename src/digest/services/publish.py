"""Publish: build, judge, close and mail the issue that is due, then notify the operator.

Each step happens once, however often this runs and wherever it was killed.

publish     read back what the archive holds
            a slot that was missed for longer than catch_up   skip it; its items go to the next issue
            an issue that was approved before its slot        close
            the slot that is due                              build | judge | close, hold or skip
            the last closed issue, if nobody mailed it        judge | mail
            mail that is waiting                              continue, with the workspace unlocked meanwhile
            readers' letters whose hour has come              make | mail, also if the issue could not be built
            notify reviewers of held and skipped issues, and of what became of them; ping when an issue was published

What is done depends on the store and the clock only. The functions that lint, mail, notify and ping are arguments.
"""

import logging
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from digest.config import Config
from digest.model import Issue
from digest.schedule.due import coming, missed
from digest.schedule.slots import Ahead
from digest.services.approval import APPROVED, close_approved, close_held, decide, held_row, mailed_before, missed_row
from digest.services.build import Collector, build, collect_all, read_back
from digest.services.collect import Fetched, Listener, silent
from digest.services.context import Program, due_slot, standing
from digest.services.effects import Effects
from digest.services.gate import Ruling, ruling
from digest.services.mailing_decisions import unpause
from digest.services.reviewers import inform, next_reminder, remind
from digest.services.rounds import ROUND, next_round
from digest.services.send import refuse_nobody
from digest.services.send_letters import due_rounds, make_round
from digest.services.site import write_overviews
from digest.services.status import needed
from digest.services.transports import routes
from digest.storage.archive import ISSUE, to_json
from digest.storage.db.issues import IssueRow, Publication
from digest.text.formatting import count

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What one run did: the slots with a new outcome, and the feeds that were fetched.

    `ahead` is the slot of an issue that was approved before it; `rounds` are the keys of letters that were sent.
    """

    news: tuple[Publication, ...]
    fetched: tuple[Fetched, ...]
    rounds: tuple[str, ...] = ()
    ahead: datetime | None = None


def publish(
    program: Program, effects: Effects, *, listener: Listener = silent, collector: Collector = collect_all
) -> Published:
    """Do what is due and not yet done.

    Args:
        program: the run.
        effects: mails and notifies.
        listener: called with each feed that was fetched.
        collector: fetches the feeds before an issue is made.

    Raises:
        DigestError: an issue could not be built or mailed. Nothing is lost; the same call continues later.
    """
    read_back(program)
    rounds: tuple[str, ...] = ()
    try:
        close_approved(program)
        fetched = _make(program, effects, listener, collector)
        _release(program, effects)
        _mail(program, effects)
        look(program)
    finally:
        try:
            rounds = _letters(program, effects)
        finally:
            news = _tell(program, effects)
    remind(program, tell=effects.tell, post=effects.post)
    return Published(news=news, fetched=fetched, rounds=rounds)


def _letters(program: Program, effects: Effects) -> tuple[str, ...]:
    """Make the letters that are due, and mail them; continue those of earlier runs."""
    make_round(program, in_shards=effects.in_shards)
    rounds = due_rounds(program)
    for key in rounds:
        with program.released():
            effects.letters(program, key)
    return rounds


def look(program: Program) -> None:
    """If nothing is due now, record so: a slot that an edit then moves into the past was not missed."""
    if due_slot(program, program.instant()) is None:
        with program.store.transaction():
            program.store.publications.look(program.instant())


def approve(program: Program, effects: Effects, key: str, *, by: str = "", at_once: bool = False) -> Published:
    """Approve a held issue: close it at its cutoff, and mail it; before its slot, let the run at the slot do so.

    Args:
        program: the run.
        effects: mails and notifies.
        key: the issue.
        by: who approves it.
        at_once: close and mail it even before its slot.

    Raises:
        NotFoundError: it is not held.
        UsageError: a secret, a key or an address is not where the configuration says; nothing was changed.
        DigestError: it could not be closed or mailed.
    """
    read_back(program)
    row = held_row(program.store, key)
    routes(program.workspace, program.config)  # a missing secret or key is told before anything changes
    if program.now < row.slot and not at_once:
        with program.store.transaction():
            program.store.publications.approve(key, program.now, by)
        return Published(news=(), fetched=(), ahead=row.slot)
    sending = close_held(program, row)
    try:
        _send(program, effects, sending)
    finally:
        news = _tell(program, effects)
    return Published(news=news, fetched=())


def resume(program: Program, effects: Effects, key: str) -> Published:
    """Send a closed issue to those who have not received it, as `digest send` does; what was paused continues.

    Raises:
        NotFoundError: there is no such issue, or nobody to send it to.
        DigestError: it could not be mailed.
    """
    unpause(program.store, key)
    row = program.store.publications.get(key)
    if row is None or row.state != "sending":
        refuse_nobody(program)
        with program.released():
            effects.send(program, key)
        return Published(news=(), fetched=())
    try:
        _send(program, effects, row)
    finally:
        news = _tell(program, effects)
    return Published(news=news, fetched=())


def _make(program: Program, effects: Effects, listener: Listener, collector: Collector) -> tuple[Fetched, ...]:
    """Build the issue that is due, or finish the one that a killed run left."""
    now = program.instant()
    slot = due_slot(program, now)
    if slot is not None and missed(slot, standing(program), now, program.config.digest.catch_up):
        late = now - slot.at
        reason = f"missed by {count(late.days, 'day')} and {count(late.seconds // 3600, 'hour')}; its items go to the next issue"
        decide(program.store, Publication(key=slot.key, slot=slot.at, state="skipped", reason=reason, at=now))
        return ()
    if slot is None and program.store.issues.making() is None:
        # The run that closed it may have been killed before it wrote the archive's pages.
        if _unreleased(program) is not None:
            write_overviews(program)
        return ()
    return build(
        program,
        listener=listener,
        judge=lambda issue, files: _judge(program.config, effects, issue, files),
        collector=collector,
    ).fetched


def _judge(config: Config, effects: Effects, issue: Issue, files: Mapping[str, str]) -> Ruling | None:
    """Why an issue must not be published, or None."""
    errors = effects.lint({**files, ISSUE: to_json(issue)}, config.delivery.base_url)
    return ruling(issue, errors, config)


def _release(program: Program, effects: Effects) -> None:
    """Queue the last closed issue for mailing, unless that was decided before or its slot is too long ago."""
    last = _unreleased(program)
    if last is None:
        return
    row = Publication(key=last.key, slot=last.slot, state="sending", reason="", at=program.now)
    if mailed_before(program.archive, program.store, last.key):
        row = replace(row, state="published", reason="mailed before the store was lost", told=True)
    elif ruling := _judge(program.config, effects, program.archive.read(last.key), program.archive.files(last.key)):
        row = replace(row, state=ruling.state, reason=ruling.reason)
    decide(program.store, row)


def _unreleased(program: Program) -> IssueRow | None:
    """The last closed issue, if its mailing is not decided yet and its slot is not too long ago."""
    last = program.store.issues.last_closed()
    decided = last is None or program.store.publications.get(last.key) is not None
    return None if last is None or decided or missed_row(program.config, program.now, last) else last


def waiting(program: Program) -> datetime | None:
    """The earliest instant at which `publish` has unfinished work apart from slots, or None."""
    store = program.store
    unmailed = _unreleased(program) is not None
    sending = bool(_going(program))
    due = due_slot(program, program.instant())
    ahead = due is not None and due.at > program.now
    if unmailed or sending or ahead or store.issues.making() or store.publications.untold():
        return program.now
    paused = store.pauses.keys()
    put_off = (instant for key, instant in store.ledger.put_off_until().items() if key not in paused)
    later = [*put_off, *(row.slot for row in store.publications.approved())]
    reminder = next_reminder(program)
    others = (one for one in (reminder, next_round(program)) if one is not None)
    return min((*later, *_next_review(program), *others), default=None)


def _next_review(program: Program) -> Iterator[datetime]:
    """When the window of the coming slot's issue ends, if that is before the slot."""
    if isinstance(program.timetable, Ahead):
        begins = program.timetable.review_of(coming(program.timetable, standing(program), program.now))
        if begins > program.now:
            yield begins


def _mail(program: Program, effects: Effects) -> None:
    """Continue every mailing that `publish` began, and retry every message whose retry is due, but nothing that is paused."""
    going = _going(program)
    for row in going:
        _send(program, effects, row)
    for key in _retried(program, {row.key for row in going}):
        with program.released():
            effects.send(program, key)


def _retried(program: Program, going: AbstractSet[str]) -> list[str]:
    """The issues whose mailing has ended, except for messages to be tried again now."""
    others, until = going | program.store.pauses.keys(), program.store.ledger.put_off_until()
    return [key for key, at in until.items() if at <= program.now and key not in others and not key.startswith(ROUND)]


def mailings(program: Program) -> tuple[str, ...]:
    """The issues and rounds whose mailing began and that have messages to send now."""
    going = [row.key for row in _going(program)]
    return (*going, *_retried(program, set(going)), *due_rounds(program))


def _going(program: Program) -> list[Publication]:
    """The mailings that `publish` began and should continue, without paused ones."""
    paused, rows = program.store.pauses.keys(), program.store.publications.in_state("sending")
    return [row for row in rows if row.key not in paused and not missed_row(program.config, program.now, row)]


def _send(program: Program, effects: Effects, row: Publication) -> None:
    """Mail an issue. Sending has its own lock, so that a long list does not block collecting."""
    with program.released():
        unfinished = effects.send(program, row.key) or program.store.pauses.get(row.key) is not None
    # Otherwise another run has recorded it meanwhile.
    if not unfinished and program.store.publications.get(row.key) == row:
        decide(program.store, replace(row, state="published", at=program.now))


def _tell(program: Program, effects: Effects) -> tuple[Publication, ...]:
    """Notify the operator and the desk's accounts of every new outcome, once; of a published issue only if somebody approved it."""
    news = program.store.publications.untold()
    for row in news:
        _log.log(logging.INFO if row.state == "published" else logging.WARNING, "%s", row, extra={"key": row.key})
        if row.state == "published":
            _log.info("%s", needed(program), extra={"key": row.key})
            effects.ping(program.config.digest.ping_url)
        if row.state != "published" or row.reason == APPROVED:
            inform(program, row, tell=effects.tell, post=effects.post)
        with program.store.transaction():
            program.store.publications.mark_told(row.key)
    return news
