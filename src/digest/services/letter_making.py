"""Make the letters of a round: compose, lay out and lint each once, however many readers share it.

make        for each interval: window | filter | classify | file          once
                for each time, trends and weights among its letters: choose | weigh | compose
                    for each letter: its language | render | lint | keep its texts
                record what the interval held, so that a later letter does not hold it again
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from digest.editorial.compose import compose_letter
from digest.editorial.filing import Filed, filed_of
from digest.editorial.hand import hand
from digest.editorial.setting import Reader, Setting
from digest.model import Issue, Item, LetterRow, Place
from digest.render import render_letter
from digest.render.view_models import LetterNote
from digest.services import editions
from digest.services.compose import classified, latest
from digest.services.context import Program
from digest.services.gate import mail_errors
from digest.storage.archive import ISSUE, to_json
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow
from digest.storage.db.letters import LetterTexts
from digest.storage.files import resources
from digest.subscribers.tokens import SECRET, Tokens, link
from digest.text.words import using


def make_letters(program: Program, round_: str) -> tuple[str, ...]:
    """Make the letters of a round that are not made yet. A letter whose mail fails the lint is not sent.

    Returns:
        The reasons of those that fail.
    """
    broken: list[str] = []
    for (start, cutoff), rows in groupby(program.store.letters.unmade(round_), lambda row: (row.start, row.cutoff)):
        broken += _make_interval(program, start, cutoff, list(rows))
    return tuple(dict.fromkeys(broken))


def _make_interval(program: Program, start: datetime | None, cutoff: datetime, rows: list[LetterRow]) -> Iterator[str]:
    store, digest = program.store, program.config.digest
    past = latest(store, program.archive, until=start) if start else ()
    row = IssueRow(key=rows[0].name, slot=rows[0].slot, start=start, cutoff=cutoff, state="closed")
    items = [item for item in store.items.window(start, cutoff) if _may_be_read(program, item, cutoff)]
    edited = hand(program.edits, "")
    found = classified(program, row, items, already=_known(store, start), past=past, edited=edited, asks=False)
    with using(digest.language):
        everything = filed_of(found.sifted, found.verdicts, found.setting)
    speaking = {one.config.digest.language: one for one in editions.others(program)}
    for _, alike in groupby(sorted(rows, key=_composing), _composing):
        letters = list(alike)
        made = _composed(program, letters[0], everything, found.setting)
        for one in letters:
            with store.transaction():
                reason = _keep(program, speaking.get(one.language, program), one, made)
            if reason:
                yield reason
    with store.transaction():
        store.letters.hold(_keys(everything), cutoff)


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


def _composed(program: Program, row: LetterRow, everything: Filed, setting: Setting) -> tuple[Issue, int] | None:
    """A letter's issue, in the main language and the reader's time zone, and the number of items for others; None if no item is for this reader."""
    digest = program.config.digest
    minutes, zone = row.choice.minutes or digest.minutes, row.choice.zone or digest.timezone
    settings = replace(digest, minutes=minutes, timezone=zone)
    own = replace(setting, settings=settings, slot=replace(setting.slot, at=row.slot, key=row.name))
    made = compose_letter(everything, own, Reader(trends=frozenset(row.trends), weights=row.choice.weights))
    if made is None:
        return None
    issue, others = made
    return editions.in_all(program, issue, past=len(setting.past), translations={}), others


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
