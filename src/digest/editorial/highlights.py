"""Write "this week in three lines" from the lead, what moved and what was released. All figures are those of the issue."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from digest.editorial.candidates import Candidate, Sifted
from digest.editorial.order import best_first, pinned_first
from digest.editorial.pulse import HISTORY
from digest.editorial.reading_budget import MOVED_PLACE, RELEASES_PLACE
from digest.editorial.release_order import Announced, arranged
from digest.editorial.releases import is_listed
from digest.editorial.telling import is_of_another_field, told
from digest.editorial.versions import is_patch
from digest.model import FATES, Fate, IssueItem, Line, Moved, OffTopic, Release, Released, Section, Verdict
from digest.text.clean import cut
from digest.text.formatting import listed
from digest.text.words import N_, gettext, npgettext

TERMS = 3  # names, phrases and trends in a line
RELEASES, LINES = 3, 3
NAME_WORDS = 4
TITLE_CHARS = 90  # of a title in a line
CLOSEST_WORDS = 28  # of the phrases that came closest to moving
WORKS = 2  # named for a phrase
_ACTIVE = re.compile(r" \([^()]*\)")  # which a line leaves out if there are several sizes
OFF_TOPIC = (
    N_("title and text say nothing of language models"),
    N_("the title, which is all there is, says nothing of language models"),
    N_("no known term or name in it tells of language models, and the classifier does not read its language"),
)


def lines(
    best: Sequence[IssueItem],
    sections: Sequence[Section],
    moved: Sequence[Moved],
    releases: Sequence[Released],
    *,
    past: int,
    closest: Sequence[Moved] = (),
) -> tuple[Line, ...]:
    """Up to three sentences: what the lead says; what moved; what was released; what the best other item says.

    That nothing moved is told after what was released, with what came closest, or briefly where nothing came close.

    Args:
        best: the lead, and the items to read after it.
        sections: those with items.
        moved: the names and phrases that moved.
        releases: the releases, in the order of the issue.
        past: the number of past issues to compare with.
        closest: the phrases that came closest to moving.
    """
    if not sections and not best:
        return (Line(text=gettext("Nothing new fell into any of the trends.")),)
    released = _released(releases, lead=best[0].id if best else "")
    grown = _moved(sections, moved) if sections else None
    near = _closest(closest, sections) if sections and not grown else None
    still = _still(past) if sections and not grown and not near else None
    beside = _also({*(item.id for item in best), *(one.id for one in releases)}, sections)
    parts = (_lead(best[0]) if best else None, grown, released, near or still, beside)
    return tuple(line for line in parts if line is not None)[:LINES]


def _lead(item: IssueItem) -> Line:
    """What the lead says or, without a text, which feeds carry it."""
    feeds = list(dict.fromkeys(source.feed for source in item.sources))
    if item.result and item.result.rstrip(".").casefold() not in item.title.casefold():
        return Line(text=_sentence(item.result), target=item.id)
    if len(feeds) > 1:
        told = gettext("The lead is carried by %(number)s feeds, first by %(feed)s.", number=len(feeds), feed=feeds[0])
        return Line(text=told, target=item.id)
    known = gettext("The lead comes from %(feed)s.", feed=feeds[0]) if feeds else gettext("The lead stands below.")
    return Line(text=known, target=item.id)


def _also(known: AbstractSet[str], sections: Sequence[Section]) -> Line | None:
    """The result of the best item of a section, if one tells any, without those that the issue tells or lists above."""
    others = [item for section in sections if section.own for item in section.items if item.id not in known]
    telling = [item for item in sorted(others, key=best_first) if told(item.result) == "result"]
    found = min(telling, key=_nameless, default=None)
    return Line(text=_sentence(_with_name(found)), target=found.id) if found else None


def _nameless(item: IssueItem) -> tuple[bool, bool]:
    """A sort key: first items whose name a line can tell, last those whose title is in another language than the rest."""
    return item.by_terms, not _name(item)


def _name(item: IssueItem) -> str:
    """What a title has before its colon; empty if that is no name."""
    name, colon, _ = item.title.partition(": ")
    return name if colon and len(name.split()) <= NAME_WORDS else ""


def _with_name(item: IssueItem) -> str:
    """What an item says, after its name or the beginning of its title if the sentence has neither, since no title stands above a line."""
    name = _name(item) or cut(item.title.partition(": ")[0], TITLE_CHARS)
    if name in item.result:
        return item.result
    told = name if len(name.split()) <= NAME_WORDS else gettext("“%(phrase)s”", phrase=name)
    return f"{told}: {item.result}"


def _moved(sections: Sequence[Section], moved: Sequence[Moved]) -> Line | None:
    """`More than usual: DeepSeek-V4, in 12 items where 0.4 were expected; LLM agents, with 31 items where 14 were expected.`"""
    more, less = ([one for one in sections if one.pulse.verdict == way] for way in ("more", "less"))
    grown = [*map(_more, moved), *map(_trend, more)][:TERMS]
    shrunk = [*map(_trend, less)][: TERMS - len(grown)]
    parts = [gettext("More than usual: %(terms)s.", terms="; ".join(grown))] if grown else []
    parts += [gettext("Less than usual: %(terms)s.", terms="; ".join(shrunk))] if shrunk else []
    return Line(text=" ".join(parts), target=MOVED_PLACE if moved else (more or less)[0].id) if parts else None


def _more(term: Moved) -> str:
    """`DeepSeek-V4, in 12 items where 0.4 were expected`; `Kimi K2.5, in 7 items, first seen here`."""
    name = gettext("“%(phrase)s”", phrase=term.name) if term.kind == "phrase" else term.name
    items = _count(term.count)
    if not any(term.past):
        return gettext("%(name)s, in %(items)s, first seen here", name=name, items=items)
    return gettext(
        "%(name)s, in %(items)s where %(expected)s", name=name, items=items, expected=_expected(term.expected)
    )


def _closest(terms: Sequence[Moved], sections: Sequence[Section]) -> Line | None:
    """`Nothing moved beyond chance; closest to it came “GUI agents”, in 8 works instead of about 3 (PhoneBuddy, GUI vs. CLI).`

    The works are named if the sentence stays short; the line leads to the section of the first.
    """
    if not terms:
        return None
    plain, works = _near(terms[0]), _works(terms[0], sections)
    names = [name for name, _ in works][:WORKS]
    full = gettext("%(phrase)s (%(works)s)", phrase=plain, works=", ".join(names)) if len(names) > 1 else plain
    told = full if len(full.split()) <= CLOSEST_WORDS else plain
    said = gettext("Nothing moved beyond chance; closest to it came %(phrase)s.", phrase=told)
    return Line(text=said, target=works[0][1].id if works else "")


def _near(term: Moved) -> str:
    """`“GUI agents”, in 8 works instead of about 3`"""
    usual, count = round(term.expected), term.count
    if usual < 1:
        return gettext("“%(phrase)s”, in %(count)s works, hardly any before", phrase=term.name, count=count)
    return gettext(
        "“%(phrase)s”, in %(count)s works instead of about %(usual)s", phrase=term.name, count=count, usual=usual
    )


def _works(term: Moved, sections: Sequence[Section]) -> list[tuple[str, Section]]:
    """The short names of the works that a phrase stands in, with their sections: first what is shown, then what is of the digest's field, about
    it by its title, and among the best of its section.
    """
    ids = frozenset(term.items)
    found = [
        (
            place >= len(section.items),
            is_of_another_field(item.title),
            term.name.casefold() not in item.title.casefold(),
            place / section.size,
            name,
            section,
        )
        for section in sections
        for place, item in enumerate((*section.items, *section.folded))
        if item.id in ids and (name := _name(item))
    ]
    return [(name, section) for *_, name, section in sorted(found, key=lambda one: one[:5])]


def _trend(section: Section) -> str:
    return gettext(
        "%(trend)s, with %(items)s where %(expected)s",
        trend=section.name,
        items=_count(section.pulse.count),
        expected=_expected(section.pulse.expected or 0.0),
    )


def _expected(number: float) -> str:
    """One decimal below ten and none above, because more would suggest a false precision."""
    shown = f"{number:.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
    if shown == "0":
        return gettext("none was expected")
    return gettext("1 was expected") if shown == "1" else gettext("%(number)s were expected", number=shown)


def _still(past: int) -> Line | None:
    """A line that nothing moved, if there are enough past issues to compare with."""
    told = gettext("No trend, name or phrase moved beyond its usual.")
    return Line(text=told) if past >= HISTORY else None


def _released(releases: Sequence[Released], lead: str) -> Line | None:
    """`Released: DeepSeek-V4 (DeepSeek, 1.6T, open weights), Kimi K2.5 (Moonshot AI) and six more.` The lead comes first."""
    named = sorted(
        (one for one in releases if _is_named(one.release)),
        key=lambda one: one.id != lead,
    )
    if all(one.id == lead for one in named):
        return None
    names = [_release(one) for one in named[:RELEASES]]
    more = len(named) - len(names)
    told = gettext("%(names)s and %(more)s more", names=", ".join(names), more=more) if more else listed(names)
    return Line(text=gettext("Released: %(names)s.", names=told), target=RELEASES_PLACE)


def _is_named(release: Release) -> bool:
    """Whether a line may name a release: no patch of software, and nothing that is not about language."""
    return bool(release.name) and not release.beyond_language and not is_patch(release.name)


def _release(one: Released) -> str:
    sizes = _ACTIVE.sub("", one.release.size) if ", " in one.release.size else one.release.size
    facts = (one.release.maker, sizes, gettext("open weights") if one.release.weights == "open" else "")
    detail = ", ".join(fact for fact in facts if fact)
    return gettext("%(name)s (%(detail)s)", name=one.release.name, detail=detail) if detail else one.release.name


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "。")) else f"{text}."


def _count(number: int) -> str:
    """The text stands in issue.json, so English keeps plain digits."""
    return npgettext("item", "one item", "%(number)s items", number, number=number)


def tally(filed: Mapping[str, list[IssueItem]], unfiled: Sequence[IssueItem]) -> dict[str, dict[str, int]]:
    """The number of items by feed and trend. Each item counts once, under the feed that had it first."""
    counts: dict[str, Counter[str]] = {}
    for id_, items in (*filed.items(), ("", unfiled)):
        for item in items:
            counts.setdefault(item.sources[0].feed, Counter())[id_] += 1
    return {feed: dict(sorted(counts[feed].items())) for feed in sorted(counts)}


def releases(candidates: Sequence[Candidate], items: Sequence[IssueItem]) -> tuple[Released, ...]:
    """The releases of the issue that say what they are; `items` are all its items, shown or folded."""
    known = {one.id: one for one in candidates}
    return arranged(
        [
            Announced(item=item, release=release, on_topic=known[item.id].on_topic, software=known[item.id].is_software)
            for item in sorted(items, key=pinned_first)
            if (release := known[item.id].release) is not None and _is_listed(known[item.id], release)
        ]
    )


def _is_listed(candidate: Candidate, release: Release) -> bool:
    return is_listed(candidate.title, release, software=candidate.is_software)


def off_topic(candidates: Sequence[Candidate], verdicts: Mapping[str, Verdict]) -> tuple[OffTopic, ...]:
    """The off-topic items except papers, which are only counted, sorted by feed."""
    return tuple(
        OffTopic(
            id=one.id,
            title=one.title,
            url=one.url,
            kind=one.kind,
            feed=one.sources[0].feed,
            reason=gettext(
                OFF_TOPIC[2] if verdicts[one.id].by_terms else OFF_TOPIC[0] if one.summary else OFF_TOPIC[1]
            ),
        )
        for one in sorted(candidates, key=lambda one: (one.sources[0].feed, one.title, one.id))
        if one.kind != "paper"
    )


def receipt(
    sifted: Sifted,
    sections: Sequence[Section],
    also_noted: Sequence[IssueItem],
    off_topic: Sequence[Candidate],
    *,
    others: int = 0,
) -> dict[Fate, int]:
    """The fates of the window's first sightings, each counted once; in a letter, without the items that are for `others`."""
    counts: Counter[Fate] = Counter(sifted.fates)
    counts["shown"] = sum(len(section.items) for section in sections)
    counts["folded"] = sum(len(section.folded) for section in sections)
    counts["also_noted"] = len(also_noted)
    counts["off_topic"] = len(off_topic)
    counts["merged"] += sum(candidate.sightings - 1 for candidate in sifted.candidates)
    expected = sum(sifted.fates.values()) + sum(candidate.sightings for candidate in sifted.candidates)
    counted = sum(counts.values()) + others
    assert counted == expected, f"the receipt counts {counted} of {expected} sightings"
    return {fate: counts[fate] for fate in FATES}
