"""What composing an issue, or a reader's letter, needs besides its items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digest.config import DigestSettings, Watch
from digest.editorial.hand import Hand
from digest.editorial.moved import PastWindow
from digest.editorial.rank import UNKNOWN, Background
from digest.model import Accuracy, FeedReport, IssueState, Tally, Trend, Window
from digest.schedule.slots import Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """What a reader chose: `trends` (empty: all), and named weights that are added to the worth of the items that they name."""

    trends: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What composing an issue needs besides its items."""

    slot: Slot
    window: Window
    state: IssueState
    settings: DigestSettings
    trends: Mapping[str, Trend]
    feeds: tuple[FeedReport, ...]
    past: Sequence[Tally]  # of past issues, oldest first
    background: Background = UNKNOWN  # what they say about feeds and words
    interest: Mapping[str, float] = field(default_factory=dict)  # candidate id -> log-odds of an editor's pick
    hand: Hand = field(default_factory=Hand)
    watch: Watch = field(default_factory=Watch)
    accuracy: Accuracy | None = None
    told: frozenset[str] = frozenset()  # claims that the last issues told
    recent: frozenset[str] = frozenset()  # sentences of baselines in the last issues
    windows: Sequence[PastWindow] = ()  # of past issues, oldest first: what they tell of names and phrases
    ordinary: frozenset[str] = frozenset()  # words that are no part of a phrase
    model: frozenset[str] = frozenset()  # what a language model is to write: "lead", "results", "summaries"
