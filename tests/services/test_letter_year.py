"""A year of one newsletter with letters that are composed, laid out and mailed as they are: what its readers got, against the store.

Which items a reader should have had follows from their names, which say what they are about, and from when the store saw them first. What a
letter holds and counts is read from the mail.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest

from digest.classify import Text
from digest.model import Preferences
from digest.services.collect import collect
from digest.services.context import Program
from digest.storage.db import Store
from support.mailing import parsed
from support.press import DAILY, Press

ABOUT = {
    "agents": ("Language model agents that call tools, part {n}", "We build LLM agents that plan and call tools."),
    "reasoning": ("Chain-of-thought reasoning of language models, part {n}", "Large language models reason step by step."),
    "mixture-of-experts": ("A mixture of experts for language models, part {n}", "A mixture-of-experts language model with a router."),
    "": ("Language models and their makers, part {n}", "A large language model is announced."),
    "off": ("Rye bread from a wood-fired oven, part {n}", "How to bake bread with a sourdough."),
}  # fmt: skip
KINDS = tuple(ABOUT)
WEEKLY = Preferences(frequency="weekly", day=3, hour=18, minutes=5)
MONTHLY = Preferences(frequency="monthly", day=31, hour=6, minutes=20)
AWAY = range(200, 219)  # days on which the machine is off
FIRST = "2026-01-05"
READERS: Mapping[str, tuple[tuple[str, ...], Preferences]] = {
    "all": ((), replace(DAILY, minutes=3)),
    "some": (("agents", "mixture-of-experts"), replace(DAILY, hour=12)),
    "weekly": (("reasoning",), WEEKLY),
    "monthly": ((), MONTHLY),
    "issue": ((), Preferences()),
    "changing": ((), DAILY),
    "pausing": (("agents", "reasoning"), WEEKLY),
    "choosing": (("agents",), replace(DAILY, plain=True)),
}
COUNTS = re.compile(
    r"(?P<entries>[\d,]+|one|no) entr(?:y|ies)(?: since [^:]+)?: (?P<own>[\d,]+|one|no) items? for you, (?:shown here"
    r"|(?P<shown>[\d,]+) shown, (?P<rest>[\d,]+) (?:on the web|left out))\."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one mail brought: its interval, its items in order, the trends of its reader then, and what its receipt counts."""

    start: datetime | None
    cutoff: datetime
    items: tuple[str, ...]
    trends: tuple[str, ...]
    entries: int | None  # None: nothing was sent, as it held nothing for its reader


@dataclass
class Year:
    """A newsletter from its first day on."""

    press: Press
    kinds: dict[str, str] = field(default_factory=dict)  # of each item's name
    mails: dict[tuple[str, str], EmailMessage] = field(default_factory=dict)  # by the reader and the key of the mailing

    def begin(self) -> None:
        for name, (trends, choice) in READERS.items():
            self.press.subscribe(name, *trends, at=f"{FIRST}T03:00")
            if choice != Preferences():
                self.press.prefer(name, choice, at=f"{FIRST}T03:00")

    def day(self, number: int) -> None:
        """Items come on most days; whatever is due is published in the morning and in the evening."""
        day = (date.fromisoformat(FIRST) + timedelta(days=number)).isoformat()
        self.change(number, f"{day}T04:00")
        names = [f"q{letter}{number:03d}" for letter in "abc"[: number * 7 % 4]]
        for place, name in enumerate(names):
            self.kinds[name] = KINDS[(number + place) % len(KINDS)]
        self.write()
        with self.press.paper.at(f"{day}T05:00") as program:
            collect(program)
        for hour in ("06:30", "18:30"):
            self.press.publish(f"{day}T{hour}")
            self.read()

    def write(self) -> None:
        """The feed shows the last items; a few of them have been seen before."""
        shown = "".join(self.entry(name, kind) for name, kind in list(self.kinds.items())[-8:])
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Papers</title>{shown}</channel></rss>'
        (self.press.paper.place.root / "papers.xml").write_text(feed)

    @staticmethod
    def entry(name: str, kind: str) -> str:
        title, text = ABOUT[kind]
        link = f"https://example.org/{name}"
        return f"<item><title>{title.format(n=name)}</title><link>{link}</link><guid>{link}</guid><description>{text}</description></item>"

    def change(self, number: int, at: str) -> None:
        """What readers change; each change is of a day."""
        for day, name, choice in (
            (10, "changing", WEEKLY),
            (25, "changing", Preferences(minutes=5)),
            (40, "changing", replace(DAILY, zone="Asia/Seoul", hour=23)),
            (120, "changing", MONTHLY),
            (250, "changing", Preferences()),
            (300, "changing", DAILY),
            (15, "pausing", replace(WEEKLY, paused_until=_instant(at) + timedelta(days=20))),
            (150, "pausing", replace(MONTHLY, paused_until=_instant(at) + timedelta(days=75))),
        ):
            if day == number:
                self.press.prefer(name, choice, at=at)
        chosen = {20: ("agents", "reasoning"), 30: (), 45: ("mixture-of-experts",), 180: ("reasoning",)}.get(number)
        if chosen is not None:
            with self.press.paper.at(at) as program, program.store.transaction():
                person = program.store.subscribers.find("choosing@x.example")
                assert person is not None
                program.store.subscribers.choose(person.id, chosen)

    def read(self) -> None:
        """Take the mail out of the outbox."""
        for path in (self.press.paper.place.outbox / "new").glob("*"):
            message = parsed(path.read_bytes())
            reader = message["To"].addresses[0].username
            key = str(message["Feedback-ID"]).partition(":")[0]
            assert (reader, key) not in self.mails, f"{reader} got {key} twice"
            self.mails[reader, key] = message
            path.unlink()

    def told(self, program: Program, name: str) -> list[Told]:
        """Everything that a reader was sent or that held nothing for them, in order."""
        rows = program.store.connection.execute(
            "SELECT issue, letter, deliveries.state FROM deliveries JOIN subscribers ON id = subscriber WHERE key = ?",
            (f"{name}@x.example",),
        ).fetchall()
        return sorted((self.one(program, name, *row) for row in rows), key=lambda one: one.cutoff)

    def one(self, program: Program, name: str, key: str, letter: str, state: str) -> Told:
        store = program.store
        row = store.letters.get(letter) if letter else None
        if row is None:
            issue = store.issues.get(key)
            assert issue is not None
            whole = program.archive.read(key)
            assert (name, key) in self.mails
            ids = tuple(item.id for item in whole.items())
            return Told(issue.start, issue.cutoff, ids, (), sum(whole.receipt.values()))
        assert (row.state, state) in {("made", "accepted"), ("empty", "suppressed")}
        ids = tuple(one.id for one in row.items)
        counted = None
        if row.state == "made":
            part = self.mails.pop((name, key)).get_body(("plain",))
            assert part is not None
            counts = COUNTS.search(" ".join(part.get_content().split()))
            assert counts, part.get_content()
            assert _number(counts["own"]) == len(ids)
            if counts["rest"]:
                assert _number(counts["shown"]) + _number(counts["rest"]) == len(ids)
                assert _number(counts["shown"]) >= 1
            counted = _number(counts["entries"])
        return Told(row.start, row.cutoff, ids, row.trends, counted)


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(f"{at}+00:00")


def _number(word: str) -> int:
    return {"no": 0, "one": 1}.get(word) if word in ("no", "one") else int(word.replace(",", ""))  # type: ignore[return-value]


def seen(store: Store) -> dict[str, datetime]:
    """When the store saw each item first."""
    rows = store.connection.execute(
        "SELECT key, min(first_seen) FROM keys JOIN sightings USING (item) GROUP BY key"
    ).fetchall()
    return {key.rpartition("/")[2]: datetime.fromisoformat(at) for key, at in rows}


def within(came: Mapping[str, datetime], start: datetime | None, cutoff: datetime) -> Iterator[str]:
    return (name for name, at in came.items() if (start is None or at > start) and at <= cutoff)


def check(reader: str, told: list[Told], came: Mapping[str, datetime], kinds: Mapping[str, str]) -> None:
    """Nothing lost, nothing twice, in order; and what the receipts count is what came."""
    assert told[0].start is None
    assert all(before.cutoff == after.start for before, after in pairwise(told)), reader
    for one in told:
        names = [id_.rpartition("/")[2] for id_ in one.items]
        wanted = {
            name
            for name in within(came, one.start, one.cutoff)
            if (kinds[name] in one.trends if one.trends else kinds[name] != "off")
        }
        assert (set(names), len(names)) == (wanted, len(wanted)), f"{reader}, up to {one.cutoff}"
        assert (one.entries is None) == (not wanted)
    silent = sum(len(list(within(came, one.start, one.cutoff))) for one in told if one.entries is None)
    counted = sum(one.entries or 0 for one in told)
    assert counted + silent == len(list(within(came, None, told[-1].cutoff))), reader


@pytest.mark.slow
@pytest.mark.parametrize("days", [50, pytest.param(365, marks=pytest.mark.soak)])
def test_letters_of_a_year_hold_everything_once_and_their_receipts_add_up(tmp_path: Path, days: int) -> None:
    year = Year(Press(tmp_path / "w"))
    year.begin()
    for number in range(days):
        if number not in AWAY:
            year.day(number)
    with year.press.paper.at("2027-12-31T00:00") as program:
        came = seen(program.store)
        assert set(came) == set(year.kinds)
        titles = {name: ABOUT[kind] for name, kind in year.kinds.items()}
        texts = [Text(id=n, title=t.format(n=n), summary=s, kind="paper") for n, (t, s) in titles.items()]
        for name, verdict in zip(titles, program.classifier().classify(texts), strict=True):
            assert [label.id for label in verdict.labels][:1] == [
                one for one in (year.kinds[name],) if one in program.trends
            ]
        for reader in READERS:
            check(reader, year.told(program, reader), came, year.kinds)
