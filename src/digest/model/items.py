"""An item of an issue and its parts. The names of fields are those of issue.json."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from digest.model.edits import EditMark, Written
from digest.model.feeds import SignalName
from digest.model.kinds import ItemKind
from digest.model.trends import Label


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    feed: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemSignal:
    """What a feed said last, up to the cutoff, of others' interest in an item.

    `text` names where it was accepted, or the round-up that links to it. `above` is the share of the feed's items in the window
    that it stands above by this signal.
    """

    name: SignalName
    value: int
    feed: str
    at: datetime
    text: str = ""
    above: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Artefact:
    """Something that is published with an item, according to its text: code, a model, data."""

    kind: Literal["code", "weights", "data"]
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Follows:
    """The published item that this one follows up, and their thread.

    `title` and `since` are those of the thread's first item; `part` counts the issues with the thread, including this one. `fresh`
    is False if a headline came again and its text says nothing new.
    """

    key: str
    id: str
    title: str = ""
    since: str = ""
    part: int = 2
    fresh: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """An item's own title and summary, in an edition that shows a language model's translation of them; `model` names it."""

    title: str
    summary: str
    model: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueItem:
    """An item in an issue. A folded one has only id, title, url, kind, trends, aliases and follows."""

    id: str
    title: str
    url: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    first_seen: datetime | None = None
    summary: str = ""  # of the length on the web page
    brief: str = ""  # the same for the mail, chosen for its length
    result: str = ""  # one sentence, for a title outside its section
    kind: ItemKind | None = None  # None for a folded item of an older issue
    sources: tuple[Source, ...] = ()
    score: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)  # the parts whose sum is the score
    trends: tuple[Label, ...] = ()
    by_terms: bool = (
        False  # its trends are uncertain: terms and names told them, in a language that the classifier does not read
    )
    aliases: tuple[str, ...] = ()  # other identity keys, so that the archive alone records what was published
    artefacts: tuple[Artefact, ...] = ()
    members: tuple[str, ...] = ()  # ids of the other items of this story
    follows: Follows | None = None
    because: str = ""
    signals: tuple[ItemSignal, ...] = ()  # of others' interest, as feeds report it
    watched: tuple[str, ...] = ()  # the entries of the watchlist that it matches
    edited: tuple[EditMark, ...] = ()  # by the editor
    plain_title: str = ""  # by a language model, beside a title that does not say what the work is about
    written: tuple[Written, ...] = ()  # its texts by a language model
    original: Original | None = None  # in an edition, if its texts are translations

    @property
    def keys(self) -> tuple[str, ...]:
        """All identity keys of this entry: its own, its aliases, and those of the other items of its story."""
        return (self.id, *self.aliases, *self.members)
