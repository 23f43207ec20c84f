"""Explain where an item is and why, in an issue and in the letters of one reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digest.classify import Explanation, Text
from digest.classify.second_opinion import NOTHING_SAID, effect, opinion_of
from digest.editorial.candidates import text_of
from digest.editorial.rank import parts
from digest.editorial.signals import signals
from digest.editorial.weights import weighed
from digest.model import Edit, Issue, IssueItem, Item, ItemSignal, LetterRow, Window
from digest.model import Place as LetterPlace
from digest.services import subscribers
from digest.services.archive_index import catalogue_of
from digest.services.context import Program
from digest.services.preferences import preferences_of
from digest.services.stored_items import candidate_of, find
from digest.storage.archive import Archive
from digest.storage.db import Store
from digest.text.addresses import Address
from digest.text.clean import readable


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An item's place in an issue. `rank` counts from 1 among the section's items, shown and folded; `listed`: by its title, in the mail."""

    key: str
    section: str
    rank: int
    of: int
    shown: bool
    item: IssueItem
    listed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondOpinion:
    """What a language model said last of an item's labels, and what the next issue would make of it."""

    model: str
    at: datetime
    trends: tuple[str, ...]
    llm: bool
    sentence: str
    effect: str

    @property
    def in_words(self) -> str:
        """`small: agents, reasoning, for "It plans …"; used instead of the classifier's`."""
        labels = (", ".join(self.trends) or "no trend") if self.llm else "not about language models"
        quoted = f', for "{self.sentence.strip()}"' if self.sentence.strip() else ""
        return f"{self.model}: {readable(labels + quoted)}; {self.effect}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """The explanation of an item. `explanation` is None if all sightings were filtered or refused."""

    item: Item
    explanation: Explanation | None
    text: Text | None
    place: Place | None
    # The parts of its score, as its issue stored them or as they would be in a window of its own.
    worth: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()  # the words that make it interesting
    signals: tuple[ItemSignal, ...] = ()  # of others' interest, as its issue stored them or as they are now
    edits: tuple[Edit, ...] = ()  # the editor's decisions on it, oldest first
    opinion: SecondOpinion | None = None  # of a language model, in addition to the classifier's `explanation`


def why(program: Program, name: str) -> Why:
    """Explain an item, named by its id, its URL or its arXiv id.

    Raises:
        NotFoundError: the store has no such item.
    """
    item = find(program.store, name)
    edits = tuple(edit for edit in program.edits if edit.item in item.keys)
    candidate = candidate_of(program.config, item)
    if candidate is None:
        return Why(
            item=item, explanation=None, text=None, place=_place(program.store, program.archive, item), edits=edits
        )
    text = text_of(candidate)
    explanation = program.classifier().explain(text)
    labels = explanation.verdict.labels
    seen = Window(start=None, end=max(sighting.first_seen for sighting in item.sightings))
    place = _place(program.store, program.archive, item)
    interest = program.interest()
    stored = place.item.parts if place else None
    shown = (
        place.item.signals
        if stored and place
        else signals({candidate.id: candidate.observations}).get(candidate.id, ())
    )
    return Why(
        item=item,
        explanation=explanation,
        text=text,
        place=place,
        worth=stored
        or parts(candidate, labels[0] if labels else None, seen, interest=interest.scores([text])[0], signals=shown),
        reasons=interest.reasons(text),
        signals=shown,
        edits=edits,
        opinion=_second_opinion(program, item, text, explanation),
    )


def _second_opinion(program: Program, item: Item, text: Text, explanation: Explanation) -> SecondOpinion | None:
    row = program.store.model_answers.latest_opinion(item.keys)
    if row is None or (said := opinion_of(row.answer)) == NOTHING_SAID:
        return None
    settings = program.config.model
    asked = settings is not None and "labels" in settings.tasks and settings.name == row.model
    return SecondOpinion(
        model=row.model,
        at=row.at,
        trends=said.trends,
        llm=said.llm,
        sentence=said.sentence,
        effect=effect(text, explanation, said) if asked else "not used: feeds.yaml asks this model for no labels",
    )


def _place(store: Store, archive: Archive, item: Item) -> Place | None:
    """The item's place in its closed issue, or in the draft of the open period."""
    published = store.issues.published_in(item.keys)
    for key in [published[0]] if published else reversed(catalogue_of(store, archive).drafts()):
        place = _inside(archive.read(key), item)
        if place is not None:
            return place
    return None


def _inside(issue: Issue, item: Item) -> Place | None:
    groups = [(section.name, section.items, section.folded) for section in issue.trends]
    for name, shown, folded in [*groups, ("Also noted", issue.also_noted, ())]:
        for rank, told in enumerate((*shown, *folded), start=1):
            if not set(told.keys).isdisjoint(item.keys):
                return Place(
                    key=issue.key,
                    section=name,
                    rank=rank,
                    of=len(shown) + len(folded),
                    shown=rank <= len(shown),
                    item=told,
                    listed=told.id in issue.noted_papers,
                )
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class ForReader:
    """What became of an item for a reader. `letter` names the letter whose interval holds it; `place` is its place there.

    `weights` are the reader's own that name the item; `next_at` is when their next letter is due, if they get letters.
    """

    address: str
    letter: str = ""
    cutoff: datetime | None = None
    place: LetterPlace | None = None
    others: bool = False  # the interval holds it, the letter does not
    weights: dict[str, float]
    served: datetime | None
    next_at: datetime | None


def why_for(program: Program, found: Why, address: Address) -> ForReader:
    """What became of an item for the subscriber with this address.

    Raises:
        NotFoundError: no subscriber has it.
    """
    person = subscribers.find(program.store, address)
    store, item = program.store, found.item
    letter = next((row for row in store.letters.of_reader(person.id) if _covers(row, item)), None)
    place = next((one for one in letter.items if one.id in item.keys), None) if letter else None
    return ForReader(
        address=person.address,
        letter=letter.name if letter else "",
        cutoff=letter.cutoff if letter else None,
        place=place,
        others=letter is not None and place is None,
        weights=_weights(program, found, person.id),
        served=store.preferences.served(person.id),
        next_at=store.preferences.next_of(person.id),
    )


def _covers(row: LetterRow, item: Item) -> bool:
    """Whether the letter holds the item, or its interval the item's first sighting."""
    seen = item.sightings[0].first_seen
    inside = (row.start is None or row.start < seen) and seen <= row.cutoff
    return inside or any(one.id in item.keys for one in row.items)


def _weights(program: Program, found: Why, number: int) -> dict[str, float]:
    candidate = candidate_of(program.config, found.item)
    if candidate is None or found.explanation is None:
        return {}
    labels = found.explanation.verdict.labels
    chosen = preferences_of(program.store, program.config.digest, number).weights
    return {name: weight for name, weight in chosen.items() if weighed(candidate, labels, {name: weight})}
