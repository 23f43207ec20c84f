"""Compute a candidate's worth to the reader, part by part, and order items by it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import log2

from digest.editorial.candidates import Candidate
from digest.editorial.hand import READ_FIRST, Hand
from digest.editorial.kinds import VERSION, family
from digest.editorial.signals import worth as worth_of
from digest.editorial.telling import is_of_another_field, told
from digest.model import Issue, IssueItem, ItemSignal, Label, Trend, Window

# The unit is one plain item from a feed of weight 1. docs/notebook/story.md has the measured effect of each weight.
CORROBORATION = 0.5  # a second independent voice, the strongest sign without votes; a third adds less
LATE = 0.5  # the value of a voice a week after the first, when everyone has read about it
YIELD = 0.2  # a feed all of whose items fit, compared with one whose items rarely fit
FIT = 0.2  # a clear case of a trend compared with a doubtful one
INTEREST = 0.5  # per unit of log-odds; the best tenth of a week's papers is about two above the ordinary one
RELEASE = 0.5  # something that readers can use today
NEW_MODEL = 1.5  # a numbered model of a known family, announced by its maker: above all but the best papers of a week
OPEN_WEIGHTS = 0.3  # of a new model
HEARSAY = 0.5  # the share of a release's worth if neither its maker nor a second voice announces it
NOVELTY = 0.25  # a title with only new words; an editor's picks had 10 % new words, other papers 7 %
FOLLOW_UP = -0.2  # the reader knows the story already
RECENCY = 0.1  # only to order otherwise equal items
SUMMARY = 0.2  # a title alone says little
BAR = 3.5  # of 17 papers that were shown with less in three weeks of June 2026, one was worth a reader's time; a plain one has about 1.5
FIELD = -1.0  # a paper for the readers of another field first
UNTOLD = -1.0  # a paper whose abstract tells no result: as much as a plain item
SLIGHT = -0.5  # one that tells only a small gain

_WEEK = timedelta(days=7)
_WORD = re.compile(r"[^\W\d_][\w-]{3,}")
_NUMBERED = re.compile(VERSION)
_SPECIAL = re.compile(  # in the names of models that read or write little text
    r"(?<![a-z])(?:image|video|ocr|speech|audio|voice|tts|asr|music|embed(?:ding)?s?|rerank(?:er)?|guard|robot(?:ics)?|translate)(?![a-z])",
    re.IGNORECASE,
)


_WEIGHED = re.compile(  # `41 %`, `2.6 points`, `6x higher`, `from 0.31 to 0.47`, `3 of 10`, `1.5T tokens`
    r"(?<![\w.])\d[\d.,]*(?:\s|-)?(?:%|percent|pp\b|points?\b|percentage|[x×](?![\w])|times\b|-fold\b|of\s(?:the\s)?\d|out\sof\s\d|[BMT]\b|billion|million)"
    r"|\bfrom\s\d[\d.,]*%?\sto\s\d|(?<![\w.-])\d+\.\d+\b(?!\.)|(?<=[\s(])[+−-]\d"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """What is known about feeds and words from earlier issues.

    `yields` is the share of each feed's items that had a trend; `words` are those of all published titles and of the baselines.
    """

    yields: Mapping[str, float] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


UNKNOWN = Background()


def parts(
    candidate: Candidate,
    label: Label | None,
    window: Window,
    *,
    interest: float = 0.0,
    signals: Sequence[ItemSignal] = (),
    background: Background = UNKNOWN,
) -> dict[str, float]:
    """The parts of an item's worth, by name; their sum is its score.

    Args:
        candidate: the item or story.
        label: the label of its first trend; None if it has none.
        window: the window, for its age.
        interest: the log-odds that an editor picks it, estimated from its words.
        signals: what feeds say of others' interest in it.
        background: what is known from earlier issues.
    """
    weight = max((feed.weight for feed in candidate.feeds), default=1.0)
    age = window.end - (candidate.published or candidate.first_seen)
    worth = {
        "source": weight,
        "yield": YIELD * max((background.yields.get(feed.name, 0.5) for feed in candidate.feeds), default=0.5),
        "corroboration": weight * CORROBORATION * _corroboration([voice.heard for voice in candidate.voices]),
        "fit": FIT * (label.score if label else 0.0),
        "interest": INTEREST * interest,
        **dict(worth_of(signals)),
        "release": _release(candidate),
        "novelty": NOVELTY * _new_words(candidate.title, background),
        "follow-up": FOLLOW_UP if candidate.follows else 0.0,
        "recency": RECENCY * max(0.0, 1.0 - age / timedelta(days=30)),
        "summary": SUMMARY if candidate.summary else 0.0,
        **_drawbacks(candidate),
    }
    return {name: round(part, 4) for name, part in worth.items()}


def _release(candidate: Candidate) -> float:
    """The worth of a release: highest for a new model of a known family, announced first-hand or by two voices."""
    release = candidate.release
    if release is None:
        return 0.0
    new_model = bool(family(release.name)) and _NUMBERED.search(release.name) is not None
    worth = RELEASE + new_model * (NEW_MODEL + OPEN_WEIGHTS * (release.weights == "open"))
    sure = candidate.on_topic or len(candidate.voices) > 1 or candidate.kind == "paper"
    return worth if sure else HEARSAY * worth


def _drawbacks(candidate: Candidate) -> dict[str, float]:
    """What a paper loses that is about another field, or that tells no result that matters. A paper that releases a model loses nothing."""
    if candidate.kind != "paper" or candidate.release is not None:
        return {}
    results = {"result": 0.0, "slight": SLIGHT, "": UNTOLD}
    return {
        "field": FIELD if is_of_another_field(candidate.title) else 0.0,
        "result": results[told(candidate.summary)] if candidate.summary else 0.0,
    }


def is_telling(item: IssueItem) -> bool:
    """Whether an item with its texts is worth a reader's time: a paper must be worth `BAR`, and release something or tell a result that matters.

    What the editor chose and what is watched always is.
    """
    if item.kind != "paper" or item.edited or item.watched:
        return True
    released = item.parts.get("release", 0.0) > 0
    return item.score >= BAR and (released or told(item.brief or item.summary) == "result")


def title_words(text: str) -> frozenset[str]:
    """The words of a text that count for novelty: at least four letters, in lower case."""
    return frozenset(_WORD.findall(text.casefold()))


def _corroboration(heard: list[datetime]) -> float:
    """A measure of further voices and how soon they came: 1 for a second one at once, 1.6 for two."""
    if len(heard) < 2:
        return 0.0
    first, *others = sorted(heard)
    soon = sum(1.0 - (1.0 - LATE) * min(1.0, (one - first) / _WEEK) for one in others) / len(others)
    return soon * log2(1 + len(others))


def _new_words(title: str, background: Background) -> float:
    """The share of a title's words that are not in any earlier title or baseline; 0 without earlier issues."""
    words = title_words(title)
    return len(words - background.words) / len(words) if words and background.words else 0.0


def background(past: Sequence[Issue], trends: Iterable[Trend] = ()) -> Background:
    """Each feed's yield in past issues, and the words of their titles and of the baselines; empty without past issues."""
    if not past:
        return UNKNOWN
    brought: Counter[str] = Counter()
    filed: Counter[str] = Counter()
    for issue in past:
        brought.update({feed.name: feed.new for feed in issue.feeds})
        for feed, counts in issue.tally.items():
            filed[feed] += sum(count for trend, count in counts.items() if trend)
    # Starts at one of two, so that a feed's first few items do not decide its worth.
    yields = {feed: (min(filed[feed], new) + 1) / (new + 2) for feed, new in brought.items()}
    titles = " ".join(item.title for issue in past for item in issue.items())
    return Background(yields=yields, words=title_words(" ".join([titles, *(trend.body for trend in trends)])))


DIVERSITY = 0.6  # the loss of an item that repeats a better one; as much as one more source gains
SAME_AUTHOR = 0.4  # the share of it for a second item by the same authors
SAME_FEED = 0.3  # the share of it for a second post of the same blog; not for papers, which come from few feeds
SAME_TREND = (
    0.5  # the loss in "Read first" for each better item of the same trend; half of it if it fits that trend too
)
FIRST = 5  # to read before everything else, including the lead
READ_RELEASES = 2  # among those
LEADS = RELEASE + NEW_MODEL  # the worth of a new model that is announced first-hand
TELLING = 12  # words; a lead with a shorter text tells nothing
LEADING = 10  # items of which one may lead; those after it keep their order
NEAR = 1.0  # how much less another item may be worth that leads in its place
POOL = 8  # times the places; items further down cannot move up by what those above lose

_WORD = re.compile(r"[^\W\d_][\w-]{3,}")


def arrange(items: Sequence[IssueItem], places: int, *, same_trend: float = 0.0) -> list[IssueItem]:
    """Order items by worth, reduced by what each has in common with those before it.

    The first `places` are chosen one after the other (Carbonell & Goldstein 1998, maximal marginal relevance); the rest follow
    by their own worth. Items that repeat a headline come last.

    Args:
        items: of one trend or of several.
        places: the number of items that are compared with each other.
        same_trend: the loss for each better item of the same trend.
    """
    left = sorted((item for item in items if not repeats(item)), key=best_first)
    pool, rest = left[: POOL * places], left[POOL * places :]
    traits = [_traits(item) for item in pool]
    alike, near = [0.0] * len(pool), [0.0] * len(pool)  # to those that are chosen: at most, and together
    chosen: list[IssueItem] = []
    while pool and len(chosen) < places:
        lost = [DIVERSITY * most + same_trend * together for most, together in zip(alike, near, strict=True)]
        place = max(range(len(lost)), key=lambda n: (pool[n].score - lost[n], -n))
        chosen.append(_less(pool.pop(place), lost[place]))
        last = traits.pop(place)
        del alike[place], near[place]
        alike = [max(most, _common(one, last)) for most, one in zip(alike, traits, strict=True)]
        if same_trend:
            near = [together + _same_trend(one, last) for together, one in zip(near, traits, strict=True)]
    return [*chosen, *pool, *rest, *sorted(filter(repeats, items), key=best_first)]


def reading_order(items: Iterable[IssueItem]) -> tuple[IssueItem, ...]:
    """Items of all kinds and trends for readers who read only a few: pinned ones, then the best without repetitions.

    The first leads the issue; those after it are read first. A new model, announced first-hand or by two voices, leads where it is
    among the best: nobody wants to have missed it. One for images, sound or documents alone does not. Of releases, which have a block of their own, only the best `READ_RELEASES`
    stand before everything else. A repeated headline comes last.
    """
    known = sorted(items, key=best_first)
    pinned = [item for item in known if "pinned" in item.edited]
    others = [item for item in known if "pinned" not in item.edited]
    releases = {item.id for item in [one for one in others if one.kind == "release"][READ_RELEASES:]}
    first = arrange([item for item in others if item.id not in releases], FIRST, same_trend=SAME_TREND)
    opening = next(filter(_opens, first[:FIRST]), None)
    if opening is not None:
        first = [opening, *(item for item in first if item is not opening)]
    return (*pinned, *first, *(item for item in others if item.id in releases))


def read_first(shown: Sequence[IssueItem], roomy: Iterable[IssueItem], hand: Hand) -> tuple[IssueItem, ...]:
    """The lead and what is read first: as the editor ordered them, otherwise by worth.

    Args:
        shown: the items that the editor may choose from.
        roomy: those among them that stand with their summary, from which the best are taken.
        hand: the editor's decisions.
    """
    places = {item.id: hand.place(READ_FIRST, item.keys) for item in shown}
    ordered = sorted((item for item in shown if places[item.id] is not None), key=lambda item: places[item.id] or 0)
    leading = [item for item in shown if hand.lead in item.keys]
    chosen = {item.id: item for item in (*leading, *(ordered or lead_first(reading_order(roomy)[:LEADING])))}
    return tuple(chosen.values())[:FIRST]


def _opens(item: IssueItem) -> bool:
    return item.parts.get("release", 0.0) >= LEADS and not _SPECIAL.search(item.title)


def lead_first(first: Sequence[IssueItem]) -> list[IssueItem]:
    """The items to read first, opened by one that has something to tell.

    Another item leads in place of one that has hardly a text, or whose text has no figure, if it has both and is worth nearly as much.
    A new model that opens the issue needs no figure: that it is there is the news.

    Args:
        first: the best items in the order of reading, with their summaries.
    """
    if not first or "pinned" in first[0].edited or (_tells(first[0]) and _opens(first[0])):
        return list(first)
    near = [item for item in first if item is first[0] or item.score >= first[0].score - NEAR]
    other = max(near, key=lambda item: (_tells(item), _tells(item) and _weighs(item)))
    return [other, *(item for item in first if item is not other)]


def _tells(item: IssueItem) -> bool:
    return len(item.summary.split()) >= TELLING


def _weighs(item: IssueItem) -> bool:
    """Whether what it tells has a figure, by which a reader can see why it matters, and is about more than images, sound or documents."""
    return _WEIGHED.search(item.summary) is not None and not _SPECIAL.search(item.title)


def pinned_first(item: IssueItem) -> tuple[bool, bool, float, str]:
    """A sort key: pinned items first, then new ones by worth."""
    return "pinned" not in item.edited, *best_first(item)


def best_first(item: IssueItem) -> tuple[bool, float, str]:
    """A sort key: new items before repeated headlines, then by worth."""
    return repeats(item), -item.score, item.id


def repeats(item: IssueItem) -> bool:
    """Whether it repeats a headline of an earlier issue without new facts."""
    return item.follows is not None and not item.follows.fresh


@dataclass(frozen=True, slots=True)
class _Traits:
    """What an item may have in common with another."""

    words: frozenset[str]
    authors: frozenset[str]
    feeds: frozenset[str]  # the first source's
    paper: bool
    trends: tuple[str, ...]  # the first two


def _traits(item: IssueItem) -> _Traits:
    return _Traits(
        words=frozenset(_WORD.findall(item.title.casefold())),
        authors=frozenset(item.authors),
        feeds=frozenset(source.feed for source in item.sources[:1]),
        paper=item.kind == "paper",
        trends=tuple(label.id for label in item.trends[:2]),
    )


def _common(one: _Traits, other: _Traits) -> float:
    """How much an item has in common with another, in 0..1."""
    shared = len(one.words & other.words)
    alike = shared / (len(one.words) + len(other.words) - shared) if shared else 0.0
    authors = 0.0 if one.authors.isdisjoint(other.authors) else SAME_AUTHOR
    return max(alike, authors, 0.0 if one.paper or one.feeds.isdisjoint(other.feeds) else SAME_FEED)


def _same_trend(one: _Traits, other: _Traits) -> float:
    """1 if two items have the same first trend, 0.5 if one fits the other's first trend too."""
    mine, theirs = one.trends, other.trends
    if not mine or not theirs:
        return 0.0
    return 1.0 if mine[0] == theirs[0] else 0.5 if mine[0] in theirs or theirs[0] in mine else 0.0


def _less(item: IssueItem, lost: float) -> IssueItem:
    if round(lost, 4) == 0:
        return item
    parts = {**item.parts, "diversity": -round(lost, 4)}
    return replace(item, parts=parts, score=round(sum(parts.values()), 4))
