"""Explain what became of an item for one reader: in which of their letters it is, or why in none."""

from dataclasses import dataclass
from datetime import datetime

from digest.editorial.weights import weighed
from digest.model import Item, LetterRow, Place
from digest.services.context import Program
from digest.services.explain import Why, candidate_of
from digest.services.preferences import preferences_of
from digest.services.subscribers import find
from digest.text.addresses import Address


@dataclass(frozen=True, kw_only=True, slots=True)
class ForReader:
    """An item and a reader. `letter` names the letter whose interval holds it, `place` is where it is in it.

    `weights` are the reader's own that name the item; `next_at` is when their next letter is due, if they get letters.
    """

    address: str
    letter: str = ""
    cutoff: datetime | None = None
    place: Place | None = None
    others: bool = False  # the interval holds it, the letter does not
    weights: dict[str, float]
    served: datetime | None
    next_at: datetime | None


def why_for(program: Program, found: Why, address: Address) -> ForReader:
    """What became of an item for the subscriber with this address.

    Raises:
        NotFoundError: no subscriber has it.
    """
    person = find(program.store, address)
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
