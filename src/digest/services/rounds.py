"""Fix who gets which letter, before any letter is made.

A round is all letters that are due in one run. In one transaction it fixes each letter's interval and choices, and its recipients, and
records that they are served up to its cutoff. So nobody gets an item twice or misses one, whatever they change and wherever a run is
killed afterwards. The readers of every issue who chose another form, or were served up to another instant, get theirs with the issue.

round       readers whose hour has come, each with their own start
            cutoff                    the last collect; with reviews, the last closed issue
            nothing new, or too late  only their next hour is set
            equal choices and equal starts: one letter
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache

from digest.config import DigestSettings
from digest.errors import NotFoundError
from digest.model import DeliveryState, Issue, LetterRow, Preferences
from digest.schedule.slots import KEYS, Slot
from digest.services.context import Program
from digest.services.preferences import CADENCES, default_preferences, next_letter, zone_of
from digest.storage.archive import RoundNote
from digest.storage.db import Store
from digest.storage.db.mailing import Mailing
from digest.storage.db.preferences import DueReader, chosen_of

ROUND = "letters-"  # what keys of rounds begin with
LOST = "another store, which was lost, may have sent it"


class _LetterBatch:
    """Fixes the letters of one round, each once."""

    def __init__(self, program: Program, key: str, mailing: Mailing, *, state: DeliveryState = "pending") -> None:
        self._store, self._settings, self._now = program.store, program.config.digest, program.now
        self._default = default_preferences(self._settings)
        self._key, self._mailing, self._state = key, mailing, state
        self._known: dict[tuple[object, ...], str] = {}
        self._choices = lru_cache(maxsize=512)(lambda content: chosen_of(content, self._default))
        self._next = lru_cache(maxsize=512)(
            lambda content: next_letter(self.choice(content), self._settings, after=self._now)
        )

    def choice(self, content: str | None) -> Preferences:
        chosen: Preferences = self._choices(content)
        return chosen

    def next_at(self, reader: DueReader) -> datetime | None:
        found: datetime | None = self._next(reader.choice)
        return found

    def letter(self, reader: DueReader, cutoff: datetime, slot: Slot | None = None) -> str:
        """The key of the letter for a reader up to a cutoff; `slot` is that of the issue with which it goes out."""
        alike = (reader.choice, reader.trends, reader.language, reader.cutoff, reader.next_at)
        if alike not in self._known:
            self._known[alike] = self._fixed(reader, cutoff, slot)
        return self._known[alike]

    def _fixed(self, reader: DueReader, cutoff: datetime, slot: Slot | None) -> str:
        """Fix a letter, unless it is fixed, and return its key."""
        choice = self.choice(reader.choice)
        due = slot or _slot_of(choice, self._settings, reader.next_at or self._now)
        content = json.dumps(
            [asdict(replace(choice, paused_until=None)), reader.trends, reader.language], sort_keys=True
        )
        told = f"{self._key}\0{content}\0{reader.cutoff}\0{due.key}"
        key = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
        row = LetterRow(
            key=key,
            round=self._key,
            name=due.key,
            slot=due.at,
            choice=choice,
            trends=reader.trends,
            language=reader.language,
            start=reader.cutoff,
            cutoff=cutoff,
        )
        self._store.letters.put(row)
        return key

    def give(self, readers: Sequence[DueReader], cutoff: datetime, slot: Slot | None = None) -> None:
        """Fix these readers as recipients."""
        given = ((one.number, self.letter(one, cutoff, slot)) for one in readers)
        self._mailing.assign(given, self._now, state=self._state)
        self._store.preferences.serve(((one.number, self.next_at(one)) for one in readers), cutoff=cutoff)


def begin_round(program: Program, route: str) -> str | None:
    """Begin the round that is due now. The caller has locked the workspace: no collect is under way.

    Returns:
        Its key; None if no letter is due.
    """
    store, settings = program.store, program.config.digest
    with store.transaction():
        follow_default(store, settings, program.now)
        cutoff = _cutoff(program)
        key = f"{ROUND}{program.now:%Y%m%dT%H%M%S%f}"
        mailing = store.ledger.mailing(key, route)
        batch = _LetterBatch(program, key, mailing)
        ready = _put_off(batch, store, list(store.preferences.due(program.now)), cutoff, program)
        if cutoff is None or not ready:
            return None
        mailing.begin(program.now)
        batch.give(ready, cutoff)
    return key


def _put_off(
    batch: _LetterBatch, store: Store, readers: list[DueReader], cutoff: datetime | None, program: Program
) -> list[DueReader]:
    """The readers who get a letter now. For those with nothing new, or whose hour is too long ago, the next hour is set."""
    if store.letters.lost() is not None:
        return []
    ready = [one for one in readers if _ready(program, one, cutoff)]
    numbers = {one.number for one in ready}
    store.preferences.serve(
        ((one.number, batch.next_at(one)) for one in readers if one.number not in numbers), cutoff=None
    )
    return ready


def _ready(program: Program, reader: DueReader, cutoff: datetime | None) -> bool:
    """Whether there is something new for a reader whose hour has come, and it is not too long ago."""
    new = cutoff is not None and (reader.cutoff is None or reader.cutoff < cutoff)
    return new and reader.next_at is not None and reader.next_at >= program.now - program.config.digest.catch_up


def count_ready(program: Program) -> int:
    """How many readers would get a letter in a round that began now."""
    if program.store.letters.lost() is not None:
        return 0
    cutoff = _cutoff(program)
    return sum(_ready(program, one, cutoff) for one in program.store.preferences.due(program.now))


def notice_lost(program: Program, route: str) -> None:
    """Notice if another store, which was lost, has sent letters that this one does not know. Those who wait are then in doubt."""
    store, noted = program.store, program.archive.last_round()
    if noted is None or noted.runs <= store.ledger.runs(ROUND) or store.letters.lost() is not None:
        return
    with store.transaction():
        store.letters.miss(program.now)
        for key in store.ledger.unfinished(ROUND):
            store.ledger.mailing(key, route).move("pending", "in_doubt", program.now, reply=LOST)


def doubt_lost(program: Program, route: str) -> None:
    """Mark in doubt what the lost store may have sent: everything up to the end of the next collect, which finds much of it again.

    It is sent to nobody unless somebody asks for it.
    """
    notice_lost(program, route)
    store = program.store
    lost, collected, cutoff = store.letters.lost(), store.feeds.last_collect(), store.items.last_seen()
    if lost is None or collected is None or collected <= lost or cutoff is None:
        return
    key = f"{ROUND}{program.now:%Y%m%dT%H%M%S%f}-lost"
    noted = program.archive.last_round()
    mailing = store.ledger.mailing(key, route)
    with store.transaction():
        mailing.begin(program.now)
        everyone = store.preferences.with_letters()
        readers = [one for one in everyone if one.cutoff is None or one.cutoff < cutoff]
        _LetterBatch(program, key, mailing, state="in_doubt").give(readers, cutoff)
        mailing.move("in_doubt", "in_doubt", program.now, reply=LOST)
        mailing.count_run(noted=noted.runs if noted else 0)
        store.letters.miss_none()
    note_round(program, mailing, key)


def note_round(program: Program, mailing: Mailing, key: str) -> None:
    """Record in the archive how many runs there were, so that a store that does not know all of them sends nothing twice."""
    row = mailing.row()
    assert row is not None
    runs = program.store.ledger.runs(ROUND)
    program.archive.note_round(RoundNote(last=key, runs=runs, candidates=row.candidates))


def give_issue(program: Program, mailing: Mailing, issue: Issue, *, state: DeliveryState = "pending") -> None:
    """Fix the recipients of an issue: those who read it as it is, and with their own letters those who chose another form.

    The caller holds the transaction in which the mailing begins.
    """
    store, settings = program.store, program.config.digest
    follow_default(store, settings, program.now)
    row = store.issues.get(issue.key)  # a rewind moves its window there, and not in the archive; a lost store has none
    start, cutoff = (row.start, row.cutoff) if row else (issue.window.start, issue.window.end)
    _skip_mailed(program, before=cutoff)
    store.preferences.begin_at(start, cutoff)
    batch = _LetterBatch(program, issue.key, mailing, state=state)
    mailing.freeze(program.now, people=True, state=state)
    plain, own = list[DueReader](), list[DueReader]()
    for one in store.preferences.with_issue(program.now):
        if one.cutoff == start and _as_it_is(batch.choice(one.choice), settings):
            plain.append(one)
        elif one.cutoff is None or one.cutoff < cutoff:
            own.append(one)
    mailing.assign(((one.number, "") for one in plain), program.now, state=state)
    store.preferences.serve(((one.number, None) for one in plain), cutoff=cutoff)
    if _as_it_is(default_preferences(settings), settings):
        store.preferences.release(one.number for one in plain)
    batch.give(own, cutoff, Slot(at=issue.slot, key=issue.key))


def count_candidates(program: Program, mailing: Mailing, issue: Issue) -> int:
    """How many recipients an issue would have if its mailing began now: without those who get letters, pause or were welcomed with it."""
    store = program.store
    letters = default_preferences(program.config.digest).frequency in CADENCES
    row = store.issues.get(issue.key)
    cutoff = row.cutoff if row else issue.window.end
    chosen = sum(one.cutoff is None or one.cutoff < cutoff for one in store.preferences.with_issue(program.now))
    return chosen + store.preferences.count_unserved(cutoff, program.now) + (0 if letters else mailing.count_others())


def _skip_mailed(program: Program, *, before: datetime) -> None:
    """Count the last issue that another store mailed as received, so that those in doubt get it again only on request."""
    for row in reversed(program.store.issues.closed()):
        if row.cutoff < before and program.store.ledger.begun(row.key):
            return
        if row.cutoff < before and program.archive.sent(row.key):
            program.store.preferences.skip_mailed(row.cutoff)
            return


def _as_it_is(choice: Preferences, settings: DigestSettings) -> bool:
    """Whether a reader with these preferences gets the issue itself, byte for byte."""
    own = choice.minutes not in (None, settings.minutes) or choice.weights or choice.plain
    return choice.frequency == "issue" and not own


def follow_default(store: Store, settings: DigestSettings, now: datetime) -> None:
    """Apply the default in feeds.yaml to those who chose nothing. If it is not the plain issue, each of them needs a row."""
    default = default_preferences(settings)
    next_at = next_letter(default, settings, after=now)
    store.preferences.follow(next_at)
    if not _as_it_is(default, settings):
        store.preferences.adopt(next_at)


def no_round(key: str) -> NotFoundError:
    """There is no such round."""
    return NotFoundError(f"round {key}", "does not exist on this route", "`digest status` lists those that are open")


@dataclass(frozen=True, kw_only=True, slots=True)
class NextLetters:
    """When letters are due next, for how many readers, and how many get letters at all."""

    at: datetime
    readers: int
    all: int


def next_letters(program: Program) -> NextLetters | None:
    """The next letters that are due; None if nobody gets letters."""
    store, settings = program.store, program.config.digest
    due = store.preferences.count_by_hour()
    default = next_letter(default_preferences(settings), settings, after=program.now)
    if default is not None and (others := store.preferences.count_unadopted()):
        due[default] = due.get(default, 0) + others
    return NextLetters(at=min(due), readers=due[min(due)], all=sum(due.values())) if due else None


def next_round(program: Program) -> datetime | None:
    """When letters are due next, or an unfinished round may be continued; None if nobody gets letters."""
    store = program.store
    default = default_preferences(program.config.digest)
    paused = store.pauses.keys()
    times: list[datetime | None] = [at for key, at in store.ledger.unfinished(ROUND).items() if key not in paused]
    if store.letters.lost() is None:
        unadopted = not _as_it_is(default, program.config.digest) and store.preferences.count_unadopted()
        times += [store.preferences.next_due(), program.now if unadopted else None]
    return min((one for one in times if one is not None), default=None)


def _cutoff(program: Program) -> datetime | None:
    """The latest cutoff that letters may have: the last collect, or with reviews the last closed issue."""
    if program.config.digest.review == "required":
        last = program.store.issues.last_closed()
        return last.cutoff if last else None
    return program.store.items.last_seen()


def _slot_of(choice: Preferences, settings: DigestSettings, at: datetime) -> Slot:
    """A letter's own slot, named like an issue's."""
    cadence = CADENCES.get(choice.frequency, settings.cadence)
    return Slot(at=at, key=KEYS[cadence](at.astimezone(zone_of(choice, settings)).date()))
