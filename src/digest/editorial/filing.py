"""File a window's candidates under their trends, as items with their worth, and count how names and trends moved.

Chooses nothing: every candidate becomes an item or is off topic. What comes out is the same for the issue and for every letter of the
window, until `for_reader` leaves to one reader what they chose, weighed as they wish.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest.editorial.candidates import Candidate, Sifted
from digest.editorial.closest import counted
from digest.editorial.highlights import tally
from digest.editorial.kinds import maker, versioned
from digest.editorial.moved import LEVEL, mentions, moved, terms_of, works
from digest.editorial.order import voice_of
from digest.editorial.pulse import pulses
from digest.editorial.rank import SAME_FEED, SUPERSEDED, parts
from digest.editorial.setting import Reader, Setting
from digest.editorial.signals import signals
from digest.editorial.standing import standings
from digest.editorial.weights import watched, weighed
from digest.model import (
    EditMark,
    IssueItem,
    ItemSignal,
    Label,
    Moved,
    Pulse,
    Tally,
    TermCounts,
    TouchedClaim,
    Verdict,
)

OF_A_FEED = 2  # posts, news and releases of one feed and one site in a section, before everything else there
MANY_SITES = 2  # times as many of a feed with links to several sites
OF_A_FEED_NOTED = 3  # the same among what has no trend


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """A window's items, and what is known of them together. `others` counts the items that are not for this reader."""

    sifted: Sifted
    filed: Mapping[str, list[IssueItem]]  # by their first trend
    unfiled: list[IssueItem]  # without a trend
    off_topic: list[Candidate]
    verdicts: Mapping[str, Verdict]
    texts: Mapping[str, str]  # by candidate id
    beside: Mapping[str, tuple[str, ...]]  # the texts of the other items of each story that releases something
    tally: Tally
    pulses: Mapping[str, Pulse]
    moved: tuple[Moved, ...]
    closest: tuple[Moved, ...]  # empty if something moved
    mentions: TermCounts
    phrases: TermCounts | None
    claims: Mapping[str, tuple[TouchedClaim, ...]]
    others: int = 0


def filed_of(sifted: Sifted, verdicts: Mapping[str, Verdict], setting: Setting) -> Filed:
    """Everything that a window holds."""
    filed, unfiled, off_topic = _file(sifted.candidates, verdicts, setting)
    tallied = tally(filed, unfiled)
    texts = {candidate.id: candidate.summary for candidate in sifted.candidates}
    held = works(sifted.candidates, without=off_topic)
    terms = terms_of(held, setting.ordinary)
    phrases, near = counted(held, setting.windows, setting.ordinary)
    surprising = moved(terms, setting.windows, setting.ordinary) or tuple(one for one in near if one.q <= LEVEL)
    return Filed(
        sifted=sifted,
        filed=filed,
        unfiled=unfiled,
        off_topic=off_topic,
        verdicts=verdicts,
        texts=texts,
        beside={one.id: one.beside for one in sifted.candidates if one.release is not None},
        tally=tallied,
        pulses=pulses(tallied, setting.past, tuple(setting.trends)),
        moved=surprising,
        closest=() if surprising else near,
        mentions=mentions(terms),
        phrases=phrases,
        claims=standings(
            [item for items in filed.values() for item in items],
            texts,
            setting.trends,
            setting.hand.stances,
            setting.told,
        ),
    )


def for_reader(everything: Filed, reader: Reader) -> Filed:
    """The items of a reader's trends, with what their weights add to each item's worth."""
    filed, unfiled, others = everything.filed, everything.unfiled, 0
    if reader.trends:
        others = len(unfiled) + sum(len(items) for id_, items in filed.items() if id_ not in reader.trends)
        filed, unfiled = {id_: items for id_, items in filed.items() if id_ in reader.trends}, []
    if reader.weights:
        by_id = {one.id: one for one in everything.sifted.candidates}
        filed = {id_: [_weighed(item, by_id[item.id], reader) for item in items] for id_, items in filed.items()}
        unfiled = [_weighed(item, by_id[item.id], reader) for item in unfiled]
    return replace(everything, filed=filed, unfiled=unfiled, others=others)


def _weighed(item: IssueItem, candidate: Candidate, reader: Reader) -> IssueItem:
    added = weighed(candidate, item.trends, reader.weights)
    if not added:
        return item
    return replace(item, score=round(item.score + added, 4), parts={**item.parts, "yours": added})


def _file(
    candidates: tuple[Candidate, ...], verdicts: Mapping[str, Verdict], setting: Setting
) -> tuple[dict[str, list[IssueItem]], list[IssueItem], list[Candidate]]:
    """The candidates by their first trend, those without a trend, and those off topic."""
    filed: dict[str, list[IssueItem]] = {}
    unfiled: list[IssueItem] = []
    off_topic: list[Candidate] = []
    shown = signals({one.id: one.observations for one in candidates})
    for candidate in candidates:
        verdict = verdicts[candidate.id]
        labels = tuple(label for label in verdict.labels if label.id in setting.trends)
        if candidate.version and not candidate.summary:  # a number and a name are no evidence for a trend
            labels = ()
        moved = _moved(labels, candidate, setting)
        item = _item(candidate, moved, shown.get(candidate.id, ()), setting)
        if verdict.by_terms and labels:
            item = replace(item, by_terms=True)
        if item.trends:
            filed.setdefault(item.trends[0].id, []).append(item)
        elif verdict.llm or candidate.on_topic or _of_a_family(candidate) or item.watched or _placed_by_hand(item):
            unfiled.append(item)
        else:
            off_topic.append(candidate)
    old = superseded([one for one in candidates if one.release is not None and not one.is_software])
    unfiled = [_less(item, "superseded", SUPERSEDED) if item.id in old else item for item in unfiled]
    filed = {
        id_: [_less(item, "superseded", SUPERSEDED) if item.id in old else item for item in items]
        for id_, items in filed.items()
    }
    filed = {id_: _without_crowds(items, OF_A_FEED) for id_, items in filed.items()}
    return filed, _without_crowds(unfiled, OF_A_FEED_NOTED), off_topic


def _without_crowds(items: list[IssueItem], most: int) -> list[IssueItem]:
    """The items, in which the posts, news and releases of a feed beyond the best `most` of one site, or twice as many of several, are worth less.

    What the editor chose and what is watched is not.
    """
    taken: Counter[tuple[str, ...]] = Counter()
    crowd: set[str] = set()
    for item in sorted(items, key=lambda item: (-item.score, item.id)):
        if item.kind == "paper" or item.edited or item.watched or not item.sources:
            continue
        feed, site = voice_of(item)
        taken.update([(feed,), (feed, site)])
        if taken[feed, site] > most or taken[feed,] > MANY_SITES * most:
            crowd.add(item.id)
    return [_less(item, "same feed", SAME_FEED) if item.id in crowd else item for item in items]


def superseded(announcing: Sequence[Candidate]) -> frozenset[str]:
    """The ids of those that announce a model of which the window has a newer version, as the first collection of a feed without dates brings them."""
    newest: dict[str, tuple[int, ...]] = {}
    named: list[tuple[str, str, tuple[int, ...]]] = []
    for one in announcing:
        if one.release is not None and (told := versioned(one.release.name)) is not None:
            model, version = told
            named.append((one.id, model, version))
            newest[model] = max(version, newest.get(model, version))
    return frozenset(id_ for id_, model, version in named if version < newest[model])


def _less(item: IssueItem, part: str, worth: float) -> IssueItem:
    if "pinned" in item.edited:
        return item
    parts_ = {**item.parts, part: worth}
    return replace(item, parts=parts_, score=round(sum(parts_.values()), 4))


def _placed_by_hand(item: IssueItem) -> bool:
    """Whether the editor wants it in the issue. New words alone do not bring in an item that is off topic."""
    return any(mark != "rewritten" for mark in item.edited)


def _of_a_family(candidate: Candidate) -> bool:
    """Whether it announces a model of a known family, even if its few words do not convince the classifier."""
    return candidate.release is not None and bool(maker(candidate.release.name))


def _moved(labels: tuple[Label, ...], candidate: Candidate, setting: Setting) -> tuple[Label, ...]:
    """The labels, with the trend to which the editor moved the item first, at a score of certainty."""
    trend = setting.hand.moves(candidate.keys)
    if trend not in setting.trends:
        return labels
    there = next((label for label in labels if label.id == trend), Label(id=trend, score=1.0))
    return there, *(label for label in labels if label.id != trend)


def _edited(candidate: Candidate, setting: Setting) -> tuple[EditMark, ...]:
    hand, keys = setting.hand, candidate.keys
    marks: dict[EditMark, bool] = {
        "pinned": hand.pins(keys),
        "brought": hand.shows(keys) and not hand.pins(keys),
        "moved": hand.moves(keys) in setting.trends,
        "rewritten": bool(hand.title(keys) or hand.summary(keys)),
    }
    return tuple(mark for mark, made in marks.items() if made)


def _item(
    candidate: Candidate, labels: tuple[Label, ...], signals: tuple[ItemSignal, ...], setting: Setting
) -> IssueItem:
    worth = parts(
        candidate,
        labels[0] if labels else None,
        setting.window,
        interest=setting.interest.get(candidate.id, 0.0),
        signals=signals,
        background=setting.background,
    )
    return IssueItem(
        id=candidate.id,
        title=setting.hand.title(candidate.keys) or candidate.title,
        url=candidate.url,
        authors=candidate.authors,
        published=candidate.published,
        first_seen=candidate.first_seen,
        kind=candidate.kind,
        sources=candidate.sources,
        score=round(sum(worth.values()), 4),
        parts={name: part for name, part in worth.items() if part},
        trends=labels,
        aliases=tuple(key for key in candidate.keys if key != candidate.id),
        members=candidate.members,
        follows=candidate.follows,
        signals=signals,
        watched=watched(candidate, setting.watch),
        edited=_edited(candidate, setting),
    )
