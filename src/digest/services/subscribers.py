"""Manage subscribers: import lists, process bounces, erase people. Each operation is one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from digest.errors import NotFoundError, UsageError
from digest.model import Subscriber
from digest.services.context import Program
from digest.subscribers.csv_io import Person, Refused
from digest.subscribers.inbound import OptOut, Report
from digest.subscribers.tokens import SECRET, Tokens
from digest.text import addresses
from digest.text.addresses import Address

HARD_BOUNCES = 3  # days with a hard bounce after which an address is suspended
STOPPED = ("unsubscribed", "suspended")


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """The result of an import. `stopped` counts known subscribers that the list marks as unsubscribed."""

    added: int
    known: int
    stopped: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounced:
    """The result of processing incoming mail. `reports` counts those not read before; `hard` and `soft` count addresses in them.

    `opted_out` are addresses unsubscribed by a request with a valid token; `unsigned` are the claimed senders of other requests.
    """

    reports: int
    repeated: int
    unreadable: int
    hard: int
    soft: int
    strangers: int
    suspended: tuple[str, ...]
    opted_out: tuple[str, ...]
    unsigned: tuple[str, ...]


class _Rehearsed(Exception):  # noqa: N818  (no error: the end of a dry run)
    """Raised to roll back the transaction of a dry run."""


def enrol(program: Program, people: Iterable[Person | Refused], *, consent: str, dry_run: bool = False) -> Enrolled:
    """Import a list in one transaction.

    Args:
        program: the run.
        people: the parsed lines of the list.
        consent: the note of consent for lines that have none.
        dry_run: report what would happen, and change nothing.
    """
    lines = list(people)  # parsed before the store is locked
    counts = {"added": 0, "known": 0, "stopped": 0}
    refused = []
    with _attempt(program, dry_run=dry_run):
        for one in lines:
            outcome = one if isinstance(one, Refused) else _enrol(program, one, consent)
            if isinstance(outcome, Refused):
                refused.append(outcome)
            else:
                counts[outcome] += 1
    return Enrolled(**counts, refused=tuple(refused))


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A manual change to one person. `was` is empty if they were unknown; `status` is empty if they were erased."""

    address: str
    was: str
    status: str
    messages: int = 0  # deleted from the outbox


def readmit(program: Program, address: Address, *, consent: str, dry_run: bool = False) -> Changed:
    """Lift a suppression manually: the person becomes active, and is added if unknown."""
    subscribers = program.store.subscribers
    person = subscribers.find(address.key)
    with _attempt(program, dry_run=dry_run):
        subscribers.opt_in(address.key, consent=consent)
        subscribers.add(address.text, key=address.key, at=program.now, consent=consent)
    return Changed(address=address.text, was=person.status if person else "", status="active")


def remove(program: Program, address: Address, *, dry_run: bool = False) -> Changed:
    """Unsubscribe a person permanently.

    Raises:
        NotFoundError: no subscriber has this address.
    """
    person = find(program, address)
    with _attempt(program, dry_run=dry_run):
        program.store.subscribers.opt_out(person.id, program.now, reason="unsubscribed")
    return Changed(address=person.address, was=person.status, status="unsubscribed")


def find(program: Program, address: Address) -> Subscriber:
    """The subscriber with this address.

    Raises:
        NotFoundError: no subscriber has it.
    """
    person = program.store.subscribers.find(address.key)
    if person is None:
        raise NotFoundError(
            address.text, "no subscriber has this address", "`digest subscribers list` lists the subscribers"
        )
    return person


def forget(program: Program, address: Address, *, dry_run: bool = False) -> Changed:
    """Erase a person: their row, servers' replies about them, messages to them in the outbox, and freed pages of the store."""
    person, messages = program.store.subscribers.find(address.key), list(_messages_to(program, address))
    if not dry_run:
        with program.store.transaction():
            program.store.subscribers.forget(address.key, program.now)
        program.store.scrub()
        for path in messages:
            path.unlink(missing_ok=True)
    return Changed(address=address.text, was=person.status if person else "", status="", messages=len(messages))


def _messages_to(program: Program, address: Address) -> Iterator[Path]:
    """The messages to an address in the outbox."""
    for folder in ("new", "cur", "tmp"):
        for path in (program.workspace.outbox / folder).glob("*"):
            with path.open("rb") as file:
                to = BytesHeaderParser().parse(file).get_all("To", [])
            if address.key in {found.lower() for _, found in getaddresses([str(one) for one in to])}:
                yield path


def read_returned(program: Program, mails: Iterable[Report | OptOut | None]) -> Bounced:
    """Process bounces and unsubscribe mails: suspend addresses that keep bouncing, and unsubscribe people who asked.

    Each mail counts once, however often it is read.
    """
    read = list(mails)
    with program.store.transaction():
        fresh = [one for one in read if one is not None and program.store.subscribers.heard(one.id, program.now)]
        reports = sorted((one for one in fresh if isinstance(one, Report)), key=lambda one: _when(one, program.now))
        known, suspended = _count(program, reports)
        opted_out, unsigned = _heed(program, [one for one in fresh if isinstance(one, OptOut)])
    hard = sum(len(report.hard) for report in reports)
    unreadable = read.count(None)
    return Bounced(
        reports=len(reports),
        repeated=len(read) - unreadable - len(fresh),
        unreadable=unreadable,
        hard=hard,
        soft=sum(len(report.soft) for report in reports),
        strangers=hard - known,
        suspended=suspended,
        opted_out=opted_out,
        unsigned=unsigned,
    )


def refused(program: Program, number: int) -> str:
    """Count a permanent refusal as a hard bounce. Returns the address if it is now suspended, otherwise the empty string."""
    person, suspended = program.store.subscribers.get(number), list[str]()
    if person is not None:
        _bounced(program, person.address, program.now, suspended)
    return "".join(suspended)


def _count(program: Program, reports: Iterable[Report]) -> tuple[int, tuple[str, ...]]:
    """The number of hard bounces of known subscribers, and the addresses that are suspended because of them."""
    known, suspended = 0, list[str]()
    for report in reports:
        for failed in report.hard:
            known += _bounced(program, failed, _when(report, program.now), suspended)
    return known, tuple(suspended)


def _heed(program: Program, wishes: Iterable[OptOut]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses unsubscribed, and the claimed senders of requests without a valid token."""
    subscribers = program.store.subscribers
    tokens = Tokens(subscribers.secret(SECRET))
    stopped, unsigned = list[str](), dict[str, None]()
    for wish in wishes:
        named = tokens.read("unsubscribe", wish.token)
        if named is None:
            unsigned[wish.sender] = None
            continue
        person = subscribers.named(named)
        if person is not None and person.status != "unsubscribed":
            subscribers.opt_out(person.id, program.now, reason="unsubscribed")
            stopped.append(person.address)
    return tuple(stopped), tuple(unsigned)


def _enrol(program: Program, one: Person, consent: str) -> Refused | str:
    subscribers, key = program.store.subscribers, one.address.key
    outcome = subscribers.add(
        one.address.text,
        key=key,
        at=program.now,
        name=one.name,
        status=one.status or "active",
        trends=one.trends,
        consent=one.consent or consent,
    )
    if outcome == "suppressed":
        reason = f"is on the suppression list ({subscribers.suppressed(key)}); if they asked for it again, use `digest subscribers readmit`"
        return Refused(line=one.line, text=one.address.text, reason=reason)
    if outcome == "known" and one.status in STOPPED:
        return "stopped" if _stop(program, key, one.status) else "known"
    return outcome


def _stop(program: Program, key: str, status: str) -> bool:
    person = program.store.subscribers.find(key)
    if person is None or person.status in STOPPED:
        return False
    program.store.subscribers.opt_out(
        person.id, program.now, reason="suspended" if status == "suspended" else "unsubscribed"
    )
    return True


def _bounced(program: Program, failed: str, at: datetime, suspended: list[str]) -> bool:
    """Count one hard bounce; False if the address is unknown."""
    try:
        key = addresses.parse(failed).key
    except UsageError:
        return False
    person = program.store.subscribers.find(key)
    if person is None:
        return False
    if program.store.subscribers.bounced(key, at) >= HARD_BOUNCES and person.status in ("active", "paused"):
        program.store.subscribers.opt_out(person.id, program.now, reason="suspended")
        suspended.append(person.address)
    return True


def _when(report: Report, now: datetime) -> datetime:
    """The report's own date, unless it is in the future."""
    return now if report.date is None else min(report.date, now)


@contextmanager
def _attempt(program: Program, *, dry_run: bool) -> Iterator[None]:
    try:
        with program.store.transaction():
            yield
            if dry_run:
                raise _Rehearsed  # noqa: TRY301  (the transaction undoes what an exception leaves)
    except _Rehearsed:
        return
