"""Write "this week in three lines" from the lead, what moved and what was released. All figures are those of the issue."""

from collections import Counter
from collections.abc import Mapping, Sequence

from digest.editorial.candidates import Candidate, Sifted
from digest.editorial.pulse import HISTORY
from digest.editorial.rank import pinned_first
from digest.editorial.releases import Announced, arranged
from digest.model import FATES, Fate, IssueItem, Line, Moved, OffTopic, Released, Section

TERMS = 3  # names, phrases and trends in a line
RELEASES = 3
MOVED_PLACE, RELEASES_PLACE = "moved", "releases"  # the anchor of the list of names


def lines(
    best: Sequence[IssueItem],
    sections: Sequence[Section],
    moved: Sequence[Moved],
    releases: Sequence[Released],
    *,
    past: int,
) -> tuple[Line, ...]:
    """Three sentences: what the lead says; what moved, or that nothing did; what was released, or what the next best item says.

    Args:
        best: the lead, and the items to read after it.
        sections: those with items.
        moved: the names and phrases that moved.
        releases: the releases, in the order of the issue.
        past: the number of past issues to compare with.
    """
    if not sections and not best:
        return (Line(text="Nothing new fell into any of the trends."),)
    parts = [_lead(best[0])] if best else []
    parts += [_moved(sections, moved) or _still(sections, past)] if sections else []
    released = _released(releases, {one.id for one in best[:1]})
    also = next(
        (Line(text=_sentence(one.result), target=one.id) for one in best[1:] if one.result and one.trends), None
    )
    return tuple(line for line in (*parts, released or also) if line is not None)


def _lead(item: IssueItem) -> Line:
    """What the lead says or, without a text, which feeds carry it."""
    feeds = list(dict.fromkeys(source.feed for source in item.sources))
    if item.result and item.result.rstrip(".").casefold() not in item.title.casefold():
        return Line(text=_sentence(item.result), target=item.id)
    if len(feeds) > 1:
        return Line(text=f"The lead is carried by {len(feeds)} feeds, first by {feeds[0]}.", target=item.id)
    return Line(text=f"The lead comes from {feeds[0]}." if feeds else "The lead stands below.", target=item.id)


def _moved(sections: Sequence[Section], moved: Sequence[Moved]) -> Line | None:
    """`More than usual: DeepSeek-V4, in 12 items where 0.4 were expected; LLM agents, with 31 items where 14 were expected.`"""
    more, less = ([one for one in sections if one.pulse.verdict == way] for way in ("more", "less"))
    grown = [*map(_more, moved), *map(_trend, more)][:TERMS]
    shrunk = [*map(_trend, less)][: TERMS - len(grown)]
    parts = [
        f"{opening}: {'; '.join(terms)}."
        for opening, terms in (("More than usual", grown), ("Less than usual", shrunk))
        if terms
    ]
    return Line(text=" ".join(parts), target=MOVED_PLACE if moved else (more or less)[0].id) if parts else None


def _more(term: Moved) -> str:
    """`DeepSeek-V4, in 12 items where 0.4 were expected`; `Kimi K2.5, in 7 items, first seen here`."""
    name = f"“{term.name}”" if term.kind == "phrase" else term.name
    if not any(term.past):
        return f"{name}, in {_count(term.count)}, first seen here"
    return f"{name}, in {_count(term.count)} where {_expected(term.expected)} expected"


def _trend(section: Section) -> str:
    return (
        f"{section.name}, with {_count(section.pulse.count)} where {_expected(section.pulse.expected or 0.0)} expected"
    )


def _expected(number: float) -> str:
    """One decimal below ten and none above, because more would suggest a false precision."""
    shown = f"{number:.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
    return f"{shown} was" if shown == "1" else "none was" if shown == "0" else f"{shown} were"


def _still(sections: Sequence[Section], past: int) -> Line:
    """A line that nothing moved or, without past issues to compare with, what this issue is mostly about."""
    if past >= HISTORY:
        return Line(text="No trend, name or phrase came more or less often than expected from its own past.")
    largest = max(sections, key=lambda one: one.pulse.count)
    filed = sum(one.pulse.count for one in sections)
    share = f"{round(100 * largest.pulse.count / filed)} % of this issue's items" if filed else "no item of this issue"
    return Line(
        text=f"{largest.name} is the largest trend, with {share}; from the fifth issue on, this line says what moved.",
        target=largest.id,
    )


def _released(releases: Sequence[Released], lead: set[str]) -> Line | None:
    """`Released: DeepSeek-V4 (DeepSeek, 1.6T, open weights), Kimi K2.5 (Moonshot AI) and six more.`"""
    named = [one for one in releases if one.release.name and one.id not in lead]
    if not named:
        return None
    names = [_release(one) for one in named[:RELEASES]]
    more = len(named) - len(names)
    listed = (
        f"{', '.join(names)} and {more} more"
        if more
        else " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    )
    return Line(text=f"Released: {listed}.", target=RELEASES_PLACE)


def _release(one: Released) -> str:
    facts = (one.release.maker, one.release.size, "open weights" if one.release.weights == "open" else "")
    detail = ", ".join(fact for fact in facts if fact)
    return f"{one.release.name} ({detail})" if detail else one.release.name


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "。")) else f"{text}."


def _count(number: int) -> str:
    return "one item" if number == 1 else f"{number} items"


def tally(filed: Mapping[str, list[IssueItem]], unfiled: Sequence[IssueItem]) -> dict[str, dict[str, int]]:
    """The number of items by feed and trend. Each item counts once, under the feed that had it first."""
    counts: dict[str, Counter[str]] = {}
    for id_, items in (*filed.items(), ("", unfiled)):
        for item in items:
            counts.setdefault(item.sources[0].feed, Counter())[id_] += 1
    return {feed: dict(sorted(counts[feed].items())) for feed in sorted(counts)}


def releases(candidates: Sequence[Candidate], items: Sequence[IssueItem]) -> tuple[Released, ...]:
    """The releases of the issue; `items` are all its items, shown or folded."""
    known = {one.id: one for one in candidates}
    return arranged(
        [
            Announced(item=item, release=release, on_topic=known[item.id].on_topic)
            for item in sorted(items, key=pinned_first)
            if (release := known[item.id].release) is not None
        ]
    )


def off_topic(candidates: Sequence[Candidate]) -> tuple[OffTopic, ...]:
    """The off-topic items except papers, which are only counted, sorted by feed."""
    return tuple(
        OffTopic(
            id=one.id,
            title=one.title,
            url=one.url,
            kind=one.kind,
            feed=one.sources[0].feed,
            reason=f"{'title and text say' if one.summary else 'the title, which is all there is, says'} nothing of language models",
        )
        for one in sorted(candidates, key=lambda one: (one.sources[0].feed, one.title, one.id))
        if one.kind != "paper"
    )


def receipt(
    sifted: Sifted, sections: Sequence[Section], also_noted: Sequence[IssueItem], off_topic: Sequence[Candidate]
) -> dict[Fate, int]:
    """The fates of the window's first sightings, each counted once."""
    counts: Counter[Fate] = Counter(sifted.fates)
    counts["shown"] = sum(len(section.items) for section in sections)
    counts["folded"] = sum(len(section.folded) for section in sections)
    counts["also_noted"] = len(also_noted)
    counts["off_topic"] = len(off_topic)
    counts["merged"] += sum(candidate.sightings - 1 for candidate in sifted.candidates)
    expected = sum(sifted.fates.values()) + sum(candidate.sightings for candidate in sifted.candidates)
    assert sum(counts.values()) == expected, f"the receipt counts {sum(counts.values())} of {expected} sightings"
    return {fate: counts[fate] for fate in FATES}
