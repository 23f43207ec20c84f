"""Put items in the order in which they are read: without repetitions, and opened by one that has something to tell."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from digest.editorial.hand import READ_FIRST, Hand
from digest.editorial.rank import LAST, NEW_MODEL, RELEASE, SPECIAL, comes_last, is_beyond, is_title_only, work
from digest.model import IssueItem

DIVERSITY = 0.6  # the loss of an item that repeats a better one; as much as one more source gains
SAME_AUTHOR = 0.4  # the share of it for a second item by the same authors
SAME_FEED = 0.3  # the share of it for a second post of the same blog; not for papers, which come from few feeds
# The loss in "Read first" for each better item of the same trend; half of it if it fits that trend too.
SAME_TREND = 0.5
FIRST = 5  # to read before everything else, including the lead
READ_RELEASES = 2  # among those
READ_OF_A_FEED = 2  # among those, of one feed and one site, of what is no paper
LEADS = RELEASE + NEW_MODEL  # the worth of a new model that is announced first-hand
TELLING = 12  # words; a lead with a shorter text tells nothing
LEADING = 10  # items of which one may lead; those after it keep their order
NEAR = 1.0  # how much less another item may be worth that leads in its place
POOL = 8  # times the places; items further down cannot move up by what those above lose

_SECTION_LAST = ("", *reversed(LAST))
_WORD = re.compile(r"[^\W\d_][\w-]{3,}")
_WEIGHED = re.compile(  # `41 %`, `2.6 points`, `6x higher`, `from 0.31 to 0.47`, `3 of 10`, `1.5T tokens`
    r"(?<![\w.])\d[\d.,]*(?:\s|-)?(?:%|percent|pp\b|points?\b|percentage|[x×](?![\w])|times\b|-fold\b|of\s(?:the\s)?\d|out\sof\s\d)"
    r"|(?<![\w.-])\d[\d.,]*(?:\s|-)?(?:[BMT]\b|billion|million)"  # of `1.5T tokens`, but not of the name `Lift-35B`
    r"|\bfrom\s\d[\d.,]*%?\sto\s\d|(?<![\w.-])\d+\.\d+\b(?!\.)|(?<=[\s(])[+−-]\d"
)


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
    among the best: nobody wants to have missed it. One for images, sound or documents alone does not. Of releases, which have a block of
    their own, only the best `READ_RELEASES` stand before everything else. What is for readers of another field comes after all others, and a
    repeated headline last.
    """
    known = sorted(items, key=best_first)
    pinned = [item for item in known if "pinned" in item.edited]
    others = [item for item in known if "pinned" not in item.edited]
    others, last = split(others, lambda item: not comes_last(item))
    others, beyond = split(others, lambda item: not is_beyond(item))
    others, untold = split(others, lambda item: not is_title_only(item))
    others, uncertain = split(others, lambda item: not item.by_terms)
    others, releases = without_many_releases(others)
    others, crowd = _without_many_of_a_feed(others)
    first = arrange(others, FIRST, same_trend=SAME_TREND)
    opening = next(filter(_opens, first[:FIRST]), None)
    if opening is not None:
        first = [opening, *(item for item in first if item is not opening)]
    return (*pinned, *first, *releases, *crowd, *uncertain, *untold, *beyond, *last)


def split(items: Iterable[IssueItem], first: Callable[[IssueItem], bool]) -> tuple[list[IssueItem], list[IssueItem]]:
    """The items that come first, and the others, each in their order."""
    held: tuple[list[IssueItem], list[IssueItem]] = [], []
    for item in items:
        held[not first(item)].append(item)
    return held


def voice_of(item: IssueItem) -> tuple[str, str]:
    """The feed that had an item first, and the site where the item is: a list of many laboratories' posts speaks for each of them."""
    return item.sources[0].feed if item.sources else "", urlsplit(item.url).hostname or ""


def _without_many_of_a_feed(items: Iterable[IssueItem]) -> tuple[list[IssueItem], list[IssueItem]]:
    """The items in their order with at most `READ_OF_A_FEED` of each feed and site that are no papers, and the others."""
    taken: Counter[tuple[str, str]] = Counter()
    first: list[IssueItem] = []
    later: list[IssueItem] = []
    for item in items:
        voice = voice_of(item)
        taken[voice] += item.kind != "paper"
        (later if item.kind != "paper" and taken[voice] > READ_OF_A_FEED else first).append(item)
    return first, later


def in_section(items: Sequence[IssueItem], places: int) -> list[IssueItem]:
    """The items of a section in their order: what is certainly of its trend, then what terms and names alone placed there, then launches beyond the best
    `READ_RELEASES`, then items of which only the title is told, then what comes last everywhere.
    """
    others, releases = without_many_releases(items)
    ordered = [*arrange(others, places), *releases]
    later = {item.id for item in releases}

    def place(item: IssueItem) -> tuple[bool, bool, int, bool]:
        last = comes_last(item)
        return (last != "", is_title_only(item), _SECTION_LAST.index(last), item.id in later or item.by_terms)

    return sorted(ordered, key=place)


def without_many_releases(items: Iterable[IssueItem]) -> tuple[list[IssueItem], list[IssueItem]]:
    """The items with their best `READ_RELEASES` releases, and the other releases, which the block of releases tells anyway; best first."""
    known = sorted(items, key=best_first)
    later = [item for item in known if item.kind == "release"][READ_RELEASES:]
    left = {item.id for item in later}
    return [item for item in known if item.id not in left], later


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
    newest = "superseded" not in item.parts
    return newest and item.parts.get("release", 0.0) >= LEADS and not SPECIAL.search(item.title)


def lead_first(first: Sequence[IssueItem]) -> list[IssueItem]:
    """The items to read first, opened by one that has something to tell.

    Another item leads in place of one that has hardly a text, or whose text has no figure, if it has both and is worth nearly as much.
    A new model that its maker announces needs no figure: its existence is the news. A paper about a new model does need one, and without a
    figure it also moves down among the others.

    Args:
        first: the best items in the order of reading, with their summaries.
    """
    if not first or "pinned" in first[0].edited:
        return list(first)
    lead = first[0]
    if not (_tells(lead) and _opens(lead) and _states(lead)):
        near = [item for item in first if item is lead or item.score >= _told_worth(lead)]
        lead = max(near, key=lambda item: (_tells(item), _tells(item) and _weighs(item)))
    return [lead, *_by_what_they_tell([item for item in first if item is not lead])]


def _by_what_they_tell(items: Sequence[IssueItem]) -> list[IssueItem]:
    """The items in their order, but each vague one after the others that are worth more than it is without a figure."""
    items, untold = split(items, lambda item: not (is_title_only(item) or comes_last(item)))
    told = [item for item in items if not _is_vague(item)]
    for item in filter(_is_vague, items):
        place = next((n for n, other in enumerate(told) if other.score < _told_worth(item)), len(told))
        told.insert(place, item)
    return [*told, *untold]


def _told_worth(item: IssueItem) -> float:
    """What an item without a figure is worth; what a paper is worth as a release counts only if it says what is released."""
    return item.score - NEAR - (item.parts.get("release", 0.0) if item.kind == "paper" else 0.0)


def _tells(item: IssueItem) -> bool:
    return len(item.summary.split()) >= TELLING


def _weighs(item: IssueItem) -> bool:
    """Whether what it tells has a figure, by which a reader can see why it matters, and is about more than images, sound or documents."""
    return _WEIGHED.search(item.summary) is not None and not SPECIAL.search(item.title)


def _states(item: IssueItem) -> bool:
    """Whether it states a fact, as a paper about a new model must before it leads."""
    return item.kind != "paper" or _WEIGHED.search(item.summary) is not None


def _is_vague(item: IssueItem) -> bool:
    """Whether a paper, a post or news has no figure in the text that is shown of it first."""
    return item.kind != "release" and _WEIGHED.search(item.brief or item.summary) is None


def pinned_first(item: IssueItem) -> tuple[bool, bool, float, str]:
    """A sort key: pinned items first, then new ones by worth."""
    return "pinned" not in item.edited, *best_first(item)


def best_first(item: IssueItem) -> tuple[bool, float, str]:
    """A sort key: new items before repeated headlines, then by worth."""
    return repeats(item), -item.score, item.id


def best_work_first(item: IssueItem) -> tuple[bool, float, str]:
    """The same where titles stand alone."""
    return repeats(item), -work(item), item.id


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
