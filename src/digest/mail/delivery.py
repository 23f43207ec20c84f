"""Deliver one mailing over channels, so that every recipient ends in a state of the ledger.

fill        while there is room: the next recipient that is due -> a letter -> the crew
settle      events of the crew, in one transaction: about to leave -> offered; done -> the state for its outcome
put off     with the server's reply, if it concerns the sender; a domain that refuses five times in a row is skipped in this run
stop        early, leaving the rest pending, if the sender is refused five times in a row or connections keep breaking
"""

import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import Protocol

from digest.errors import DeliveryError
from digest.mail.connections import Crew, Done, Event, Offer
from digest.mail.smtp import replies
from digest.mail.transport import Letter, Outcome
from digest.model import DeliveryState, Recipient

STRIKES = 5  # permanent refusals in a row that concern the sender: of the connection, or of one recipient domain
MANY_STRIKES = 25  # the same over several domains, if the refusals may concern only these domains
TROUBLES = 5  # broken connections in a row, beyond one per connection
DEFERRALS = 50  # deferrals in a row: the server wants a pause
TRIES = 3  # attempts per message and run if the connection breaks
BATCH = 500
SLOW = timedelta(milliseconds=1)  # the time of a commit on a busy disk
FIRST_WAIT = timedelta(minutes=5)
PATIENCE = timedelta(days=1)
TOLD_TO_STOP = "told to stop"
OPTED_OUT = "opted out before it was sent"


class Book(Protocol):
    """The part of the ledger that is needed here: the rows of one mailing."""

    def transaction(self) -> AbstractContextManager[None]: ...

    def due(self, now: datetime, *, after: int, limit: int, tried: bool, asked: bool) -> list[Recipient]: ...

    def offer(self, number: int, at: datetime) -> bool: ...

    def mark(self, number: int, state: DeliveryState, at: datetime, *, reply: str = "") -> None: ...

    def put_off(self, number: int, at: datetime, *, reply: str, until: datetime, about: str = "") -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """The result of one run. `moved` counts recipients by their new state; `stopped` is the reason for an early end."""

    moved: Counter[DeliveryState]
    stopped: str


@dataclass(slots=True)
class _Flight:
    recipient: Recipient
    letter: Letter
    tries: int = 0


@dataclass(slots=True)
class _Row:
    """Failures in a row since a message was last accepted."""

    strikes: int = 0  # of the connection
    troubles: int = 0
    barred: Counter[str] = field(default_factory=Counter)  # by domain
    deferred: Counter[str] = field(default_factory=Counter)


class Sending:
    """One run over one mailing."""

    def __init__(
        self,
        book: Book,
        *,
        letter: Callable[[Recipient], Letter | None],
        crew: Crew,
        connections: int,
        now: Callable[[], datetime],
        limit: int | None,
        asked: bool = False,
        told: Callable[[DeliveryState], None],
        refused: Callable[[int], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._book = book
        self._letter = letter
        self._crew = crew
        self._room = 3 * connections
        self._enough_troubles = TROUBLES + connections
        self._now = now
        self._due = self._recipients(limit, asked=asked)
        self._told = told
        self._refused = refused
        self._stopping = stopping
        self._flying: dict[int, _Flight] = {}
        self._again: deque[_Flight] = deque()
        self._row = _Row()
        self._refusing: dict[str, str] = {}  # domains that are skipped in this run, and why
        self._put_off: set[int] = set()
        self._moved: Counter[DeliveryState] = Counter()
        self._stopped = ""
        self._commit = timedelta()  # how long the last commit took

    def run(self) -> Run:
        """Send until no recipient is due or something stops it. After an interrupt, messages in progress are finished."""
        with held() as interrupted, self._crew:
            while self._fill() or self._flying:
                if interrupted():
                    self._stop("interrupted")
                if events := self._happened():
                    self._settle(events)
        return Run(moved=self._moved, stopped=self._stopped or self._left_out())

    def _left_out(self) -> str:
        """Why some domains were skipped."""
        return "; ".join(
            f"{domain}: {reply}" if self._moved["accepted"] else reply for domain, reply in self._refusing.items()
        )

    def _happened(self) -> list[Event]:
        """The crew's events. On a slow disk, events within half the time of a commit share the next commit."""
        events = self._crew.events()
        if self._commit > SLOW:
            until = self._now() + self._commit / 2
            while events and self._crew.busy and (left := until - self._now()) > timedelta():
                events += self._crew.events(left.total_seconds())
        return events

    def _recipients(self, limit: int | None, *, asked: bool) -> Iterator[Recipient]:
        """Recipients that were not tried yet come first, so that repeated refusals delay nobody else."""
        left = limit
        for tried in (False, True):
            last = -1
            while left is None or left > 0:
                size = BATCH if left is None else min(BATCH, left)
                batch = self._book.due(self._now(), after=last, limit=size, tried=tried, asked=asked)
                yield from (one for one in batch if one.id not in self._put_off)
                left = None if left is None else left - len(batch)
                if len(batch) < size:
                    break
                last = batch[-1].id

    def _fill(self) -> bool:
        """Fill the crew up. Returns whether anything is in flight."""
        if self._stopping():
            self._stop(TOLD_TO_STOP)
        while not self._stopped and len(self._flying) < self._room:
            flight = self._again.popleft() if self._again else self._next()
            if flight is None:
                break
            self._flying[flight.recipient.id] = flight
            self._crew.give(flight.recipient.id, flight.letter)
        return bool(self._flying)

    def _next(self) -> _Flight | None:
        """The next recipient with a letter. Recipients without one are settled on the way."""
        for recipient in self._due:
            if self._refusing and _domain(recipient) in self._refusing:
                continue
            letter = self._written(recipient)
            if isinstance(letter, Letter):
                return _Flight(recipient, letter)
            with self._book.transaction():
                self._mark(recipient.id, *letter)
        return None

    def _written(self, recipient: Recipient) -> Letter | tuple[DeliveryState, str]:
        """The recipient's letter, or the state and reason if there is none."""
        if not recipient.wants:
            return "suppressed", OPTED_OUT
        try:
            return self._letter(recipient) or ("suppressed", "the issue has nothing in the trends they chose")
        except DeliveryError as error:
            return "refused", str(error)

    def _settle(self, events: list[Event]) -> None:
        """Commit the events; only then may bodies leave."""
        begun = self._now()
        with self._book.transaction():
            answers: list[tuple[Offer, bool]] = []
            for event in events:
                if isinstance(event, Offer):
                    answers.append((event, self._offered(event)))
                else:
                    self._done(event)
        self._commit = self._now() - begun
        for offer, yes in answers:
            offer.answer(yes)

    def _offered(self, offer: Offer) -> bool:
        """Whether the body may leave. This is the last moment at which opting out has an effect."""
        wanted = self._book.offer(offer.number, self._now())
        if not wanted:
            self._mark(offer.number, "suppressed", OPTED_OUT)
        return wanted

    def _done(self, event: Done) -> None:
        flight = self._flying.pop(event.number)
        if event.outcome is not None:
            self._conclude(flight, event.outcome)

    def _conclude(self, flight: _Flight, outcome: Outcome) -> None:
        """Set a recipient's state from the outcome of the message."""
        number = flight.recipient.id
        match outcome.kind:
            case "accepted":
                self._accepted(flight.recipient, outcome.reply)
            case "refused":
                self._mark(number, "refused", outcome.reply)
                self._refused(number)
            case "in_doubt":
                self._mark(number, "in_doubt", outcome.reply)
                self._trouble(outcome.reply)
            case "deferred":
                self._defer(flight.recipient, outcome.reply)
                self._count_domain(self._row.deferred, flight.recipient, outcome.reply, one=DEFERRALS, all_=DEFERRALS)
            case "barred":
                whose = replies.about(outcome.reply)
                self._defer(flight.recipient, outcome.reply, about=whose)
                many = STRIKES if whose == "server" else MANY_STRIKES
                self._count_domain(self._row.barred, flight.recipient, outcome.reply, one=STRIKES, all_=many)
            case "locked_out":
                self._try_again(flight, outcome.reply)
                self._row.strikes += 1
                if self._row.strikes >= STRIKES:
                    self._stop(outcome.reply)
            case "lost" | "unreachable":
                self._try_again(flight, outcome.reply)
                self._trouble(outcome.reply)

    def _accepted(self, recipient: Recipient, reply: str) -> None:
        """The connection works, and so does this domain."""
        self._mark(recipient.id, "accepted", reply)
        domain = _domain(recipient)
        others = Counter({name: count for name, count in self._row.barred.items() if name != domain})
        self._row = _Row(barred=others)

    def _count_domain(self, counted: Counter[str], recipient: Recipient, reply: str, *, one: int, all_: int) -> None:
        """Skip a domain that has refused too often in a row; stop if several have."""
        domain = _domain(recipient)
        counted[domain] += 1
        if counted[domain] >= one:
            self._refusing.setdefault(domain, reply)
        if len(counted) > 1 and counted.total() >= all_:
            self._stop(reply)

    def _defer(self, recipient: Recipient, reply: str, *, about: str = "") -> None:
        now = self._now()
        if recipient.deferred_since is not None and now - recipient.deferred_since >= PATIENCE:
            self._mark(recipient.id, "expired", reply)
            return
        until = now + FIRST_WAIT * 2 ** min(recipient.attempts, 6)
        self._book.put_off(recipient.id, now, reply=reply, until=until, about=about)
        self._put_off.add(recipient.id)
        self._count("pending")

    def _try_again(self, flight: _Flight, reply: str) -> None:
        flight.tries += 1
        if flight.tries >= TRIES and not self._row.strikes:
            self._defer(flight.recipient, reply)
            return
        self._book.mark(flight.recipient.id, "pending", self._now(), reply=reply)
        self._again.append(flight)

    def _trouble(self, reply: str) -> None:
        self._row.troubles += 1
        if self._row.troubles >= self._enough_troubles:
            self._stop(reply)

    def _stop(self, reason: str) -> None:
        """Start no more messages. Unfinished recipients stay pending."""
        self._stopped = self._stopped or reason
        for number in self._crew.take_back():
            del self._flying[number]

    def _mark(self, number: int, state: DeliveryState, reply: str) -> None:
        self._book.mark(number, state, self._now(), reply=reply)
        self._count(state)

    def _count(self, state: DeliveryState) -> None:
        self._moved[state] += 1
        self._told(state)


def _domain(recipient: Recipient) -> str:
    return recipient.address.rpartition("@")[2].lower()


HELD = (signal.SIGINT, signal.SIGALRM)
_Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None


@contextmanager
def held() -> Iterator[Callable[[], bool]]:
    """Defer signals during the block. After the first one the yielded function returns True; a second one acts at once.

    The first signal acts when the block ends. Outside the main thread there are no signals, and none is deferred.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return

    def hold(number: int, frame: FrameType | None) -> None:
        came.append(number)
        if len(came) > 1:
            _act(before[number], number, frame)

    before: dict[int, _Handler] = {number: signal.signal(number, hold) for number in HELD}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        _act(before[came[0]], came[0], None)


def _act(handler: _Handler, number: int, frame: FrameType | None) -> None:
    if callable(handler):
        handler(number, frame)
