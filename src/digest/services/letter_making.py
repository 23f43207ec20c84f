"""Make the letters of a round: compose, lay out and lint each once, however many readers share it.

make        for each interval: window | filter | classify | file          once
                record what the interval holds, so that a later letter does not hold it again
                for each profile (a time, zone, minutes, trends and weights) among its letters: choose | weigh | compose
                    for each letter: its language | render | lint | keep its texts

A profile can also be made alone, so that several processes make the letters of a round at once; each of them files an interval once.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from digest.editorial import reading_budget
from digest.editorial.compose import compose_letter
from digest.editorial.filing import Filed, filed_of
from digest.editorial.hand import hand
from digest.editorial.setting import Reader, Setting
from digest.model import Issue, Item, LetterRow, Place
from digest.render import render_letter
from digest.render.view_models import LetterNote
from digest.services import editions
from digest.services.compose import classified, latest, told_before
from digest.services.context import Program
from digest.services.gate import mail_errors
from digest.storage.archive import ISSUE, to_json
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow
from digest.storage.db.letters import LetterTexts
from digest.storage.files import resources
from digest.subscribers.tokens import SECRET, Tokens, link
from digest.text.words import using

_log = logging.getLogger(__name__)
AT_ONCE = 200  # letters that are looked through for the next profiles


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """What all letters of an interval are chosen from."""

    everything: Filed
    setting: Setting
    past: tuple[Issue, ...]


def make_letters(program: Program, round_: str) -> tuple[str, ...]:
    """Make the letters of a round that are not made yet. A letter whose mail fails the lint is not sent.

    Returns:
        The reasons of those that fail.
    """
    broken: list[str] = []
    for _, rows in groupby(program.store.letters.unmade(round_), _interval_of):
        broken += _make(program, list(rows))
    return tuple(dict.fromkeys(broken))


def profiles_due(store: Store, round_: str, *, after: int = 0, limit: int) -> tuple[int, ...]:
    """The numbers of up to `limit` profiles of a round that are still to be made, after the first `after` of them."""
    numbers = dict.fromkeys(map(_profile, store.letters.due(round_, limit=AT_ONCE)))
    return tuple(numbers)[after : after + limit]


def make_profile(program: Program, round_: str, number: int) -> None:
    """Make the letters of a profile that are not made yet. The caller has claimed it."""
    rows = [row for row in program.store.letters.due(round_, limit=AT_ONCE) if _profile(row) == number]
    for _, alike in groupby(rows, _interval_of):
        for reason in _make(program, list(alike)):
            _log.warning("%s: %s", round_, reason)


def _interval_of(row: LetterRow) -> tuple[datetime | None, datetime]:
    return row.start, row.cutoff


def _make(program: Program, rows: Sequence[LetterRow]) -> Iterator[str]:
    """Make letters of one interval, and give the reasons of those that fail the lint."""
    given = (rows[0].round, _interval_of(rows[0]), program.config, program.trends, program.lessons, program.edits)
    interval = program.memory.once("interval", given, lambda: _filed(program, rows[0]))
    speaking = {one.config.digest.language: one for one in editions.others(program)}
    for _, alike in groupby(sorted(rows, key=_composing), _composing):
        letters = list(alike)
        made = _composed(program, letters[0], interval)
        for one in letters:
            with program.store.transaction():
                reason = _keep(program, speaking.get(one.language, program), one, made)
            if reason:
                yield reason


def _filed(program: Program, letter: LetterRow) -> Interval:
    """File everything in a letter's interval, and record that letters hold it."""
    store, start, cutoff = program.store, letter.start, letter.cutoff
    past = latest(store, program.archive, until=start) if start else ()
    row = IssueRow(key=letter.name, slot=letter.slot, start=start, cutoff=cutoff, state="closed")
    items = [item for item in store.items.window(start, cutoff) if _may_be_read(program, item, cutoff)]
    edited = hand(program.edits, "")
    found = classified(program, row, items, already=_known(store, start), past=past, edited=edited, asks=False)
    with using(program.config.digest.language):
        everything = filed_of(found.sifted, found.verdicts, found.setting)
    with store.transaction():
        store.letters.hold(_keys(everything), cutoff)
    return Interval(everything=everything, setting=found.setting, past=past)


def _profile(row: LetterRow) -> int:
    """A number that is equal for letters that are composed alike. Different letters may have the same number by chance, which does no harm."""
    told = repr((*_interval_of(row), *_composing(row)))
    return int.from_bytes(sha256(told.encode()).digest()[:4]) >> 1


def _composing(row: LetterRow) -> tuple[object, ...]:
    """What a letter's composition depends on. Language and form come after it."""
    choice = row.choice
    return row.slot, row.name, choice.minutes or 0, choice.zone, row.trends, tuple(sorted(choice.weights.items()))


def _known(store: Store, start: datetime | None) -> Callable[[Item], bool]:
    """Whether an item was in an issue or a letter up to `start`."""
    return lambda item: start is not None and store.letters.held_before(item.keys, start)


def _may_be_read(program: Program, item: Item, cutoff: datetime) -> bool:
    """With reviews, letters hold what is in closed issues, and nothing else."""
    if program.config.digest.review != "required":
        return True
    found = program.store.issues.published_in(item.keys)
    row = program.store.issues.get(found[0]) if found else None
    return row is not None and row.cutoff <= cutoff


def _keys(everything: Filed) -> Iterator[str]:
    for items in (*everything.filed.values(), everything.unfiled):
        for item in items:
            yield from item.keys


def _composed(program: Program, row: LetterRow, interval: Interval) -> tuple[Issue, int] | None:
    """A letter's issue, in the main language and the reader's time zone, and the number of items for others; None if no item is for this reader."""
    digest = program.config.digest
    minutes, zone = row.choice.minutes or digest.minutes, row.choice.zone or digest.timezone
    most = reading_budget.scaled(digest.max_items_per_trend, minutes, usual=digest.minutes)
    settings = replace(digest, minutes=minutes, timezone=zone, max_items_per_trend=most)
    told, recent = told_before(interval.past, row.slot)
    slot = replace(interval.setting.slot, at=row.slot, key=row.name)
    own = replace(interval.setting, settings=settings, slot=slot, told=told, recent=recent)
    made = compose_letter(interval.everything, own, Reader(trends=frozenset(row.trends), weights=row.choice.weights))
    if made is None:
        return None
    issue, others = made
    return editions.in_all(program, issue, past=len(own.past), translations={}), others


def _keep(program: Program, edition: Program, row: LetterRow, made: tuple[Issue, int] | None) -> str:
    """Store a letter in the words of its edition, and return the reason if it fails the lint."""
    letters = program.store.letters
    if made is None:
        letters.settle(row.key, "empty", reason="nothing new in the trends they chose")
        return ""
    whole, others = made
    issue = whole if edition is program else editions.in_edition(edition, whole, own=program.trends)
    html, text, page = render_letter(
        issue,
        note=_note_of(program, row, others),
        templates=resources.template_texts(program.workspace),
        baselines=edition.trends,
        base_url=edition.config.delivery.base_url,
    )
    texts = LetterTexts(issue=to_json(issue), html=html, text=text, page=page)
    errors = mail_errors({"email.html": html, "email.txt": text, ISSUE: texts.issue}, program.config.delivery.base_url)
    letters.keep(row.key, texts)
    reason = f"its mail fails the lint: {errors[0]}" if errors else ""
    letters.settle(row.key, "broken" if errors else "made", reason=reason, others=others, items=_places(issue))
    return reason


def _places(issue: Issue) -> Iterator[Place]:
    for section in issue.trends:
        for rank, item in enumerate((*section.items, *section.folded), start=1):
            yield Place(id=item.id, section=section.id, rank=rank, shown=rank <= len(section.items), score=item.score)
    for rank, item in enumerate(issue.also_noted, start=1):
        yield Place(id=item.id, section="", rank=rank, shown=True, score=item.score)


def _note_of(program: Program, row: LetterRow, others: int) -> LetterNote:
    """What a letter says of itself: since when, how much was for others, and where its web copy is."""
    base = program.config.delivery.base_url
    token = Tokens(program.store.subscribers.secret(SECRET)).make("letter", row.key)
    return LetterNote(since=row.start, others=others, url=link(base, "letter", token) if base else "")
