"""Sifted candidates with their verdicts -> the issue, in the order it is read. Pure; the receipt's sum is asserted here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from digest.config import DigestSettings, Watch
from digest.editorial import highlights, reading_budget
from digest.editorial.artefacts import artefacts
from digest.editorial.candidates import Candidate, Sifted
from digest.editorial.claims import touched
from digest.editorial.decisions import Hand
from digest.editorial.evidence_phrases import worded
from digest.editorial.model_families import maker
from digest.editorial.new_names import NamedText, new_names
from digest.editorial.pulse import pulses
from digest.editorial.rank import READ_FIRST, UNKNOWN, Background, arrange, best_first, parts, reading_order, repeats
from digest.editorial.releases import Announced, arranged
from digest.editorial.summary import FULL, one_sentence, summarise
from digest.editorial.watchlist import watched
from digest.model import (
    FATES,
    Accuracy,
    Baseline,
    Fate,
    FeedReport,
    Issue,
    IssueItem,
    IssueState,
    ItemKind,
    Label,
    NewName,
    OffTopic,
    Pulse,
    Released,
    Section,
    Tally,
    Trend,
    Verdict,
    Window,
)
from digest.schedule.slots import Slot

_NOTED: tuple[ItemKind | None, ...] = (
    "release",
    "news",
    "post",
    "paper",
    None,
)  # which kind of what is also noted comes first
WATCHED = 10  # that stand first and are shown whatever the time; a term that finds more is too broad


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What an issue needs beside its items."""

    slot: Slot
    window: Window
    state: IssueState
    settings: DigestSettings
    trends: Mapping[str, Trend]
    feeds: tuple[FeedReport, ...]
    past: Sequence[Tally]  # of past issues, oldest first
    background: Background = UNKNOWN  # what they tell of feeds and words
    interest: Mapping[str, float] = field(default_factory=dict)  # candidate id -> log-odds of an editor's pick
    hand: Hand = field(default_factory=Hand)
    watch: Watch = field(default_factory=Watch)
    accuracy: Accuracy | None = None
    known: Sequence[str] = ()  # texts of the archive and the baselines, in which no name is new


def compose(sifted: Sifted, verdicts: Mapping[str, Verdict], setting: Setting) -> Issue:
    """Build the issue.

    Args:
        sifted: the window's candidates, and the fates of the sightings that make none.
        verdicts: candidate id -> what the classifier says of it.
        setting: the window, the settings, the trends, the feeds' health, the past.
    """
    settings = setting.settings
    filed, unfiled, off_topic = _file(sifted.candidates, verdicts, setting)
    tally = _tally(filed, unfiled)
    texts = {candidate.id: candidate.summary for candidate in sifted.candidates}
    first_of_all = _watched([*(item for items in filed.values() for item in items), *unfiled])
    sections = _sections(filed, pulses(tally, setting.past, tuple(setting.trends)), first_of_all, setting, texts)
    noted = sorted(unfiled, key=lambda item: (item.id not in first_of_all, _NOTED.index(item.kind), *_best_first(item)))
    also_noted = tuple(_whole(item, texts, setting.trends) for item in noted)
    told = [item for section in sections for item in section.items]
    first = reading_order([*(item for section in sections if section.own for item in section.items), *also_noted])[
        :READ_FIRST
    ]
    names = _names(sifted, off_topic, setting)
    return Issue(
        key=setting.slot.key,
        title=settings.title,
        language=settings.language,
        timezone=settings.timezone,
        state=setting.state,
        slot=setting.slot.at,
        window=setting.window,
        sample=settings.sample,
        minutes=settings.minutes,
        lines=highlights.lines(sections, names, len(told), first[0] if first else None),
        note=setting.hand.note,
        lead=first[0].id if first else "",
        read_first=tuple(item.id for item in first[1:]),
        releases=_releases(sifted.candidates, [*(item for items in filed.values() for item in items), *unfiled]),
        watched=first_of_all,
        names=names,
        trends=sections,
        also_noted=also_noted,
        off_topic=_off_topic(off_topic),
        quiet=tuple(id_ for id_ in setting.trends if id_ not in filed),
        receipt=_receipt(sifted, sections, also_noted, off_topic),
        feeds=setting.feeds,
        accuracy=setting.accuracy,
        tally=tally,
    )


def _file(
    candidates: Sequence[Candidate], verdicts: Mapping[str, Verdict], setting: Setting
) -> tuple[dict[str, list[IssueItem]], list[IssueItem], list[Candidate]]:
    """Each candidate under its first trend, or among the items without one, or off topic."""
    filed: dict[str, list[IssueItem]] = {}
    unfiled: list[IssueItem] = []
    off_topic: list[Candidate] = []
    for candidate in candidates:
        verdict = verdicts[candidate.id]
        labels = tuple(label for label in verdict.labels if label.id in setting.trends)
        item = _item(candidate, _moved(labels, candidate, setting), setting)
        if item.trends:
            filed.setdefault(item.trends[0].id, []).append(item)
        elif verdict.llm or candidate.on_topic or _of_a_family(candidate) or item.watched or item.edited:
            unfiled.append(item)
        else:
            off_topic.append(candidate)
    return filed, unfiled, off_topic


def _of_a_family(candidate: Candidate) -> bool:
    """Whether it announces a model of a known family, whatever its few words say to the classifier."""
    return candidate.release is not None and bool(maker(candidate.release.name))


def _moved(labels: tuple[Label, ...], candidate: Candidate, setting: Setting) -> tuple[Label, ...]:
    """The trend that the editor moved an item to stands first, at the score of a certain one."""
    trend = setting.hand.moves(candidate.keys)
    if trend not in setting.trends:
        return labels
    there = next((label for label in labels if label.id == trend), Label(id=trend, score=1.0))
    return there, *(label for label in labels if label.id != trend)


def _edited(candidate: Candidate, setting: Setting) -> tuple[Literal["pinned", "moved"], ...]:
    pinned: tuple[Literal["pinned", "moved"], ...] = ("pinned",) if setting.hand.pins(candidate.keys) else ()
    return (*pinned, "moved") if setting.hand.moves(candidate.keys) in setting.trends else pinned


def _item(candidate: Candidate, labels: tuple[Label, ...], setting: Setting) -> IssueItem:
    worth = parts(
        candidate,
        labels[0] if labels else None,
        setting.window,
        interest=setting.interest.get(candidate.id, 0.0),
        background=setting.background,
    )
    return IssueItem(
        id=candidate.id,
        title=candidate.title,
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
        watched=watched(candidate, setting.watch),
        edited=_edited(candidate, setting),
    )


def _whole(item: IssueItem, texts: Mapping[str, str], trends: Mapping[str, Trend]) -> IssueItem:
    """The item with what is read out of its text; only for those that may be shown, since that takes its time."""
    text = texts[item.id]
    labels = worded(item.trends, f"{item.title}\n{text}", trends)
    because = _because(labels, item, trends)
    return replace(
        item,
        summary=summarise(text, title=item.title, words=FULL),
        brief=summarise(text, title=item.title),
        result=one_sentence(text, title=item.title),
        artefacts=artefacts(text),
        trends=labels,
        because=because,
    )


def _readable(
    items: Sequence[IssueItem], places: int, texts: Mapping[str, str], trends: Mapping[str, Trend]
) -> list[IssueItem]:
    return [*(_whole(item, texts, trends) for item in items[:places]), *items[places:]]


def _because(labels: Sequence[Label], item: IssueItem, trends: Mapping[str, Trend]) -> str:
    """The words that put the item where it is, if they say why, and who else carries it."""
    told = labels[:2] if labels and labels[0].evidence else ()
    reasons = [f"{trends[label.id].name}: {', '.join(label.evidence[:3])}" for label in told if label.evidence]
    others = list(dict.fromkeys(source.feed for source in item.sources))[1:]
    if others:
        reasons.append(f"also in {', '.join(others[:3])}")
    return "; ".join(reasons)


def _best_first(item: IssueItem) -> tuple[bool, bool, float, str]:
    """What the editor pinned, then news by worth."""
    return "pinned" not in item.edited, *best_first(item)


def _watched(items: Sequence[IssueItem]) -> tuple[str, ...]:
    """The best of the items that answer to the watchlist."""
    return tuple(item.id for item in sorted((item for item in items if item.watched), key=_best_first)[:WATCHED])


def _names(sifted: Sifted, off_topic: Sequence[Candidate], setting: Setting) -> tuple[NewName, ...]:
    """The names that are new in what the issue holds; without a past, nobody knows what is new."""
    if not setting.past:
        return ()
    left_out = {candidate.id for candidate in off_topic}
    texts = [
        NamedText(id=one.id, title=one.title, summary=one.summary, works=one.members)
        for one in sifted.candidates
        if one.id not in left_out
    ]
    return new_names(texts, setting.known)


def _tally(filed: Mapping[str, list[IssueItem]], unfiled: Sequence[IssueItem]) -> dict[str, dict[str, int]]:
    """What each feed brought to each trend; each item once, under the feed that had it first."""
    counts: dict[str, Counter[str]] = {}
    for id_, items in (*filed.items(), ("", unfiled)):
        for item in items:
            counts.setdefault(item.sources[0].feed, Counter())[id_] += 1
    return {feed: dict(sorted(counts[feed].items())) for feed in sorted(counts)}


def _sections(
    filed: Mapping[str, list[IssueItem]],
    moved: Mapping[str, Pulse],
    first_of_all: Sequence[str],
    setting: Setting,
    texts: Mapping[str, str],
) -> tuple[Section, ...]:
    """The trends with news, that of the best item first, each split into what the reading time shows and the rest."""
    cap = setting.settings.max_items_per_trend
    fixed = {id_: _fixed(items, first_of_all) for id_, items in filed.items()}
    arranged = {
        id_: [*fixed[id_], *arrange([item for item in items if item not in fixed[id_]], cap)]
        for id_, items in filed.items()
    }
    order = sorted(arranged, key=lambda id_: (not fixed[id_], *best_first(arranged[id_][0]), setting.trends[id_].order))
    ranked = [_readable(arranged[id_], max(cap, len(fixed[id_])), texts, setting.trends) for id_ in order]
    claims = touched((item for items in filed.values() for item in items), texts, setting.trends)
    allotted = reading_budget.allot(
        [_news(items, len(fixed[id_])) for id_, items in zip(order, ranked, strict=True)],
        minutes=setting.settings.minutes,
        most=min(setting.settings.max_sections, sum(not all(map(repeats, items)) for items in filed.values())),
        cap=cap,
        floors=[len(fixed[id_]) for id_ in order],
        claims=[id_ in claims for id_ in order],
    )
    return tuple(
        Section(
            id=id_,
            name=setting.trends[id_].name,
            baseline=Baseline(summary=setting.trends[id_].summary, as_of=setting.trends[id_].as_of),
            pulse=moved[id_],
            items=tuple(items[:count]),
            folded=tuple(_fold(item) for item in items[count:]),
            own=place < allotted.own,
            claims=claims.get(id_, ()),
        )
        for place, (id_, items, count) in enumerate(zip(order, ranked, allotted.shown, strict=True))
    )


def _news(items: Sequence[IssueItem], fixed: int) -> list[IssueItem]:
    """What a section may show: what is fixed in it, and no repeated headline unless it has nothing else."""
    return [item for place, item in enumerate(items) if place < fixed or not repeats(item)] or list(items[:1])


def _fixed(items: Sequence[IssueItem], first_of_all: Sequence[str]) -> list[IssueItem]:
    """What stands first whatever it is worth: pinned by the editor, then watched."""
    return sorted((item for item in items if "pinned" in item.edited or item.id in first_of_all), key=_best_first)


def _fold(item: IssueItem) -> IssueItem:
    """What an issue keeps of an item beyond the budget."""
    labels = tuple(replace(label, evidence=()) for label in item.trends)
    return IssueItem(
        id=item.id,
        title=item.title,
        url=item.url,
        kind=item.kind,
        trends=labels,
        aliases=item.aliases,
        follows=item.follows,
    )


def _releases(candidates: Sequence[Candidate], items: Sequence[IssueItem]) -> tuple[Released, ...]:
    """What became available; `items` are those that the issue holds, shown or folded."""
    known = {one.id: one for one in candidates}
    return arranged(
        [
            Announced(item=item, release=release, on_topic=known[item.id].on_topic)
            for item in sorted(items, key=_best_first)
            if (release := known[item.id].release) is not None
        ]
    )


def _off_topic(candidates: Sequence[Candidate]) -> tuple[OffTopic, ...]:
    """What is no paper of those that are taken for off topic; papers are only counted."""
    return tuple(
        OffTopic(
            id=one.id,
            title=one.title,
            url=one.url,
            kind=one.kind,
            feed=one.sources[0].feed,
            reason=f"{'title and text say' if one.summary else 'the title, which is all there is, says'} nothing of language models",
        )
        for one in candidates
        if one.kind != "paper"
    )


def _receipt(
    sifted: Sifted, sections: Sequence[Section], also_noted: Sequence[IssueItem], off_topic: Sequence[Candidate]
) -> dict[Fate, int]:
    """Each first sighting of the window, counted once."""
    counts: Counter[Fate] = Counter(sifted.fates)
    counts["shown"] = sum(len(section.items) for section in sections)
    counts["folded"] = sum(len(section.folded) for section in sections)
    counts["also_noted"] = len(also_noted)
    counts["off_topic"] = len(off_topic)
    counts["merged"] += sum(candidate.sightings - 1 for candidate in sifted.candidates)
    expected = sum(sifted.fates.values()) + sum(candidate.sightings for candidate in sifted.candidates)
    assert sum(counts.values()) == expected, f"the receipt counts {sum(counts.values())} of {expected} sightings"
    return {fate: counts[fate] for fate in FATES}


def select(issue: Issue, trends: frozenset[str]) -> Issue | None:
    """The issue with only the sections of `trends`; None where it has none of them.

    What belongs to no trend (also noted) is left out; the three lines and the reading list keep what points into what is left.
    """
    sections = tuple(section for section in issue.trends if section.id in trends)
    if not sections:
        return None
    items = {item.id for section in sections for item in section.items}
    held = items | {item.id for section in sections for item in section.folded}
    chosen = tuple(id_ for id_ in (issue.lead, *issue.read_first) if id_ in items)
    targets = items | {section.id for section in sections}
    return replace(
        issue,
        trends=sections,
        lines=tuple(line for line in issue.lines if line.target in targets),
        lead=chosen[0] if chosen else "",
        read_first=chosen[1:],
        releases=tuple(one for one in issue.releases if one.id in held),
        names=tuple(name for name in issue.names if not held.isdisjoint(name.items)),
        also_noted=(),
        off_topic=(),
        quiet=tuple(id_ for id_ in issue.quiet if id_ in trends),
    )
