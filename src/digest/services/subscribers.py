"""Who gets the mail: lists taken in, delivery reports counted, people forgotten. Each is one transaction. Sends nothing."""

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

HARD_BOUNCES = 3  # on so many days, and no more mail goes there
STOPPED = ("unsubscribed", "suspended")


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """What became of a list. `stopped` were known, and the list says that they must not be mailed."""

    added: int
    known: int
    stopped: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounced:
    """What mail that came in said. `reports` are those not read before; `hard` and `soft` count addresses in them.

    `opted_out` are those whose wish bore their token; of `unsigned` wishes, these are the senders that they claim.
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
    """Undoes a transaction that was only tried."""


def enrol(program: Program, people: Iterable[Person | Refused], *, consent: str, dry_run: bool = False) -> Enrolled:
    """Take a list in, all of it in one transaction; with `dry_run`, say what would become of it.

    Args:
        program: what it works on.
        people: the list's lines.
        consent: what is noted of those whose line says nothing of it.
        dry_run: change nothing.
    """
    lines = list(people)  # checked before the store is held
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
    """What became of one person by hand. `was` is empty for one who was unknown, as `status` is for one who was erased."""

    address: str
    was: str
    status: str
    messages: int = 0  # that were deleted from the outbox


def readmit(program: Program, address: Address, *, consent: str, dry_run: bool = False) -> Changed:
    """Lift a suppression by hand: the person is active again, and added where they are unknown."""
    subscribers = program.store.subscribers
    person = subscribers.find(address.key)
    with _attempt(program, dry_run=dry_run):
        subscribers.opt_in(address.key, consent=consent)
        subscribers.add(address.text, key=address.key, at=program.now, consent=consent)
    return Changed(address=address.text, was=person.status if person else "", status="active")


def remove(program: Program, address: Address, *, dry_run: bool = False) -> Changed:
    """Stop a person's mail for good.

    Raises:
        NotFoundError: nobody has this address.
    """
    person = find(program, address)
    with _attempt(program, dry_run=dry_run):
        program.store.subscribers.opt_out(person.id, program.now, reason="unsubscribed")
    return Changed(address=person.address, was=person.status, status="unsubscribed")


def find(program: Program, address: Address) -> Subscriber:
    """The person with an address.

    Raises:
        NotFoundError: nobody has it.
    """
    person = program.store.subscribers.find(address.key)
    if person is None:
        raise NotFoundError(address.text, "nobody has this address", "`digest subscribers list` shows who is known")
    return person


def forget(program: Program, address: Address, *, dry_run: bool = False) -> Changed:
    """Erase a person everywhere: their row, servers' words about them, messages to them in the outbox, freed pages of the store."""
    person, messages = program.store.subscribers.find(address.key), list(_messages_to(program, address))
    if not dry_run:
        with program.store.transaction():
            program.store.subscribers.forget(address.key, program.now)
        program.store.scrub()
        for path in messages:
            path.unlink(missing_ok=True)
    return Changed(address=address.text, was=person.status if person else "", status="", messages=len(messages))


def _messages_to(program: Program, address: Address) -> Iterator[Path]:
    """What lies in the outbox for an address."""
    for folder in ("new", "cur", "tmp"):
        for path in (program.workspace.outbox / folder).glob("*"):
            with path.open("rb") as file:
                to = BytesHeaderParser().parse(file).get_all("To", [])
            if address.key in {found.lower() for _, found in getaddresses([str(one) for one in to])}:
                yield path


def read_returned(program: Program, mails: Iterable[Report | OptOut | None]) -> Bounced:
    """Count delivery reports, suspend whom mail never reaches, and stop the mail of who asked for that by mail.

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
    """Count a server's final word against a subscriber's address as a hard bounce; the address, if it is suspended for that."""
    person, suspended = program.store.subscribers.get(number), list[str]()
    if person is not None:
        _bounced(program, person.address, program.now, suspended)
    return "".join(suspended)


def _count(program: Program, reports: Iterable[Report]) -> tuple[int, tuple[str, ...]]:
    """How many hard bounces were of people we know, and who is suspended for them."""
    known, suspended = 0, list[str]()
    for report in reports:
        for failed in report.hard:
            known += _bounced(program, failed, _when(report, program.now), suspended)
    return known, tuple(suspended)


def _heed(program: Program, wishes: Iterable[OptOut]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is unsubscribed now, and the claimed senders of wishes that bear no token of ours."""
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
        reason = (
            f"is on the suppression list ({subscribers.suppressed(key)}); `digest subscribers readmit` takes them back"
        )
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
    """Count one hard bounce; False where the address is nobody's."""
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
    """The report's own date, unless it lies in the future."""
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
