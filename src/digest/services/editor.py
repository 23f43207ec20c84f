"""Make an editor's changes to a draft: decisions on items, an order, words, sentences and claims. `edit` stores them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from digest.editorial.hand import ALSO_NOTED, READ_FIRST, in_effect, redoable
from digest.editorial.order import FIRST
from digest.editorial.written import WrittenLine, lines_of
from digest.errors import NotFoundError, UsageError, did_you_mean
from digest.model import Edit, EditAction, Item
from digest.services.context import Program
from digest.services.stored_items import find
from digest.storage.archive import Archive
from digest.text.clean import clean, clean_lines
from digest.text.formatting import count

STANCES = ("extends", "disputes", "dates", "bears-on", "unrelated")
NOTE_CHARS = 2_000  # an introduction, not an article
# Characters of what an editor writes in place of the program's own words; inboxes show 40 to 130 of a preheader.
LIMITS = {"title": 300, "summary": 1_000, "subject": 150, "preheader": 130, "note": NOTE_CHARS}
Wording = Literal["title", "summary", "subject", "preheader", "note"]
_ITEM_WORDS = ("title", "summary")


@dataclass(frozen=True, slots=True)
class Editor:
    """Makes the changes of one person to one draft. None is stored before `decide`."""

    program: Program
    key: str
    by: str = ""

    def decision(self, action: EditAction, name: str, trend: str = "") -> Edit:
        """A decision on the item with this id, URL or arXiv id.

        Raises:
            NotFoundError: there is no such item or trend.
        """
        if trend:
            self._refuse_unknown(trend, self.program.trends)
        item = find(self.program.store, name)
        return replace(self._edit(action), item=item.id, title=_title(item), trend=trend)

    def order(self, place: str, names: Sequence[str]) -> Edit:
        """The decision that these items come first, in this order, at a place: `read_first`, `also_noted` or a trend. Without items, by worth again.

        Raises:
            NotFoundError: there is no such item or place.
            UsageError: too many are to be read first.
        """
        self._refuse_unknown(place, (READ_FIRST, ALSO_NOTED, *self.program.trends))
        if place == READ_FIRST and len(names) > FIRST:
            raise UsageError(
                "the items to read first", f"{len(names)} were given; at most {FIRST} are shown", "name fewer"
            )
        items = tuple(dict.fromkeys(find(self.program.store, name).id for name in names))
        return replace(self._edit("order"), place=place, items=items)

    def words(self, action: Wording, text: str, name: str = "") -> Edit:
        """The editor's own title or summary of an item, or the issue's subject, preheader or note. An empty text removes it.

        Raises:
            NotFoundError: there is no such item.
            UsageError: it is too long.
        """
        limit = LIMITS[action]
        text = clean_lines(text) if action == "note" else clean(text)
        if len(text) > limit:
            raise UsageError(
                f"the {action}",
                f"has {len(text)} characters; at most {limit} are allowed",
                "shorten it, and link to the rest" if action == "note" else "shorten it",
            )
        if action not in _ITEM_WORDS:
            return replace(self._edit(action), text=text)
        item = find(self.program.store, name)
        return replace(self._edit(action), item=item.id, title=_title(item), text=text)

    def review(self, action: Literal["accept", "mend", "refuse"], name: str, number: int, text: str = "") -> Edit:
        """A decision on a sentence that a language model wrote: the one of this number, from 1, in the draft's item.

        Raises:
            NotFoundError: there is no such item or sentence.
            UsageError: the mended sentence is empty or too long.
        """
        item = find(self.program.store, name)
        lines = [one for one in written_lines(self.program.archive, self.key) if one.item in item.keys]
        line = next((one for one in lines if one.number == number), None)
        if line is None:
            raise NotFoundError(
                f"sentence {number} of {name}", "no language model wrote it", "`digest edit` lists those of the draft"
            )
        words = {"accept": line.wrote, "mend": clean(text), "refuse": ""}[action]
        if action == "mend" and not 0 < len(words) <= LIMITS["summary"]:
            raise UsageError(
                f"sentence {number} of {name}",
                f"has {len(words)} characters; 1 to {LIMITS['summary']} are allowed",
                "give the sentence as it should read, or refuse it",
            )
        return replace(
            self._edit(action), item=line.item, title=line.title, place=line.place, sentence=line.wrote, text=words
        )

    def stance(self, name: str, place: str, stance: str) -> Edit:
        """The decision that an item has this stance to the claim `TREND:NUMBER`, as `digest trends TREND` numbers them.

        Raises:
            NotFoundError: there is no such item, trend or claim.
            UsageError: there is no such stance.
        """
        if stance not in STANCES:
            remedy = did_you_mean(stance, STANCES, f"give one of {', '.join(STANCES)}")
            raise UsageError(stance or "the stance", "is not a stance to a claim", remedy)
        trend, _, number = place.partition(":")
        edit = self.decision("claim", name, trend)
        claims = self.program.trends[trend].claims
        if not (number.isdigit() and 0 < int(number) <= len(claims)):
            raise NotFoundError(
                f"claim {place}",
                f"{trend} has {count(len(claims), 'claim')}",
                f"name one as {trend}:1; `digest trends {trend}` numbers them",
            )
        return replace(edit, sentence=claims[int(number) - 1].text, text=stance)

    def step(self, action: Literal["undo_last", "redo"]) -> Edit:
        """Undo the last change on this draft, or redo the last undone one.

        Raises:
            UsageError: there is none.
        """
        edits = self.program.edits
        if action == "redo" and not redoable(edits, self.key):
            raise UsageError(
                f"issue {self.key}",
                "has nothing to redo: nothing was undone since the last change",
                "`digest edit --history` lists the changes",
            )
        if action == "undo_last" and not any(edit.key == self.key for edit in in_effect(edits)):
            raise UsageError(
                f"issue {self.key}", "no change is left to undo", "`digest edit --undo ITEM` resets one item"
            )
        return self._edit(action)

    def _edit(self, action: EditAction) -> Edit:
        return Edit(action=action, at=self.program.now, key=self.key, by=self.by)

    def _refuse_unknown(self, place: str, known: Iterable[str]) -> None:
        names = tuple(known)
        if place not in names:
            remedy = did_you_mean(place, names, "`digest trends` lists the trends")
            raise NotFoundError(f"trend {place}", "no such trend", remedy)


def written_lines(archive: Archive, key: str) -> tuple[WrittenLine, ...]:
    """The sentences of a draft that a language model wrote."""
    return tuple(lines_of(archive.read(key).items()))


def undecided(archive: Archive, key: str) -> tuple[WrittenLine, ...]:
    """The sentences that the editor has neither accepted nor mended."""
    return tuple(line for line in written_lines(archive, key) if line.sentence.verdict == "passed")


def _title(item: Item) -> str:
    return next((sighting.title for sighting in item.sightings if sighting.title), "")
