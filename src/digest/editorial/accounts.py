"""Account for a composed window: the receipt, the tally, the releases, and what was off topic."""

from collections import Counter
from collections.abc import Mapping, Sequence

from digest.editorial.candidates import Candidate, Sifted
from digest.editorial.rank import pinned_first
from digest.editorial.releases import Announced, arranged
from digest.model import FATES, Fate, IssueItem, OffTopic, Released, Section


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
