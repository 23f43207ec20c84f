"""The sending engine on a clock of the test's own: patience, giving up, stopping early, the rate, opting out at the last moment."""

import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from digest.mail.connections import Crew, Pace
from digest.mail.delivery import Run, Sending
from digest.mail.transport import OFFER, Letter, Outcome, OutcomeKind, Talk, Wait
from digest.model import DeliveryState, Recipient
from digest.storage.db import Store, open_store
from digest.storage.db.mailing import Mailing
from support.mailing import NOW

CONNECTIONS = 2


class FakeClock:
    """Seconds pass only where somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float, /) -> None:
        self.seconds += max(seconds, 0.001)


class Scripted:
    """A server that says what it is told, one outcome a message, the last one for ever; before the offer unless the dot settles it."""

    def __init__(
        self,
        clock: FakeClock,
        *kinds: OutcomeKind,
        at_offer: Callable[[str], None] = lambda _: None,
        at_body: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock, self._kinds, self._at_offer, self._at_body = clock, deque(kinds), at_offer, at_body
        self.sent: list[tuple[str, float]] = []

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        kind = self._kinds.popleft() if len(self._kinds) > 1 else self._kinds[0]
        if kind in ("accepted", "in_doubt"):
            self._at_offer(letter.recipient)
            if not (yield OFFER):
                return None
            following()
            self._at_body()
            self.sent.append((letter.recipient, self._clock.seconds))
        return Outcome(kind=kind, reply=f"told {kind}")

    def close(self) -> None:
        pass


@contextmanager
def _store(tmp_path: Path, people: int) -> Iterator[tuple[Store, Mailing]]:
    with open_store(tmp_path / "digest.sqlite3") as store:
        for n in range(people):
            store.subscribers.add(f"p{n}@example.org", key=f"p{n}@example.org", at=NOW)
        mailing = store.ledger.mailing("2026-W27", "mail")
        with mailing.transaction():
            mailing.freeze(NOW, people=True)
        yield store, mailing


def _run(
    mailing: Mailing,
    channel: Scripted,
    clock: FakeClock,
    *,
    at: datetime = NOW,
    rate: float | None = None,
    asked: bool = False,
) -> Run:
    def letter(recipient: Recipient) -> Letter:
        return Letter(id=str(recipient.id), sender="s@example.org", recipient=recipient.address, content=b"x\r\n")

    begun = clock.seconds
    crew = Crew(lambda: channel, connections=CONNECTIONS, pace=Pace(rate, clock), clock=clock)
    return Sending(
        mailing,
        letter=letter,
        crew=crew,
        connections=CONNECTIONS,
        now=lambda: at + timedelta(seconds=clock.seconds - begun),
        limit=None,
        asked=asked,
        stopping=lambda: False,
        told=lambda _: None,
        refused=lambda _: None,
    ).run()


def _counts(mailing: Mailing) -> dict[DeliveryState, int]:
    return {state: count for state, count in mailing.counts().items() if count}


def test_whoever_is_put_off_is_tried_less_and_less_often_for_a_day_and_then_given_up(tmp_path: Path) -> None:
    """The next run comes whenever the ledger says that somebody is due."""
    clock, waits = FakeClock(), []
    with _store(tmp_path, 1) as (_, mailing):
        at = NOW
        while _run(mailing, Scripted(clock, "deferred"), clock, at=at).moved["expired"] == 0:
            due = mailing.next_retry()
            assert due is not None
            waits.append((due - at).total_seconds() / 60)
            assert mailing.due(due - timedelta(seconds=1), after=-1, limit=9) == []
            at = due
        assert _counts(mailing) == {"expired": 1}
    assert waits[:7] == pytest.approx([5, 10, 20, 40, 80, 160, 320], abs=0.1)
    assert timedelta(days=1) <= at - NOW < timedelta(days=1, hours=6)


@pytest.mark.parametrize("kind", ["locked_out", "barred"])
def test_five_refusals_of_the_connection_in_a_row_stop_the_run_and_lose_nobody(
    tmp_path: Path, kind: OutcomeKind
) -> None:
    clock = FakeClock()
    with _store(tmp_path, 30) as (_, mailing):
        run = _run(mailing, Scripted(clock, kind), clock)
        assert run.stopped == f"told {kind}"
        assert _counts(mailing) == {"pending": 30}
        mended = Scripted(clock, "accepted")
        assert _run(mailing, mended, clock, asked=True).stopped == ""
        assert _counts(mailing) == {"accepted": 30}
        assert sorted(who for who, _ in mended.sent) == sorted(f"p{n}@example.org" for n in range(30))


def test_four_in_a_row_and_then_a_message_accepted_stop_nothing(tmp_path: Path) -> None:
    """Refusals that are about us are booked on nobody: they wait."""
    clock = FakeClock()
    with _store(tmp_path, 10) as (_, mailing):
        assert _run(mailing, Scripted(clock, "barred", "barred", "barred", "barred", "accepted"), clock).stopped == ""
        assert _counts(mailing) == {"accepted": 6, "pending": 4}


def test_a_refused_address_is_final_and_alone(tmp_path: Path) -> None:
    clock = FakeClock()
    with _store(tmp_path, 10) as (_, mailing):
        run = _run(
            mailing,
            Scripted(clock, "refused", "refused", "refused", "refused", "refused", "refused", "accepted"),
            clock,
        )
        assert (run.stopped, _counts(mailing)) == ("", {"accepted": 4, "refused": 6})
        assert _run(mailing, Scripted(clock, "accepted"), clock).moved == {}


def test_the_rate_is_kept_over_all_connections(tmp_path: Path) -> None:
    clock = FakeClock()
    with _store(tmp_path, 21) as (_, mailing):
        channel = Scripted(clock, "accepted")
        _run(mailing, channel, clock, rate=10)
    times = [when for _, when in channel.sent]
    assert times[-1] - times[0] == pytest.approx(2.0, abs=0.1)
    assert min(later - sooner for sooner, later in pairwise(times)) > 0.09


def test_who_opts_out_while_the_server_is_asked_gets_nothing(tmp_path: Path) -> None:
    clock = FakeClock()
    with _store(tmp_path, 6) as (store, mailing):

        def at_offer(recipient: str) -> None:
            person = store.subscribers.find("p3@example.org")
            assert person is not None
            if recipient == person.address:
                store.subscribers.opt_out(person.id, NOW, reason="unsubscribed")

        channel = Scripted(clock, "accepted", at_offer=at_offer)
        _run(mailing, channel, clock)
        assert _counts(mailing) == {"accepted": 5, "suppressed": 1}
    assert "p3@example.org" not in dict(channel.sent)


def test_never_more_are_offered_than_there_are_connections(tmp_path: Path) -> None:
    """So a kill at any moment leaves at most one in doubt for each, though the next letter was claimed and commits are shared."""
    clock, offered = FakeClock(), []
    with _store(tmp_path, 20) as (_, mailing):
        channel = Scripted(clock, "accepted", at_body=lambda: offered.append(mailing.counts()["offered"]))
        _run(mailing, channel, clock)
        assert _counts(mailing) == {"accepted": 20}
    assert max(offered) == CONNECTIONS


class OnDisk(Mailing):
    """A ledger whose commits take time, and are counted."""

    clock: FakeClock
    cost = 0.0
    commits = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
        self.clock.seconds += self.cost
        self.commits += 1


class Late(Scripted):
    """A server that has the connections of every second recipient read something before the offer."""

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        here, there = socket.socketpair()
        with here, there:
            there.send(b"!")
            if int(letter.id) % 2:
                yield Wait(here, writing=False, seconds=9)
            return (yield from super().send(letter, following))


def _commits(tmp_path: Path, cost: float) -> int:
    clock = FakeClock()
    with _store(tmp_path, 20) as (store, _):
        mailing = OnDisk(store.connection, issue="2026-W27", route="mail")
        mailing.clock, mailing.cost = clock, cost
        run = _run(mailing, Late(clock, "accepted"), clock)
        assert run.moved == {"accepted": 20}
        assert _counts(mailing) == {"accepted": 20}
        return mailing.commits


def test_on_a_slow_disk_connections_share_commits(tmp_path: Path) -> None:
    (tmp_path / "fast").mkdir()
    (tmp_path / "slow").mkdir()
    assert _commits(tmp_path / "slow", 0.01) < _commits(tmp_path / "fast", 0.0)


def test_a_server_that_cannot_be_reached_is_tried_with_pauses_and_loses_nobody(tmp_path: Path) -> None:
    clock = FakeClock()
    with _store(tmp_path, 5) as (_, mailing):
        assert _run(mailing, Scripted(clock, "unreachable"), clock).stopped == "told unreachable"
        assert _counts(mailing) == {"pending": 5}
        assert clock.seconds > 3


class ByDomain(Scripted):
    """A server that refuses some domains with words of its own, and takes all others."""

    def __init__(self, clock: FakeClock, refusals: dict[str, Outcome]) -> None:
        super().__init__(clock, "accepted")
        self._refusals = refusals

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:
        refusal = self._refusals.get(letter.recipient.rpartition("@")[2])
        if refusal is not None:
            self.sent.append(("refused " + letter.recipient, 0))
            return refusal
        return (yield from super().send(letter, following))


POLICY = Outcome(kind="barred", reply="550 5.7.1 Message rejected by policy of corp.example")
QUOTA = Outcome(kind="barred", reply="550 5.4.5 Daily user sending limit exceeded")


@contextmanager
def _readers(tmp_path: Path, *addresses: str) -> Iterator[tuple[Store, Mailing]]:
    with open_store(tmp_path / "digest.sqlite3") as store:
        for address in addresses:
            store.subscribers.add(address, key=address, at=NOW)
        mailing = store.ledger.mailing("2026-W27", "mail")
        with mailing.transaction():
            mailing.freeze(NOW, people=True)
        yield store, mailing


def test_a_domain_that_refuses_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    clock = FakeClock()
    corp, others = [f"b{n}@corp.example" for n in range(60)], [f"g{n}@readers.example" for n in range(40)]
    with _readers(tmp_path, *corp, *others) as (store, mailing):
        channel = ByDomain(clock, {"corp.example": POLICY})
        run = _run(mailing, channel, clock)
        assert _counts(mailing) == {"accepted": 40, "pending": 60}
        assert run.stopped == f"corp.example: {POLICY.reply}"
        assert sum(who.startswith("refused") for who, _ in channel.sent) <= 5 + 3 * CONNECTIONS
        assert {one.hard_bounces for one in store.subscribers.all()} == {0}
        assert _run(mailing, ByDomain(clock, {}), clock, asked=True).stopped == ""
        assert _counts(mailing) == {"accepted": 100}


def test_refusals_of_many_domains_are_passed_in_the_end(tmp_path: Path) -> None:
    """A relay's suppression list, its addresses first: each run begins with those who were not tried yet."""
    clock = FakeClock()
    listed, others = [f"b@listed{n}.example" for n in range(40)], [f"g{n}@readers.example" for n in range(40)]
    with _readers(tmp_path, *listed, *others) as (_, mailing):
        for _ in range(3):
            _run(mailing, ByDomain(clock, {one.partition("@")[2]: POLICY for one in listed}), clock, asked=True)
        assert _counts(mailing) == {"accepted": 40, "pending": 40}


def test_a_quota_stops_the_run_and_is_booked_on_nobody_for_three_weeks(tmp_path: Path) -> None:
    clock = FakeClock()
    people = [f"p@d{n}.example" for n in range(30)]
    with _readers(tmp_path, *people) as (store, mailing):
        everybody = {one.partition("@")[2]: QUOTA for one in people}
        run = _run(mailing, ByDomain(clock, everybody), clock)
        assert run.stopped == QUOTA.reply
        assert _counts(mailing) == {"pending": 30}
        for day in range(1, 22):
            _run(mailing, ByDomain(clock, everybody), clock, at=NOW + timedelta(days=day), asked=True)
        assert {(one.status, one.hard_bounces) for one in store.subscribers.all()} == {("active", 0)}
        given_up = mailing.counts()["expired"]
        assert mailing.retry("sending LIMIT", NOW) == given_up
        assert _counts(mailing) == {"pending": 30}
        _run(mailing, ByDomain(clock, {}), clock, at=NOW + timedelta(days=22), asked=True)
        assert _counts(mailing) == {"accepted": 30}


def test_why_recipients_wait_is_told_in_the_servers_words(tmp_path: Path) -> None:
    clock = FakeClock()
    with _readers(tmp_path, "a@corp.example", "b@corp.example", "c@readers.example") as (_, mailing):
        _run(mailing, ByDomain(clock, {"corp.example": POLICY}), clock)
        assert [(one.state, one.count, one.reply, one.about) for one in mailing.reasons(5)] == [
            ("pending", 2, POLICY.reply, "sender")
        ]
