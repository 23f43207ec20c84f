"""Decide within the reading time which sections the mail shows, and how many items of each."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import NamedTuple

from digest.editorial.rank import comes_last
from digest.model import FeedReport, Issue, IssueItem, Release, Released, Trend

# Adults read English non-fiction silently at 238 words a minute (Brysbaert 2019, a review of 190 studies).
WORDS_A_MINUTE = 238
LEAD_WORDS = 70  # of the text of the lead
SUMMARY_WORDS = 40  # of a summary in the mail
ITEM_WORDS = 55  # of an item with its title, its summary and its byline
NAMES = 3  # of authors and of sources in the mail, before "and 7 others"
OTHERS_WORDS = 3
TREND_WORDS = 3  # the name of a trend
POINTER_WORDS = 7  # of an item in its section that was told above, which says so
SHARED_WORDS = 6  # of a section in the shared block: its name and the number of further items
SECTION_WORDS = 12  # heading, the baseline's date, and the number of further items
FRAME_WORDS = 155  # masthead, headings, the key to the contents, behind the issue, footer
LINES_WORDS = 60  # the three lines, which are written last
MARK_WORDS = 9  # behind a text that a language model wrote: who wrote it, from what, and that it was checked
BEYOND = 6  # releases that are not about language, by name
RELEASES, NOTED = 8, 12  # the maximum number of each in a mail; the web page lists all
NOTED_PAPERS = 8  # the places that papers keep among the titles, however many launches, posts and news there are
SHORT, FEW, FEW_PAPERS = 5, 4, 2  # in a mail of fewer minutes than this, so many of each
TITLE_WORDS = 12  # of a paper
NAMES_WORDS = 100  # what moved, with titles
MOVED_PLACE, RELEASES_PLACE = "moved", "releases"  # the anchors of the two lists


@dataclass(frozen=True, kw_only=True, slots=True)
class Allotment:
    """The first `own` sections have room of their own; `shown` counts the leading items that each section shows."""

    own: int
    shown: tuple[int, ...]


def listed(minutes: float) -> tuple[int, int]:
    """How many releases, and how many of the items without a trend, a mail lists at most."""
    return (RELEASES, NOTED) if minutes >= SHORT else (FEW, FEW)


def beyond(releases: Iterable[Released]) -> list[Released]:
    """The releases that are not about language and that a mail names."""
    return [one for one in releases if one.release.beyond_language][:BEYOND]


def paper_titles(others: int, minutes: float) -> int:
    """How many papers a mail lists by title: the places that so many launches, posts and news leave, but not too few."""
    most, least = (NOTED, NOTED_PAPERS) if minutes >= SHORT else (FEW, FEW_PAPERS)
    return max(least, most - others)


def titles(noted: Sequence[IssueItem], papers: Sequence[IssueItem], most: int | None) -> list[IssueItem]:
    """The items that are listed by title: at most so many that fit no trend and are no papers, the papers that were chosen, and what comes last if there is room.

    Args:
        noted: the items without a trend, in their order.
        papers: those chosen, best first; without any, as in older issues, the first of `noted`.
        most: without a limit, all other papers of `noted` come last.
    """
    end = len(noted)
    while end and comes_last(noted[end - 1]):
        end -= 1
    noted, notices = noted[:end], noted[end:]
    chosen = list(papers) or [item for item in noted if item.kind == "paper"][:NOTED_PAPERS]
    last = max((place for place, item in enumerate(noted) if item.kind != "paper"), default=-1)
    first = [item for item in noted[: last + 1] if item.kind != "paper" or item in chosen]  # as an editor ordered them
    if most is None:
        rest = [item for item in noted if item not in first and item not in chosen]
        return [*first, *(item for item in chosen if item not in first), *rest, *notices]
    shown = [*first[:most], *(item for item in chosen if item not in first)] if most else []
    return [*shown, *notices[: max(0, most - len(shown))]]


def title_words(noted: Sequence[IssueItem], minutes: float) -> int:
    """The number of words of the titles in a mail, before it is known which papers they are of."""
    others = [item for item in noted if item.kind != "paper" and not comes_last(item)]
    return sum(map(_title, others[: listed(minutes)[1]])) + TITLE_WORDS * paper_titles(len(others), minutes)


def room(minutes: float, sections: int) -> int:
    """How many items a section needs room for, so that so many sections fill a reading time."""
    return ceil(minutes * WORDS_A_MINUTE / ITEM_WORDS / max(1, sections))


def scaled(most: int, minutes: float, *, usual: float) -> int:
    """The most items of one trend in a letter: the limit in feeds.yaml, which is meant for the issue's minutes, raised in proportion for longer letters."""
    return max(most, ceil(most * minutes / usual))


def frame_words(
    *,
    minutes: float,
    first: Sequence[IssueItem],
    trends: Iterable[Trend],
    releases: Sequence[Released],
    titles: int,
    names: int,
    feeds: Sequence[FeedReport] = (),
    model: Container[str] = (),
) -> int:
    """The number of words in a mail besides its sections.

    Args:
        minutes: the reading time.
        first: the lead and the items to read after it, with their texts.
        trends: those in the contents and among the quiet trends.
        releases: all releases.
        titles: the number of words of what is listed by its title alone.
        names: how many names and phrases that moved it lists.
        feeds: those that could not be read are named.
        model: what a language model writes: "lead", "results", "summaries".
    """
    lead = sum(_title(item) + _words(item.summary, LEAD_WORDS) + _byline(item) for item in first[:1])
    # The result of an item to read first stands there instead of in its section, which points to it.
    after = sum(_title(item) + TREND_WORDS + POINTER_WORDS for item in first[1:])
    contents = sum(_words(trend.name) + 2 for trend in trends)
    told = [one.release for one in releases if not one.release.beyond_language][: listed(minutes)[0]]
    facts = sum(map(_release, told)) + sum(_words(one.release.name) for one in beyond(releases))
    trouble = sum([_words(feed.name) for feed in feeds if feed.may_lack_items][:NOTED])
    moved = NAMES_WORDS * (names > 0)
    marks = MARK_WORDS * (len(first[:1]) * ("lead" in model) + len(first[1:]) * ("results" in model))
    return FRAME_WORDS + LINES_WORDS + lead + after + contents + facts + titles + trouble + moved + marks


def _release(release: Release) -> int:
    """The number of words of a release in its list; each fact is named."""
    return _words(release.name) + _words(release.maker) + sum(_words(fact) + 1 for fact in release.facts if fact)


def cost(item: IssueItem, *, lead: bool = False, marked: bool = False) -> int:
    """The number of words that a reader reads for one item of a section; `marked` if a language model writes its summary."""
    if lead:
        return _title(item) + POINTER_WORDS
    summary = _words(item.brief or item.summary, SUMMARY_WORDS)
    return _title(item) + summary + MARK_WORDS * (marked and summary > 0) + _byline(item)


def _byline(item: IssueItem) -> int:
    """The number of words of authors, sources, signals and links."""
    places = list({source.feed.partition(" ")[0]: source.feed for source in item.sources}.values())  # as they are shown
    named = [*item.authors[:NAMES], *places[:NAMES]]
    others = OTHERS_WORDS * ((len(item.authors) > NAMES) + (len(places) > NAMES))
    told = 2 * len(item.signals[:2]) + len(item.artefacts)
    return sum(map(_words, named)) + others + told + bool(item.sources)


def _words(text: str, most: int | None = None) -> int:
    count = len(text.split())
    return count if most is None else min(count, most)


def allot(
    sections: Sequence[Sequence[IssueItem]],
    *,
    minutes: float,
    most: int,
    cap: int,
    floors: Sequence[int],
    lead: str = "",
    frame: int = FRAME_WORDS,
    baselines: Sequence[str] = (),
    marked: bool = False,
) -> Allotment:
    """Decide which sections have room of their own, and how many leading items each section shows.

    Every section shows its best title. Then the best remaining item of all sections is shown with its summary; the first
    one of a section opens that section. This continues until one does not fit. None is skipped for a shorter one, so that more
    minutes never show less of any section.

    Args:
        sections: the items of each section, best first; the sections by their best item, best first.
        minutes: the reading time.
        most: the maximum number of sections with room of their own.
        cap: the maximum number of items per section, apart from its floor.
        floors: the number of items that each section always shows: pinned and watched ones, which come first.
        lead: the id of the item that is told above the sections.
        frame: the words outside the sections.
        baselines: what each section shows of its baseline.
        marked: whether a language model writes the summaries.
    """
    shown = [max(min(1, len(items)), floor) for items, floor in zip(sections, floors, strict=True)]
    own = 0
    heads = _heads(baselines, len(sections))
    left: float = minutes * WORDS_A_MINUTE - words(sections, shown, own=own, lead=lead, frame=frame)
    while True:
        longer = _longer(sections, shown, own=own, cap=cap)
        opens = own < min(most, len(sections)) and (floors[own] > 0 or _leads(sections[own], longer))
        price: float = inf
        if opens:
            told = sections[own][: shown[own]]
            price = (
                heads[own]
                - SHARED_WORDS
                + sum(cost(item, lead=item.id == lead, marked=marked) - _title(item) for item in told)
            )
        elif longer:
            item = sections[longer.section][shown[longer.section]]
            price = cost(item, lead=item.id == lead, marked=marked)
        if price > left:
            return Allotment(own=own, shown=tuple(shown))
        left -= price
        if opens:
            own += 1
        elif longer:
            shown[longer.section] += 1


class _Next(NamedTuple):
    """The next item that a section with room of its own could show."""

    section: int
    score: float


def _longer(sections: Sequence[Sequence[IssueItem]], shown: Sequence[int], *, own: int, cap: int) -> _Next | None:
    open_ = (n for n in range(own) if shown[n] < min(cap, len(sections[n])))
    found = (_Next(n, sections[n][shown[n]].score) for n in open_)
    return max(found, key=lambda one: (one.score, -one.section), default=None)


def _leads(items: Sequence[IssueItem], other: _Next | None) -> bool:
    """Whether a section's best item is worth more than the next item of the sections before it."""
    return other is None or items[0].score >= other.score


def words(
    sections: Sequence[Sequence[IssueItem]],
    shown: Sequence[int],
    *,
    own: int,
    lead: str = "",
    frame: int = FRAME_WORDS,
    baselines: Sequence[str] = (),
) -> int:
    """The number of words if each section shows this many items; sections from `own` on show only titles."""
    told = [items[:count] for items, count in zip(sections, shown, strict=True)]
    heads = _heads(baselines, len(sections))
    inside = sum(
        head + sum(cost(item, lead=item.id == lead) for item in items)
        for head, items in zip(heads, told[:own], strict=False)
        if items
    )
    return frame + inside + sum(SHARED_WORDS + sum(map(_title, items)) for items in told[own:] if items)


def used(issue: Issue) -> float:
    """The part of the reading time that the mail of an issue uses, as far as its data tell."""
    items = issue.by_id(folded=False)
    frame = frame_words(
        minutes=issue.minutes,
        first=[items[id_] for id_ in issue.best if id_ in items],
        trends=(),
        releases=issue.releases,
        titles=sum(map(_title, _titled(issue))),
        names=len(issue.moved),
        feeds=issue.feeds,
    )
    sections = [section.items for section in sorted(issue.trends, key=lambda section: not section.own)]
    told = words(
        sections,
        [len(shown) for shown in sections],
        own=sum(section.own for section in issue.trends),
        lead=issue.lead,
        frame=frame,
        baselines=[section.baseline.line or section.baseline.summary for section in issue.trends if section.own],
    )
    return round(told / (issue.minutes * WORDS_A_MINUTE), 3)


def _titled(issue: Issue) -> list[IssueItem]:
    """What the mail of an issue lists by its title alone."""
    most_releases, most = listed(issue.minutes)
    language = [one for one in issue.releases if not one.release.beyond_language][:most_releases]
    told = {*issue.best, *(id_ for one in (*language, *beyond(issue.releases)) for id_ in (one.id, *one.older))}
    items = issue.by_id()
    papers = [items[id_] for id_ in issue.noted_papers if id_ in items and id_ not in told]
    return titles([item for item in issue.also_noted if item.id not in told], papers, most)


def _heads(baselines: Sequence[str], sections: int) -> list[int]:
    """The number of words of each section besides its items."""
    return [SECTION_WORDS + _words(text) for text in (*baselines, *[""] * (sections - len(baselines)))]


def _title(item: IssueItem) -> int:
    """The number of words of an item shown by its title, with its language if it is another one."""
    return _words(item.title) + 1


def select(issue: Issue, trends: frozenset[str]) -> Issue | None:
    """The issue with only the sections of `trends`; None if it has none of them.

    Items without a trend (also noted) are left out. The three lines and the reading list keep the entries that are still in the issue.
    """
    sections = tuple(section for section in issue.trends if section.id in trends)
    if not sections:
        return None
    items = {item.id for section in sections for item in section.items}
    held = items | {item.id for section in sections for item in section.folded}
    chosen = tuple(id_ for id_ in (issue.lead, *issue.read_first) if id_ in items)
    releases = tuple(one for one in issue.releases if one.id in held)
    moved = tuple(one for one in issue.moved if not held.isdisjoint(one.items))
    targets = items | {section.id for section in sections}
    targets |= {MOVED_PLACE} if moved else set()
    targets |= {RELEASES_PLACE} if releases and releases == issue.releases else set()
    return replace(
        issue,
        trends=sections,
        lines=tuple(line for line in issue.lines if line.target in targets),
        lead=chosen[0] if chosen else "",
        read_first=chosen[1:],
        releases=releases,
        moved=moved,
        mentions=None,
        names=tuple(name for name in issue.names if not held.isdisjoint(name.items)),
        also_noted=(),
        noted_papers=tuple(id_ for id_ in issue.noted_papers if id_ in held),
        off_topic=(),
        quiet=tuple(id_ for id_ in issue.quiet if id_ in trends),
    )
