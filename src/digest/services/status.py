"""Report the health of a workspace: lines for people, facts for programs, problems and alarms. Changes nothing.

A problem needs a person: a feed fails, or an issue is held. An alarm needs a supervisor: the daemon is dead, or an issue is late.
Each section is a function listed in `SECTIONS`. `needed` names the one thing that needs the operator first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.config import Config
from digest.model import Delivery, Workspace
from digest.schedule.due import coming, missed
from digest.services.baseline import standings
from digest.services.context import Program, due_slot, standing
from digest.services.feed_health import health
from digest.services.label_checks import label_checks, label_checks_words
from digest.services.rounds import next_letters
from digest.services.store import warning
from digest.services.teach import precision, precision_words
from digest.storage.db import Store
from digest.storage.files import heartbeat
from digest.storage.files.heartbeat import Beat
from digest.text.formatting import count

SILENT = timedelta(minutes=2)  # without a heartbeat, the daemon is considered dead
LONGEST_STEP = timedelta(hours=2)
LATE = timedelta(hours=1)  # after its slot, an issue is considered late
LISTED = 10
_AWAITED = ("in_doubt", "offered")
_SETTLED = ("refused", "expired")
NOTHING = "Nothing needs you."
# Where to act on a problem that does not name a command itself.
_COMMANDS = {
    "config": "digest status",
    "runs": "digest run",
    "mail": "digest send --dry-run",
    "feeds": "digest feeds check",
    "lessons": "digest teach --review 20",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One part of the status."""

    name: str
    lines: tuple[str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


def status(program: Program) -> tuple[Section, ...]:
    """All sections, in the order in which they are shown."""
    return tuple(section(program) for section in SECTIONS)


def config(program: Program) -> Section:
    """The configuration."""
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
        f"daemon: {_doing(program.config, beat)}" if beat else "daemon: not running",
        f"last collect: {_local(program.config, collected) if collected else 'never'}",
        *(f"{_local(program.config, row.at)}  {row}" for row in recent),
        f"next slot: {next_slot.key}, {_local(program.config, next_slot.at)} ({next_slot.at:%Y-%m-%d %H:%M} UTC)",
    ]
    approved = {row.key: row for row in program.store.publications.approved()}
    lines += [f"approved: {key} goes out {_local(program.config, row.slot)}" for key, row in approved.items()]
    held = tuple(
        f"{row}; approve it with `digest approve`"
        for row in program.store.publications.in_state("held")
        if row.key not in approved
    )
    return Section(
        name="runs",
        lines=tuple(lines),
        facts={"daemon": beat, "last_collect": collected, "publications": recent, "next": next_slot},
        problems=(*held, *_unfinished(program.workspace), *_stalled(program.config, program.now, collected)),
        alarms=alarms(program),
    )


def alarms(program: Program) -> tuple[str, ...]:
    """What a supervisor should know; empty if all is well. Cheap enough to be called every few seconds."""
    found = []
    beat = heartbeat.read(program.workspace.state)
    if beat and program.now - beat.at > SILENT:
        found.append(
            f"the daemon (process {beat.process}) has given no sign of life since {_local(program.config, beat.at)}"
        )
    if beat and beat.doing and program.now - beat.since > LONGEST_STEP:
        found.append(f"the daemon (process {beat.process}) is {beat.doing} since {_local(program.config, beat.since)}")
    found += warning(program.store, program.now)
    slot = due_slot(program, program.now)
    if (
        slot
        and program.now - slot.at > LATE
        and not missed(slot, standing(program), program.now, program.config.digest.catch_up)
    ):
        found.append(f"issue {slot.key} was due {_local(program.config, slot.at)} and is not published")
    return tuple(found)


def mail(program: Program) -> Section:
    """Messages that are waiting, in doubt or refused, each with the server's reply."""
    rows = list(program.store.ledger.open_rows())
    keys = dict.fromkeys(row.issue for row in rows if row.state in _AWAITED)
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
        lines=(summary or "nothing is waiting", *_waiting(program.config, rows), *words[:LISTED], *more),
        facts={"counts": dict(counts), "open": listed},
        problems=(
            *([f"{count(doubt, 'message')} in doubt; {_ways_out(keys)}"] if doubt else []),
            *_paused(program.config, program.store),
        ),
    )


def letters(program: Program) -> Section:
    """When readers' own letters are due next; empty if nobody gets any."""
    coming, config = next_letters(program), program.config
    lost = program.store.letters.lost() if coming else None
    lines = []
    if coming and lost is None:
        lines.append(
            f"next letters: {_local(config, coming.at)}, for {count(coming.readers, 'reader')} (of {coming.all} who get letters)"
        )
    if lost is not None:
        lines.append(
            "letters wait for the next collect: another store, which was lost, sent some that this one does not know"
        )
    return Section(name="letters", lines=tuple(lines), facts={"next": coming, "lost": lost})


def feeds(program: Program) -> Section:
    """Feeds that fail, or that behave unusually."""
    found = health(program)
    trouble = tuple(f"{one.name}: {one.sentence}" for one in found if one.sentence)
    fetched = program.store.feeds.last_fetches(until=program.now)
    never = sum(one.url not in fetched for one in program.config.feeds)
    well = max(0, len(found) - len(trouble) - never)
    usual = (f"{count(well, 'feed')} of {len(found)} as usual",) if well or not never else ()
    unfetched = (f"{count(never, 'feed')} never fetched",) if never else ()
    return Section(
        name="feeds",
        lines=(*usual, *unfetched, *trouble),
        facts={"health": found},
        problems=trouble,
    )


def lessons(program: Program) -> Section:
    """How often the labels that the editor reviewed were right."""
    found = precision(program.lessons)
    checks = label_checks(program.lessons, program.edits, program.now)
    lines = tuple(filter(None, (precision_words(found), label_checks_words(checks))))
    return Section(name="lessons", lines=lines, facts={"precision": found, "checks": checks})


SECTIONS: tuple[Callable[[Program], Section], ...] = (config, runs, mail, letters, feeds, lessons)


def _doing(config: Config, beat: Beat) -> str:
    doing = f"{beat.doing} since {_local(config, beat.since)}" if beat.doing else "asleep"
    then = f", wakes {_local(config, beat.next)}" if beat.next and not beat.doing else ""
    return f"process {beat.process}, {doing}{then}"


def _unfinished(workspace: Workspace) -> tuple[str, ...]:
    name = heartbeat.last(workspace.state)
    return (f"the last {name} failed or was interrupted; run `digest {name}` to see why",) if name else ()


def _stalled(config: Config, now: datetime, collected: datetime | None) -> tuple[str, ...]:
    every = config.digest.collect_every
    if collected is None or now - collected <= 2 * every + LATE:
        return ()
    return (f"nothing has been collected since {_local(config, collected)}",)


def _told(row: Delivery, latest: str | None) -> bool:
    """Whether a message is listed: it is in doubt, waiting after an attempt, or given up in the latest issue."""
    if row.state == "pending":
        return bool(row.reply)
    return row.state in _AWAITED or (row.issue == latest and row.state in _SETTLED)


def _ways_out(keys: Iterable[str]) -> str:
    """What to do about messages in doubt, for each issue or round that has any."""
    told = " and ".join(f"`digest send {key} --in-doubt`" for key in keys)
    return f"send again with {told}, or say who has it with `--received ADDR`"


def _paused(config: Config, store: Store) -> Iterator[str]:
    for one in store.pauses.all():
        by = f" by {one.by}" if one.by else ""
        since = _local(config, one.at)
        yield f"{one.issue}: its mailing is paused{by} since {since}; continue it with `digest send {one.issue} --resume`"


def _waiting(config: Config, rows: list[Delivery]) -> tuple[str, ...]:
    retries = [row.retry_at for row in rows if row.state == "pending" and row.retry_at]
    return (f"next retry: {_local(config, min(retries))}",) if retries else ()


def _local(config: Config, instant: datetime) -> str:
    local = instant.astimezone(ZoneInfo(config.digest.timezone))
    return f"{local:%a %Y-%m-%d %H:%M}"


def needed(program: Program) -> str:
    """`Nothing needs you.`, or the first alarm or problem with its command; without any, a baseline that was drafted and not signed."""
    return first(status(program)) or _unsigned(program.workspace) or NOTHING


def first(sections: Sequence[Section]) -> str:
    """The first alarm, or else the first problem, with its command; empty if there is none."""
    found = [(section.name, told) for section in sections for told in section.alarms]
    found += [(section.name, told) for section in sections for told in section.problems]
    if not found:
        return ""
    name, told = found[0]
    rest = f" ({len(found) - 1} more: `digest status`)" if len(found) > 1 else ""
    act = "" if "`digest " in told else f"; see to it with `{_COMMANDS[name]}`"
    return f"One thing needs you: {told}{act}{rest}"


def _unsigned(workspace: Workspace) -> str:
    drafted = next((one for one in standings(workspace) if one.draft), None)
    return f"The next baseline of {drafted.name} waits for you: `digest baseline sign {drafted.id}`" if drafted else ""
