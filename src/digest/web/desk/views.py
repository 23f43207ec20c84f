"""What the desk's pages show, as plain values: the draft's lists, and the items of its window with the reason for their place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from digest.config import DigestSettings
from digest.editorial.hand import ALSO_NOTED, READ_FIRST, Hand, hand, in_words
from digest.model import Edit, Issue, IssueItem, Item, Trend
from digest.render.markdown_text import note_view
from digest.services.context import Program
from digest.services.edit import Decided
from digest.storage.db import Store
from digest.text.clean import anchor, clean, cut, readable, web_url
from digest.text.formatting import language_name

NOTED = 20  # of what is also noted, the number with controls; the search finds the rest
FOUND = 50  # results of a search
TITLE_CHARS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One item in a list."""

    id: str
    anchor: str
    title: str
    url: str
    sources: str = ""
    marks: str = ""  # what the editor did with it
    pinned: bool = False
    edited: bool = False
    shown: bool = True
    where: str = ""  # its place in the draft, or why it is not there


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One list whose items can be ordered. `more` counts the items that it does not list."""

    place: str
    name: str
    rows: tuple[Row, ...]
    more: int = 0
    ordered: bool = False  # by the editor


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One sentence of a language model. `sources` are the sentences that it rests on."""

    item: str
    number: int
    anchor: str
    title: str
    url: str
    place: str
    text: str
    verdict: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    at: str
    by: str
    words: str
    title: str


def blocks(issue: Issue, edits: Iterable[Edit]) -> tuple[Block, ...]:
    """The lists of a draft in their order: what is read first, the sections, what is also noted."""
    own = hand(tuple(edits), issue.key)
    items = issue.by_id()
    best = [items[id_] for id_ in issue.best if id_ in items]
    return tuple(block for block in _blocks(issue, best, own) if block.rows)


def _blocks(issue: Issue, best: list[IssueItem], own: Hand) -> Iterator[Block]:
    yield _block(READ_FIRST, "The lead, then Read first", best, own)
    for section in issue.trends:
        name = section.name if section.own else f"{section.name} (one title, in the shared block)"
        yield _block(section.id, name, section.items, own, more=len(section.folded))
    yield _block(ALSO_NOTED, "Also noted", issue.also_noted[:NOTED], own, more=max(0, len(issue.also_noted) - NOTED))


def _block(place: str, name: str, items: Iterable[IssueItem], own: Hand, *, more: int = 0) -> Block:
    return Block(
        place=place,
        name=name,
        rows=tuple(row(item, own) for item in items),
        more=more,
        ordered=place in own.order or (place == READ_FIRST and bool(own.lead)),
    )


def row(item: IssueItem, own: Hand, *, where: str = "", shown: bool = True) -> Row:
    """The row of an item in an issue."""
    words = {"pinned": "pinned", "brought": "brought in", "moved": "moved here", "rewritten": "reworded"}
    return Row(
        id=item.id,
        anchor=anchor(item.id),
        title=cut(readable(item.title), TITLE_CHARS) or "Untitled",
        url=web_url(item.url),
        sources=cut(", ".join(dict.fromkeys(clean(source.feed) for source in item.sources)), TITLE_CHARS),
        marks=", ".join(words[mark] for mark in item.edited),
        pinned=own.pins(item.keys),
        edited=bool(item.edited),
        where=where,
        shown=shown,
    )


def found(program: Program, issue: Issue, query: str, place: str = "") -> tuple[tuple[Row, ...], int]:
    """The items of the draft's window whose title has these words, each with its place or the reason why it is left out.

    Args:
        program: the run.
        issue: the draft.
        query: words; without any, every item.
        place: a trend's id or `also_noted`, to find only what stands there; without one, the whole window.
    """
    words = query.casefold().split()
    own = hand(program.edits, issue.key)
    listed = [one for one in _listed(issue, place, own) if all(word in one.title.casefold() for word in words)]
    known = {key for item in issue.items() for key in item.keys}
    others = [] if place else list(_left_out(program.store, issue, known, own, words))
    every = [*listed, *others]
    return tuple(every[:FOUND]), len(every)


def _listed(issue: Issue, place: str, own: Hand) -> Iterator[Row]:
    for section in issue.trends:
        if place in ("", section.id):
            yield from (row(item, own, where=f"shown in {section.name}") for item in section.items)
            yield from (row(item, own, where=f"folded in {section.name}", shown=False) for item in section.folded)
    if place in ("", ALSO_NOTED):
        yield from (row(item, own, where="also noted") for item in issue.also_noted)


def _left_out(store: Store, issue: Issue, known: set[str], own: Hand, words: list[str]) -> Iterator[Row]:
    reasons = {one.id: one.reason for one in issue.off_topic}
    for item in store.items.window(issue.window.start, issue.window.end):
        first = item.sightings[0]
        title = readable(first.title) or first.url
        if known.isdisjoint(item.keys) and all(word in title.casefold() for word in words):
            yield Row(
                id=item.id,
                anchor=anchor(item.id),
                title=cut(title, TITLE_CHARS),
                url=web_url(first.url),
                sources=clean(first.feed),
                shown=False,
                where=_reason(store, issue, item, own, reasons),
            )


def _reason(store: Store, issue: Issue, item: Item, own: Hand, reasons: Mapping[str, str]) -> str:
    """Why an item of the window is not in the draft."""
    published = store.issues.published_in(item.keys)
    if published:
        return f"published in {published[0]}"
    if own.drops(item.keys):
        return "dropped by the editor"
    fates = [one.fate for one in item.sightings if issue.window.holds(one.first_seen)]
    if all(fates):
        return f"left out when it was collected: {str(fates[0]).replace('_', ' ')}"
    if item.id in reasons:
        return f"off topic: {reasons[item.id]}"
    return "off topic, or filtered by its feed's include and exclude"


def changes(decided: Decided) -> tuple[Change, ...]:
    """Who changed what, latest first."""
    return tuple(
        Change(
            at=f"{edit.at:%Y-%m-%d %H:%M}",
            by=clean(edit.by) or "-",
            words=in_words(edit),
            title=cut(readable(edit.title or edit.item), TITLE_CHARS),
        )
        for edit in reversed(decided.changes)
    )


def languages(settings: DigestSettings) -> dict[str, str]:
    """The editions by language, the main one under the empty text; empty if there is only one."""
    found = {
        ("" if number == 0 else one.language): language_name(one.language)
        for number, one in enumerate(settings.editions)
    }
    return found if len(found) > 1 else {}


def written(decided: Decided, issue: Issue) -> tuple[Sentence, ...]:
    """The sentences of a language model, each with what it rests on."""
    items = issue.by_id()
    return tuple(
        Sentence(
            item=line.item,
            number=line.number,
            anchor=f"{anchor(line.item)}-{line.number}",
            title=cut(readable(line.title), TITLE_CHARS) or "Untitled",
            url=web_url(items[line.item].url) if line.item in items else "",
            place=line.place,
            text=readable(line.sentence.text),
            verdict=line.sentence.verdict,
            sources=tuple(readable(one) for one in line.sentence.sources),
        )
        for line in decided.written
    )


def note_html(text: str) -> str:
    """A note as HTML, sanitised as in an issue."""
    view = note_view(text)
    return view.html if view else ""


def trend_names(trends: Mapping[str, Trend]) -> tuple[tuple[str, str], ...]:
    """The trends' ids and names."""
    return tuple((trend.id, trend.name) for trend in trends.values())
