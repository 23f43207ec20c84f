"""The recipients of one mailing and a way out -> every one of them in a state that says what became of them. Sends by channels.

fill        while there is room: the next recipient that is due -> a letter -> the crew
settle      what the crew reports, in one transaction: about to leave -> offered; done -> the state that its outcome means
stop        early, with everybody else still pending, when the connection itself is refused five times in a row, or keeps breaking
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
from digest.mail.transport import Letter, Outcome
from digest.model import DeliveryState, Recipient

STRIKES = 5  # permanent refusals in a row that are about no address
TROUBLES = 5  # broken connections in a row, beyond one for each connection
DEFERRALS = 50  # in a row: the server wants a rest
TRIES = 3  # of one message in one run, when the connection breaks under it
BATCH = 500
SLOW = timedelta(milliseconds=1)  # a commit on a disk that has other work
FIRST_WAIT = timedelta(minutes=5)
PATIENCE = timedelta(days=1)
TOLD_TO_STOP = "told to stop"
OPTED_OUT = "opted out before the sending"


class Book(Protocol):
    """What is needed of the ledger: one mailing's rows."""

    def transaction(self) -> AbstractContextManager[None]: ...

    def due(self, now: datetime, *, after: int, limit: int) -> list[Recipient]: ...

    def offer(self, number: int, at: datetime) -> bool: ...

    def mark(self, number: int, state: DeliveryState, at: datetime, *, reply: str = "") -> None: ...

    def put_off(self, number: int, at: datetime, *, reply: str, until: datetime) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """How one run went. `moved` counts the states that recipients came to; `stopped` is the reason of an early end."""

    moved: Counter[DeliveryState]
    stopped: str


@dataclass(slots=True)
class _Flight:
    recipient: Recipient
    letter: Letter
    tries: int = 0


@dataclass(slots=True)
class _Row:
    """What happened in a row, since a message was last accepted."""

    strikes: int = 0
    troubles: int = 0
    deferrals: int = 0
    barred: list[tuple[Recipient, str]] = field(default_factory=list)


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
        self._due = self._recipients(limit)
        self._told = told
        self._refused = refused
        self._stopping = stopping
        self._flying: dict[int, _Flight] = {}
        self._again: deque[_Flight] = deque()
        self._row = _Row()
        self._moved: Counter[DeliveryState] = Counter()
        self._stopped = ""
        self._commit = timedelta()  # how long the last one took

    def run(self) -> Run:
        """Send until nobody is due or something stops it. An interrupt lets the open connections finish their message."""
        with held() as interrupted, self._crew:
            while self._fill() or self._flying:
                if interrupted():
                    self._stop("interrupted")
                if events := self._happened():
                    self._settle(events)
            if not self._stopped:
                self._put_off_barred()
        return Run(moved=self._moved, stopped=self._stopped)

    def _happened(self) -> list[Event]:
        """What the crew reports. Where the disk is slow, what comes within half of a commit shares the next."""
        events = self._crew.events()
        if self._commit > SLOW:
            until = self._now() + self._commit / 2
            while events and self._crew.busy and (left := until - self._now()) > timedelta():
                events += self._crew.events(left.total_seconds())
        return events

    def _recipients(self, limit: int | None) -> Iterator[Recipient]:
        last, left = -1, limit
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            batch = self._book.due(self._now(), after=last, limit=size)
            yield from batch
            if len(batch) < size:
                return
            last = batch[-1].id
            left = None if left is None else left - len(batch)

    def _fill(self) -> bool:
        """Give the crew what it has room for; whether anything is in flight."""
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
        """The next recipient for whom there is a letter; those for whom there is none are settled on the way."""
        for recipient in self._due:
            letter = self._written(recipient)
            if isinstance(letter, Letter):
                return _Flight(recipient, letter)
            with self._book.transaction():
                self._mark(recipient.id, *letter)
        return None

    def _written(self, recipient: Recipient) -> Letter | tuple[DeliveryState, str]:
        """The recipient's letter, or the state they are in without one."""
        if not recipient.wants:
            return "suppressed", OPTED_OUT
        try:
            return self._letter(recipient) or ("suppressed", "the issue has nothing in the trends they chose")
        except DeliveryError as error:
            return "refused", str(error)

    def _settle(self, events: list[Event]) -> None:
        """Commit what happened; only then may bodies leave."""
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
        """Opting out counts up to here."""
        wanted = self._book.offer(offer.number, self._now())
        if not wanted:
            self._mark(offer.number, "suppressed", OPTED_OUT)
        return wanted

    def _done(self, event: Done) -> None:
        flight = self._flying.pop(event.number)
        if event.outcome is not None:
            self._conclude(flight, event.outcome)

    def _conclude(self, flight: _Flight, outcome: Outcome) -> None:
        """Take one message from its outcome to its state."""
        number = flight.recipient.id
        match outcome.kind:
            case "accepted":
                self._accepted(number, outcome.reply)
            case "refused":
                self._mark(number, "refused", outcome.reply)
                self._refused(number)
            case "in_doubt":
                self._mark(number, "in_doubt", outcome.reply)
                self._trouble(outcome.reply)
            case "deferred":
                self._defer(flight.recipient, outcome.reply)
                self._row.deferrals += 1
                if self._row.deferrals >= DEFERRALS:
                    self._stop(outcome.reply)
            case "barred":
                self._book.mark(number, "pending", self._now(), reply=outcome.reply)
                self._row.barred.append((flight.recipient, outcome.reply))
                self._strike(outcome.reply)
            case "locked_out":
                self._try_again(flight, outcome.reply)
                self._strike(outcome.reply)
            case "lost" | "unreachable":
                self._try_again(flight, outcome.reply)
                self._trouble(outcome.reply)

    def _accepted(self, number: int, reply: str) -> None:
        """The connection is sound: whoever was refused on it just before was refused for their own sake."""
        self._mark(number, "accepted", reply)
        for barred, words in self._row.barred:
            self._mark(barred.id, "refused", words)
        self._row = _Row()

    def _put_off_barred(self) -> None:
        """No message was accepted after these: whether they were refused for their own sake shows another time."""
        with self._book.transaction():
            for recipient, reply in self._row.barred:
                self._defer(recipient, reply)

    def _defer(self, recipient: Recipient, reply: str) -> None:
        now = self._now()
        if recipient.deferred_since is not None and now - recipient.deferred_since >= PATIENCE:
            self._mark(recipient.id, "expired", reply)
            return
        self._book.put_off(recipient.id, now, reply=reply, until=now + FIRST_WAIT * 2 ** min(recipient.attempts, 6))
        self._count("pending")

    def _try_again(self, flight: _Flight, reply: str) -> None:
        flight.tries += 1
        if flight.tries >= TRIES and not self._row.strikes:
            self._defer(flight.recipient, reply)
            return
        self._book.mark(flight.recipient.id, "pending", self._now(), reply=reply)
        self._again.append(flight)

    def _strike(self, reply: str) -> None:
        self._row.strikes += 1
        if self._row.strikes >= STRIKES:
            self._stop(reply)

    def _trouble(self, reply: str) -> None:
        self._row.troubles += 1
        if self._row.troubles >= self._enough_troubles:
            self._stop(reply)

    def _stop(self, reason: str) -> None:
        """Begin nothing more. Who is not done stays pending."""
        self._stopped = self._stopped or reason
        for number in self._crew.take_back():
            del self._flying[number]

    def _mark(self, number: int, state: DeliveryState, reply: str) -> None:
        self._book.mark(number, state, self._now(), reply=reply)
        self._count(state)

    def _count(self, state: DeliveryState) -> None:
        self._moved[state] += 1
        self._told(state)


HELD = (signal.SIGINT, signal.SIGALRM)
_Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None


@contextmanager
def held() -> Iterator[Callable[[], bool]]:
    """In the block the first signal only makes the yielded function true, and acts when the block is left; a second acts at once.

    Outside of the main thread no signal ever acts, and none is held.
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
