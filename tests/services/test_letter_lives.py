"""Random lives of readers over a year: whatever they change and however the digest runs, each item of theirs comes once, and in order.
What their receipts count adds up to everything that came.

A life is run on a real store by the code that fixes intervals and recipients. What a letter holds is computed here from its row, as composing
does: everything first seen in the interval that no letter or issue up to its start held, in the reader's trends of that time.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from digest.model import Entry, Issue, Preferences, Window
from digest.schedule.due import TICK
from digest.services.context import Program
from digest.services.preferences import prefer
from digest.services.rounds import begin_round, give_issue
from digest.storage.db import MEMORY, open_store
from digest.storage.db.issues import IssueRow
from digest.storage.db.items import Arrival
from digest.storage.db.rewind import rewind
from digest.storage.db.values import stamp
from support.cases import slow_but
from support.publishing import Paper

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
TRENDS = ("agents", "reasoning", "evaluation")
ZONES = ("", "Europe/Berlin", "Asia/Seoul", "America/New_York")
FEEDS = ("https://a.example/feed", "https://b.example/feed")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a reader was sent: its interval, the items for them, and how many of the interval were for others."""

    start: datetime | None
    cutoff: datetime
    items: frozenset[str]
    others: int


@dataclass
class Life:
    """One digest with three readers, and dice."""

    program: Program
    dice: random.Random
    now: datetime = BEGIN
    number: int = 0  # of items
    keys: list[str] = field(default_factory=list)
    issues: int = 0
    unmailed: Issue | None = None
    rewinds: bool = False  # whether a clock that was ahead is put right with `digest rewind`
    sent: dict[int, list[Letter]] = field(default_factory=dict)

    @property
    def store(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        return self.program.store

    def at(self) -> Program:
        return replace(self.program, now=self.now)

    def begin(self) -> None:
        with self.store.transaction():
            for name in ("ada", "bob", "cyd"):
                trends = tuple(one for one in TRENDS if self.dice.random() < 0.5)
                self.store.subscribers.add(f"{name}@x.example", key=f"{name}@x.example", at=self.now, trends=trends)
        self.sent = {person.id: [] for person in self.store.subscribers.all()}

    def step(self) -> None:
        """Time passes, mostly some hours; sometimes the machine is off for weeks, or its clock is wrong by days, either way."""
        before = self.now
        self.now += self.dice.choice(
            [timedelta(hours=self.dice.randint(1, 40))] * 12 + [timedelta(days=25), -timedelta(days=2)]
        )
        self.now += timedelta(seconds=self.dice.randint(1, 3_000), microseconds=self.dice.randint(0, 999_999))
        events = (
            self.collect,
            self.collect,
            self.collect,
            self.choose,
            self.letters,
            self.letters,
            self.issue,
            self.mail,
        )
        if self.rewinds and self.now < before:
            rewind(self.store.connection, self.now)
        self.dice.choice(events)()
        if self.dice.random() < 0.05:
            self.change_default()

    def collect(self) -> None:
        """A few new items, and old ones again in another feed."""
        at = self.at().instant()
        fresh = [f"url:x.example/{self.number + n}" for n in range(self.dice.randint(0, 4))]
        self.number += len(fresh)
        again = self.dice.sample(self.keys, min(len(self.keys), self.dice.randint(0, 2)))
        self.keys += fresh
        with self.store.transaction():
            for feed, keys in zip(FEEDS, (fresh, again), strict=True):
                arrivals = [
                    Arrival(entry=Entry(title=key, link=f"https://{key}"), keys=(key,), fate=None) for key in keys
                ]
                self.store.items.add(feed, at, arrivals)

    def choose(self) -> None:
        """A reader changes what they want, maybe twice."""
        for _ in range(self.dice.randint(1, 2)):
            number = self.dice.choice(list(self.sent))
            choice = Preferences(
                frequency=self.dice.choice(["issue", "issue", "daily", "weekly", "monthly"]),
                day=self.dice.randint(1, 7),
                hour=self.dice.randint(0, 23),
                zone=self.dice.choice(ZONES),
                minutes=self.dice.choice([None, 3, 20]),
                paused_until=self.now + timedelta(days=self.dice.randint(1, 60)) if self.dice.random() < 0.2 else None,
            )
            with self.store.transaction():
                prefer(self.store, self.program.config.digest, number, choice, self.now)
                if self.dice.random() < 0.3:
                    self.store.subscribers.choose(number, tuple(one for one in TRENDS if self.dice.random() < 0.5))

    def change_default(self) -> None:
        readers = replace(self.program.config.digest.readers, frequency=self.dice.choice(["issue", "issue", "daily"]))
        digest = replace(self.program.config.digest, readers=readers)
        self.program = replace(self.program, config=replace(self.program.config, digest=digest))

    def letters(self) -> None:
        """A run that may come twice, and may be killed before it sends anything."""
        for _ in range(self.dice.randint(1, 2)):
            begin_round(self.at(), "mail")
        if self.dice.random() < 0.8:
            self.send()

    def issue(self) -> None:
        """An issue closes, and is mailed unless the run is killed; then a later one continues."""
        self.mail()
        last = self.store.issues.last_closed()
        cutoff = self.at().instant()
        key = f"2026-W{self.issues:02d}"
        self.issues += 1
        start = last.cutoff if last else None
        items = self.store.items.window(start, cutoff)
        with self.store.transaction():
            self.store.issues.put(IssueRow(key=key, slot=self.now, start=start, cutoff=cutoff, state="closed"))
            self.store.issues.publish(key, {one: item.id for item in items for one in item.keys})
        self.unmailed = Issue(
            key=key, title="", language="en", timezone="UTC", state="closed", slot=self.now, minutes=10.0,
            window=Window(start=start, end=cutoff),
        )  # fmt: skip
        if self.dice.random() < 0.8:
            self.mail()

    def mail(self) -> None:
        """The last issue is mailed, perhaps some time after it closed."""
        if self.unmailed is not None:
            mailing = self.store.ledger.mailing(self.unmailed.key, "mail")
            with mailing.transaction():
                give_issue(self.at(), mailing, self.unmailed)
            self.unmailed = None
            self.send()

    def send(self) -> None:
        """Everything that waits goes out, or is left in doubt, which counts as sent."""
        rows = self.store.connection.execute(
            "SELECT issue, subscriber, letter FROM deliveries WHERE state = 'pending' ORDER BY at, issue"
        ).fetchall()
        with self.store.transaction():
            for key, number, letter in rows:
                self.note(key, number, letter)
                state = self.dice.choice(["accepted", "accepted", "in_doubt", "refused"])
                self.store.ledger.mailing(key, "mail").mark(number, state, self.now)

    def note(self, key: str, number: int, letter: str) -> None:
        row = self.store.letters.get(letter) if letter else None
        interval = row or self.store.issues.get(key)
        assert interval is not None
        start, cutoff = interval.start, interval.cutoff
        person = self.store.subscribers.get(number)
        trends = row.trends if row else person.trends
        held = list(self.held(start, cutoff))
        if row:
            self.store.letters.hold((one for item in held for one in item.keys), cutoff)
        told = frozenset(item.id for item in held if not trends or trend_of(item.id) in trends)
        self.sent[number].append(Letter(start, cutoff, told, others=len(held) - len(told)))

    def held(self, start: datetime | None, cutoff: datetime) -> Iterator:  # type: ignore[type-arg]
        for item in self.store.items.window(start, cutoff):
            if start is None or not self.store.letters.held_before(item.keys, start):
                yield item

    def check(self) -> None:
        """Intervals follow each other without gap or overlap; no item comes twice; the receipts add up."""
        # Two that waited, and a clock that was set back, may leave in the other order.
        for number, sent in self.sent.items():
            letters = sorted(sent, key=lambda one: one.cutoff)
            for before, after in pairwise(() if self.rewinds else letters):
                assert before.cutoff == after.start, f"{before} is followed by {after}"
            told = [id_ for one in letters for id_ in one.items]
            assert len(told) == len(set(told)), "an item came twice"
            if letters and not self.rewinds:
                self.check_receipts(number, letters)

    def check_receipts(self, number: int, letters: list[Letter]) -> None:
        """Since a reader's first letter began, their receipts count each item that came, once: it was for them or for others."""
        start, served = letters[0].start, self.store.preferences.served(number)
        assert served == letters[-1].cutoff
        came = self.store.connection.execute(
            "SELECT count(*) FROM (SELECT key, min(first_seen) AS first FROM keys JOIN sightings USING (item) GROUP BY key)"
            " WHERE first > ? AND first <= ?",
            (stamp(start) if start else "", stamp(served)),
        ).fetchone()
        assert sum(len(one.items) + one.others for one in letters) == came[0]

    def check_complete(self) -> None:
        """With all trends, a reader got exactly what was first seen by when they were served."""
        for number, letters in self.sent.items():
            served = self.store.preferences.served(number)
            if letters and served and any(one.start is None for one in letters):
                first = self.store.connection.execute(
                    "SELECT key FROM keys JOIN sightings USING (item) GROUP BY key HAVING min(first_seen) <= ?",
                    (stamp(served),),
                ).fetchall()
                assert {id_ for one in letters for id_ in one.items} == {key for (key,) in first}


def trend_of(id_: str) -> str:
    return TRENDS[int(id_.rpartition("/")[2]) % len(TRENDS)]


def live(program: Program, seed: int, *, trends: bool = True) -> Life:
    dice = random.Random(seed)
    with open_store(MEMORY) as store:
        digest = replace(program.config.digest, review=dice.choice(["none", "none", "required"]))
        own = replace(program, store=store, config=replace(program.config, digest=digest))
        life = Life(program=own, dice=dice, rewinds=seed % 4 > 1)
        life.begin()
        if not trends:
            for person in list(store.subscribers.all()):
                store.subscribers.choose(person.id, ())
            store.subscribers.choose = lambda *_: None  # type: ignore[method-assign]
        last = BEGIN
        while life.now < BEGIN + YEAR:
            life.step()
            last = max(last, life.now)
        life.now = last + TICK
        life.mail()
        life.send()
        life.check()
        if not trends:
            life.check_complete()
    return life


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    paper = Paper(Path(tmp_path_factory.mktemp("lives")) / "w")
    with paper.at("2026-01-05T09:00") as opened:
        yield opened


@pytest.mark.parametrize("first", slow_but(range(0, 200, 5), 0))
def test_no_item_is_lost_or_comes_twice_in_a_year(program: Program, first: int) -> None:
    for seed in range(first, first + 5):
        live(program, seed, trends=seed % 2 == 0)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(0, 10_000, 500))
def test_no_item_is_lost_or_comes_twice_in_ten_thousand_years(program: Program, first: int) -> None:
    for seed in range(first, first + 500):
        live(program, seed, trends=seed % 2 == 0)
