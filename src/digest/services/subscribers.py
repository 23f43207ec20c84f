"""Manage subscribers: import lists, count bounces, erase people. Each operation is one transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from digest.config import Config, DigestSettings
from digest.errors import NotFoundError
from digest.model import Subscriber, Trend, Workspace
from digest.services.context import Program
from digest.services.preferences import default_preferences, prefer
from digest.storage.db import Store
from digest.subscribers import csv_io
from digest.subscribers.csv_io import Person, Refused
from digest.text.addresses import Address

HARD_BOUNCES = 3  # days with a hard bounce after which an address is suspended
STOPPED = ("unsubscribed", "suspended")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What would happen to one line."""

    line: int
    address: str
    fate: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """The result of an import.

    `inactive` counts those of the added who get no mail, since the list says so; `stopped` counts known subscribers that it marks as
    unsubscribed.
    """

    added: int
    inactive: int
    known: int
    stopped: int
    refused: tuple[Refused, ...]
    fates: tuple[Fate, ...] = ()  # of every accepted line, in a dry run


class _Rehearsed(Exception):  # noqa: N818  (no error: the end of a dry run)
    """Raised to roll back the transaction of a dry run."""


def enrol(
    store: Store,
    settings: DigestSettings,
    now: datetime,
    people: Iterable[Person | Refused],
    *,
    consent: str,
    dry_run: bool = False,
) -> Enrolled:
    """Import a list in one transaction.

    Args:
        store: where the subscribers are.
        settings: the digest's, with the default preferences.
        now: the instant of the import.
        people: the parsed lines of the list.
        consent: the note of consent for lines that have none.
        dry_run: report what would happen, and change nothing.
    """
    lines = list(people)  # parsed before the store is locked
    counts = {"added": 0, "inactive": 0, "known": 0, "stopped": 0}
    refused: list[Refused] = []
    fates: list[Fate] = []
    with attempt(store, dry_run=dry_run):
        for one in lines:
            outcome = one if isinstance(one, Refused) else _enrol(store, settings, now, one, consent)
            if isinstance(outcome, Refused):
                refused.append(outcome)
            else:
                counts[outcome] += 1
                counts["inactive"] += (
                    outcome == "added" and isinstance(one, Person) and one.status not in (None, "active")
                )
            if dry_run and isinstance(one, Person) and isinstance(outcome, str):
                fates.append(Fate(line=one.line, address=one.address.text, fate=outcome, status=one.status or "active"))
    return Enrolled(**counts, refused=tuple(refused), fates=tuple(fates))


def read_list(content: bytes, config: Config, trends: Mapping[str, Trend]) -> Iterator[Person | Refused]:
    """The persons and refused lines of a list for this digest."""
    settings = config.digest
    default = default_preferences(settings)
    return csv_io.read(content, csv_io.Known(trends=trends, default=default, zone=settings.timezone))


def written_list(config: Config, store: Store) -> Iterator[str]:
    """The lines of a list of all subscribers, which `read_list` accepts."""
    settings = config.digest
    chosen = dict(store.preferences.chosen(default=default_preferences(settings)))
    return csv_io.write(store.subscribers.all(), chosen, zone=settings.timezone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A manual change to one person. `was` is empty if they were unknown; `status` is empty if they were erased."""

    address: str
    was: str
    status: str
    messages: int = 0  # deleted from the outbox


def readmit(store: Store, now: datetime, address: Address, *, consent: str, dry_run: bool = False) -> Changed:
    """Lift a suppression manually: the person becomes active, and is added if unknown."""
    subscribers = store.subscribers
    person = subscribers.find(address.key)
    with attempt(store, dry_run=dry_run):
        subscribers.opt_in(address.key, consent=consent)
        subscribers.add(address.text, key=address.key, at=now, consent=consent)
    return Changed(address=address.text, was=person.status if person else "", status="active")


def remove(store: Store, now: datetime, address: Address, *, dry_run: bool = False) -> Changed:
    """Unsubscribe a person permanently.

    Raises:
        NotFoundError: no subscriber has this address.
    """
    person = find(store, address)
    with attempt(store, dry_run=dry_run):
        store.subscribers.opt_out(person.id, now, reason="unsubscribed")
    return Changed(address=person.address, was=person.status, status="unsubscribed")


def find(store: Store, address: Address) -> Subscriber:
    """The subscriber with this address.

    Raises:
        NotFoundError: no subscriber has it.
    """
    person = store.subscribers.find(address.key)
    if person is None:
        raise NotFoundError(
            address.text, "no subscriber has this address", "`digest subscribers list` lists the subscribers"
        )
    return person


def forget(program: Program, address: Address, *, dry_run: bool = False) -> Changed:
    """Erase a person: their row, servers' replies about them, messages to them in the outbox, and freed pages of the store."""
    person, messages = program.store.subscribers.find(address.key), list(_messages_to(program.workspace, address))
    if not dry_run:
        with program.store.transaction():
            program.store.subscribers.forget(address.key, program.now)
        program.store.scrub()
        for path in messages:
            path.unlink(missing_ok=True)
    return Changed(address=address.text, was=person.status if person else "", status="", messages=len(messages))


def _messages_to(workspace: Workspace, address: Address) -> Iterator[Path]:
    """The messages to an address in the outbox."""
    for folder in ("new", "cur", "tmp"):
        for path in (workspace.outbox / folder).glob("*"):
            with path.open("rb") as file:
                to = BytesHeaderParser().parse(file).get_all("To", [])
            if address.key in {found.lower() for _, found in getaddresses([str(one) for one in to])}:
                yield path


def refused(store: Store, now: datetime, number: int) -> str:
    """Count a permanent refusal as a hard bounce. Returns the address if it is now suspended, otherwise the empty string."""
    person, suspended = store.subscribers.get(number), list[str]()
    if person is not None:
        count_bounce(store, now, person, now, suspended)
    return "".join(suspended)


def _enrol(store: Store, settings: DigestSettings, now: datetime, one: Person, consent: str) -> Refused | str:
    subscribers, key = store.subscribers, one.address.key
    outcome = subscribers.add(
        one.address.text,
        key=key,
        at=now,
        name=one.name,
        status=one.status or "active",
        trends=one.trends,
        language=one.language,
        consent=one.consent or consent,
    )
    if outcome == "suppressed":
        reason = f"is on the suppression list ({subscribers.suppressed(key)}); if they asked for it again, use `digest subscribers readmit`"
        return Refused(line=one.line, text=one.address.text, reason=reason)
    if outcome == "added" and one.preferences is not None and (person := subscribers.find(key)):
        prefer(store, settings, person.id, one.preferences, now)
    if outcome == "known" and one.status in STOPPED:
        return "stopped" if _stop(store, now, key, one.status) else "known"
    return outcome


def _stop(store: Store, now: datetime, key: str, status: str) -> bool:
    person = store.subscribers.find(key)
    if person is None or person.status in STOPPED:
        return False
    store.subscribers.opt_out(person.id, now, reason="suspended" if status == "suspended" else "unsubscribed")
    return True


def count_bounce(store: Store, now: datetime, person: Subscriber, at: datetime, suspended: list[str]) -> None:
    """Count one hard bounce."""
    subscribers = store.subscribers
    if subscribers.bounced(person.address.lower(), at) >= HARD_BOUNCES and person.status in ("active", "paused"):
        subscribers.opt_out(person.id, now, reason="suspended")
        suspended.append(person.address)


@contextmanager
def attempt(store: Store, *, dry_run: bool) -> Iterator[None]:
    """A transaction; in a dry run, all of it is undone at its end."""
    try:
        with store.transaction():
            yield
            if dry_run:
                raise _Rehearsed  # noqa: TRY301  (the transaction undoes what an exception leaves)
    except _Rehearsed:
        return
