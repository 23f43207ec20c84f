"""Trends with their dated baselines, and the values that classification uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A work mentioned in a trend's baseline."""

    name: str
    note: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One dated statement of a baseline, with its source.

    `about` are groups of phrases. A finding with a phrase from each group touches the claim, `unless` its title has one of other phrases,
    with which the words mean something else.
    """

    date: str
    text: str
    source: str
    about: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """One trend with its dated baseline. `order` is its position in lists of trends."""

    id: str
    name: str
    as_of: str
    order: int
    seeds: tuple[str, ...]
    summary: str  # the baseline in one or two sentences, plain text
    body: str  # the whole baseline, Markdown
    terms: dict[str, float]  # phrase -> weight, what the classifier may use
    own_terms: dict[str, float] = field(default_factory=dict)  # terms that a workspace added to a packaged trend
    examples: tuple[Example, ...] = ()
    reading: tuple[Example, ...] = ()
    claims: tuple[Claim, ...] = ()
    name_ko: str = ""
    summary_ko: str = ""
    signed: str = ""  # the day on which an editor signed the baseline, and who; empty for one that came with its file
    signed_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendTexts:
    """The texts of trend files by name: the packaged ones, and the workspace's own, which override them.

    `signed` are the baselines that were signed in the workspace, in the order of their dates; the last of a trend overrides what the others say.

    `words` and `own_words` are those of one other language, by trend id.
    """

    packaged: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)
    signed: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    own_words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """An editor's correction: an item belongs to a trend, or does not.

    `words` are the item's characteristic words, with weights that add up to 1, so that the lesson influences similar items whatever
    model is in use. `asked` marks an answer about a label that the program had shown.
    """

    item: str
    title: str
    trend: str
    fits: bool
    at: datetime
    words: Mapping[str, float]
    asked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One trend of a text. `score` is in 0..1; `evidence` are the words of the text that decided."""

    id: str
    score: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The classification of one text: its trends, best first, and whether it is about language models."""

    labels: tuple[Label, ...]
    llm: bool
    by_terms: bool = False  # in a language that the classifier does not read; told by terms and names, and uncertain
