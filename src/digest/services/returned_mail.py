"""Process bounces and readers' answers in one transaction: count, suspend, unsubscribe, change weights."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from digest.errors import UsageError
from digest.mail.message import message_id
from digest.mail.smtp import replies
from digest.model import Subscriber
from digest.services.context import Program
from digest.services.preferences import preferences_of, teach
from digest.services.subscribers import count_bounce
from digest.services.teaching import meant
from digest.storage.db import Store
from digest.subscribers import choices
from digest.subscribers.inbound import OptOut, Report, Returned, Taught
from digest.subscribers.tokens import SECRET, Purpose, Tokens
from digest.text import addresses


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounced:
    """The result of processing incoming mail. `reports` counts those not read before; `hard` and `soft` count addresses in them.

    `unproven` are hard ones of people we know that bear nothing of ours: anybody can write them, so they count for nobody.
    `opted_out` are those whose request has their token or answers a message to them; `unsigned` are the senders that other requests claim.
    """

    reports: int
    repeated: int
    unreadable: int
    hard: int
    soft: int
    strangers: int
    unproven: int
    suspended: tuple[str, ...]
    opted_out: tuple[str, ...]
    unsigned: tuple[str, ...]
    taught: tuple[str, ...] = ()  # the addresses of those who asked for more or less of something


class _Marks:
    """Finds the subscribers identified by tokens of links or by message ids."""

    def __init__(self, store: Store) -> None:
        self._subscribers = store.subscribers
        self._tokens = Tokens(self._subscribers.secret(SECRET))
        self._secret = self._subscribers.secret("message-ids")
        self._by_id: dict[str, dict[str, int]] = {}  # an issue's key -> message ids -> their recipients

    def people(
        self, tokens: Iterable[str], messages: Iterable[str], *, only: Purpose | None = None
    ) -> tuple[Subscriber, ...]:
        """The subscribers that they identify, without repetitions. Only tokens for the purpose `only` count."""
        purposes: tuple[Purpose, ...] = (only,) if only else ("unsubscribe", "preferences")
        links = (self._tokens.read(purpose, token) for token in tokens for purpose in purposes)
        found = [self._subscribers.named(link) for link in links]
        found += [self._of_message(id_) for id_ in messages]
        return tuple({one.id: one for one in found if one is not None}.values())

    def _of_message(self, id_: str) -> Subscriber | None:
        key = id_.rpartition(".")[0]
        if key not in self._by_id:
            everybody = self._subscribers.all()
            self._by_id[key] = {message_id(key, str(one.id), self._secret): one.id for one in everybody}
        number = self._by_id[key].get(id_)
        return None if number is None else self._subscribers.get(number)


def read_returned(program: Program, mails: Iterable[Returned]) -> Bounced:
    """Process returned mail: suspend addresses that keep bouncing, unsubscribe people who asked for it, and follow wishes for more or less.

    Each mail counts once, however often it is read.
    """
    read = list(mails)
    with program.store.transaction():
        fresh = [one for one in read if one is not None and program.store.subscribers.heard(one.id, program.now)]
        reports = sorted((one for one in fresh if isinstance(one, Report)), key=lambda one: _when(one, program.now))
        marks = _Marks(program.store)
        known, unproven, suspended = _count(program.store, program.now, reports, marks)
        opted_out, unsigned = _heed(
            program.store, program.now, [one for one in fresh if isinstance(one, OptOut)], marks
        )
        taught = _learn(program, [one for one in fresh if isinstance(one, Taught)], marks)
    hard = sum(len(report.hard) for report in reports)
    unreadable = read.count(None)
    return Bounced(
        reports=len(reports),
        repeated=len(read) - unreadable - len(fresh),
        unreadable=unreadable,
        hard=hard,
        soft=sum(len(report.soft) for report in reports),
        strangers=hard - known,
        unproven=unproven,
        suspended=suspended,
        opted_out=opted_out,
        unsigned=unsigned,
        taught=taught,
    )


def _count(store: Store, now: datetime, reports: Iterable[Report], marks: _Marks) -> tuple[int, int, tuple[str, ...]]:
    """The number of hard bounces of known subscribers, how many of them are unproven, and the addresses suspended for them.

    A report counts for whom it proves to be about, whatever address failed in the end: their mail may be forwarded.
    """
    known, unproven, suspended = 0, 0, list[str]()
    for report in reports:
        if not report.hard or not _about_readers(report):
            continue
        named = marks.people(report.tokens, report.messages)
        for person in named:
            count_bounce(store, now, person, _when(report, now), suspended)
        others = [address for address in report.hard if _known(store, address)]
        known += len(report.hard) if named else len(others)
        unproven += 0 if named else len(others)
    return known, unproven, tuple(suspended)


def _about_readers(report: Report) -> bool:
    """Whether a report concerns a reader. Refusals that concern the sender are not counted against anyone."""
    reasons = [reason for reason in report.reasons if reason]
    return not reasons or any(replies.about(reason, named=False) == "reader" for reason in reasons)


def _known(store: Store, address: str) -> bool:
    try:
        return store.subscribers.find(addresses.parse(address).key) is not None
    except UsageError:
        return False


def _heed(
    store: Store, now: datetime, wishes: Iterable[OptOut], marks: _Marks
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses unsubscribed, and the claimed senders of requests without a token or message id of ours."""
    stopped, unsigned = list[str](), dict[str, None]()
    for wish in wishes:
        named = marks.people(wish.tokens, wish.messages, only="unsubscribe")
        if not named:
            unsigned[wish.sender] = None
        for person in named:
            if person.status != "unsubscribed":
                store.subscribers.opt_out(person.id, now, reason="unsubscribed")
                stopped.append(person.address)
    return tuple(stopped), tuple(unsigned)


def _learn(program: Program, lessons: Iterable[Taught], marks: _Marks) -> tuple[str, ...]:
    """Raise or lower by one level what readers named, and return their addresses. A mail without a token or id of ours teaches nothing."""
    heard = dict[str, None]()
    for lesson in lessons:
        for person in marks.people(lesson.tokens, lesson.messages, only="preferences"):
            held = preferences_of(program.store, program.config.digest, person.id).weights
            changes = {}
            for words, more in lesson.wishes:
                name = meant(words, program, lesson.messages)
                changes[name] = choices.nearer(held.get(name, 0.0), more=more)
            with suppress(UsageError):  # there are too many already
                teach(program.store, program.config, person.id, changes, program.now)
                heard[person.address] = None
    return tuple(heard)


def _when(report: Report, now: datetime) -> datetime:
    """The report's own date, unless it is in the future."""
    return now if report.date is None else min(report.date, now)
