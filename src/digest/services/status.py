"""Is all well? Sections of lines for people, facts for programs, problems and alarms. Changes nothing, asks nobody.

A problem wants a person: a feed that fails, an issue that is held. An alarm wants a supervisor: the daemon is dead, or an issue is
late. Each section is one function; a further one is a line in `SECTIONS`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.model import Delivery
from digest.schedule.due import coming, missed
from digest.services.context import Program
from digest.services.due import due_slot, standing
from digest.services.feed_health import health
from digest.services.publish import line
from digest.services.teach import precision, precision_words
from digest.storage.files import heartbeat
from digest.storage.files.heartbeat import Beat
from digest.text.formatting import count

SILENT = timedelta(minutes=2)  # without a sign of the daemon: it is dead, or the machine is
LONGEST_STEP = timedelta(hours=2)
LATE = timedelta(hours=1)  # after its slot, an issue should be out
LISTED = 10
_AWAITED = ("in_doubt", "offered")
_SETTLED = ("refused", "expired")


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One part of the status."""

    name: str
    lines: tuple[str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


def status(program: Program) -> tuple[Section, ...]:
    """Every section, in the order they are read."""
    return tuple(section(program) for section in SECTIONS)


def config(program: Program) -> Section:
    """What the program was told to do."""
    settings, delivery = program.config.digest, program.config.delivery
    way = f"smtp to {delivery.smtp.host}:{delivery.smtp.port}" if delivery.smtp else f"into {program.workspace.outbox}"
    active = program.store.subscribers.counts().get("active", 0)
    return Section(
        name="config",
        lines=(
            f"{program.workspace.config}: {count(len(program.config.feeds), 'feed')}, {settings.cadence}, {settings.timezone}",
            f"mail: {way}, {count(active, 'active subscriber')}",
        ),
        facts={
            "path": program.workspace.config,
            "feeds": len(program.config.feeds),
            "cadence": settings.cadence,
            "timezone": settings.timezone,
            "smtp": delivery.smtp is not None,
            "subscribers": active,
        },
    )


def runs(program: Program) -> Section:
    """The daemon, the last collect, and the slots: past, due and next."""
    beat = heartbeat.read(program.workspace.state)
    collected = program.store.feeds.last_collect()
    recent = program.store.publications.recent(3)
    next_slot = coming(program.timetable, standing(program), program.now)
    lines = [
        f"daemon: {_doing(program, beat)}" if beat else "daemon: none runs here",
        f"last collect: {_local(program, collected) if collected else 'never'}",
        *(f"{_local(program, row.at)}  {line(row)}" for row in recent),
        f"next slot: {next_slot.key}, {_local(program, next_slot.at)} ({next_slot.at:%Y-%m-%d %H:%M} UTC)",
    ]
    held = tuple(line(row) + "; `digest approve` lets it go out" for row in program.store.publications.in_state("held"))
    return Section(
        name="runs",
        lines=tuple(lines),
        facts={"daemon": beat, "last_collect": collected, "publications": recent, "next": next_slot},
        problems=(*held, *_stalled(program, collected)),
        alarms=alarms(program),
    )


def alarms(program: Program) -> tuple[str, ...]:
    """What a supervisor should know; nothing when all is well. Cheap enough to be asked every few seconds."""
    found = []
    beat = heartbeat.read(program.workspace.state)
    if beat and program.now - beat.at > SILENT:
        found.append(f"the daemon (process {beat.process}) gave no sign since {_local(program, beat.at)}")
    if beat and beat.doing and program.now - beat.since > LONGEST_STEP:
        found.append(f"the daemon (process {beat.process}) is {beat.doing} since {_local(program, beat.since)}")
    slot = due_slot(program, program.now)
    if (
        slot
        and program.now - slot.at > LATE
        and not missed(slot, standing(program), program.now, program.config.digest.catch_up)
    ):
        found.append(f"issue {slot.key} was due {_local(program, slot.at)} and is not made")
    return tuple(found)


def mail(program: Program) -> Section:
    """Messages that wait, are in doubt, or were refused, each with the server's words."""
    rows = list(program.store.ledger.open_rows())
    last = program.store.issues.last_closed()
    listed = [row for row in rows if _told(row, last.key if last else None)]
    counts = Counter("in_doubt" if row.state == "offered" else row.state for row in rows)
    words = [
        f"{row.issue} {row.state.replace('_', ' ')}: {row.address or row.route} ({row.reply or 'no answer'})"
        for row in listed
    ]
    more = [f"and {len(words) - LISTED} more"] if len(words) > LISTED else []
    summary = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(counts.items()))
    doubt = counts["in_doubt"]
    return Section(
        name="mail",
        lines=(summary or "nothing waits", *_waiting(program, rows), *words[:LISTED], *more),
        facts={"counts": dict(counts), "open": listed},
        problems=(f"{count(doubt, 'message')} in doubt; `digest send --in-doubt` sends again",) if doubt else (),
    )


def feeds(program: Program) -> Section:
    """Feeds in trouble, or not as they usually are."""
    found = health(program)
    trouble = tuple(f"{one.name}: {one.sentence}" for one in found if one.sentence)
    well = len(found) - len(trouble)
    return Section(
        name="feeds",
        lines=(f"{count(well, 'feed')} of {len(found)} as usual", *trouble),
        facts={"health": found},
        problems=trouble,
    )


def lessons(program: Program) -> Section:
    """How often the labels that the editor was asked about were right."""
    found = precision(program.lessons)
    return Section(name="lessons", lines=(precision_words(found),), facts={"precision": found})


SECTIONS: tuple[Callable[[Program], Section], ...] = (config, runs, mail, feeds, lessons)


def _doing(program: Program, beat: Beat) -> str:
    doing = f"{beat.doing} since {_local(program, beat.since)}" if beat.doing else "asleep"
    then = f", wakes {_local(program, beat.next)}" if beat.next and not beat.doing else ""
    return f"process {beat.process}, {doing}{then}"


def _stalled(program: Program, collected: datetime | None) -> tuple[str, ...]:
    every = program.config.digest.collect_every
    if collected is None or program.now - collected <= 2 * every + LATE:
        cutoff = program.store.issues.last_cutoff()
        if cutoff and cutoff > program.now + LATE:
            return (f"the last issue's cutoff, {_local(program, cutoff)}, lies ahead of the clock",)
        return ()
    return (f"nothing was collected since {_local(program, collected)}",)


def _told(row: Delivery, latest: str | None) -> bool:
    """Whether one message is named: in doubt, waiting after a try, or given up, of the latest issue."""
    if row.state == "pending":
        return bool(row.reply)
    return row.state in _AWAITED or (row.issue == latest and row.state in _SETTLED)


def _waiting(program: Program, rows: list[Delivery]) -> tuple[str, ...]:
    retries = [row.retry_at for row in rows if row.state == "pending" and row.retry_at]
    return (f"next try: {_local(program, min(retries))}",) if retries else ()


def _local(program: Program, instant: datetime) -> str:
    local = instant.astimezone(ZoneInfo(program.config.digest.timezone))
    return f"{local:%a %Y-%m-%d %H:%M}"
